import type { Usage } from '../../chat/usage.ts';
import { type Json, parsedOr, record, string } from '../shared/read.ts';
import { readResponseUsage, readTranscriptionUsage } from './usage.ts';

/**
 * Texts of which one stands in every event that is to be looked at. The others, most of all audio, go on unread.
 * Source: https://platform.openai.com/docs/api-reference/realtime-server-events
 */
export const WATCHED: readonly string[] = [
  'session.created',
  'session.updated',
  'response.created',
  'response.done',
  'input_audio_transcription.completed',
  '"error"',
];

/** How names and words of a session are put for its client. */
export interface SessionTerms {
  /** The model as the client asked for it, and the provider's own name of it. */
  readonly asked: string;
  readonly target: string;
  /** A provider's words without secrets. */
  clean(text: string): string;
}

/** What an event of the provider tells, and what goes on in its place. */
export interface ServerEvent {
  /** Undefined: the very bytes go on. */
  readonly replace?: string;
  readonly response?: 'begun' | 'done';
  readonly usage?: Usage;
  /** Of a model of its own, that turns the client's audio into text. */
  readonly transcription?: Readonly<Record<string, number>>;
  /** The name of that model, when the session tells it; '' for none. */
  readonly transcriber?: string;
}

const NOTHING: ServerEvent = {};

/** Reads one event. What is no JSON goes on as it is: it is not ours to judge. */
export function readServerEvent(text: string, terms: SessionTerms): ServerEvent {
  const event = parsed(text);
  const type = string(event?.['type']);
  if (event === undefined || type === undefined) return NOTHING;
  if (type === 'session.created' || type === 'session.updated') return session(event, terms);
  if (type === 'response.created') return { response: 'begun' };
  if (type === 'response.done') return responseDone(event, terms);
  if (type === 'conversation.item.input_audio_transcription.completed') {
    const usage = readTranscriptionUsage(event['usage']);
    return usage === undefined ? NOTHING : { transcription: usage };
  }
  const error = record(event['error']);
  return error === undefined ? NOTHING : { replace: JSON.stringify({ ...event, error: cleaned(error, terms) }) };
}

function parsed(text: string): Json | undefined {
  return record(parsedOr(text, undefined));
}

function session(event: Json, terms: SessionTerms): ServerEvent {
  const given = record(event['session']);
  if (given === undefined) return NOTHING;
  const transcriber = transcriberOf(given) ?? '';
  // A dated name of the model, as providers put it, names what stands behind an alias as well.
  if (typeof given['model'] !== 'string' || given['model'] === terms.asked) return { transcriber };
  return { transcriber, replace: JSON.stringify({ ...event, session: { ...given, model: terms.asked } }) };
}

/** The model that transcribes what the client says, as a session names it: today, and before the general release. */
export function transcriberOf(session: Json): string | undefined {
  const input = record(record(session['audio'])?.['input']);
  const settings = record(input?.['transcription']) ?? record(session['input_audio_transcription']);
  return string(settings?.['model']);
}

function responseDone(event: Json, terms: SessionTerms): ServerEvent {
  const response = record(event['response']);
  const usage = readResponseUsage(response?.['usage']);
  const told = { response: 'done' as const, ...(usage === undefined ? {} : { usage }) };
  const details = record(response?.['status_details']);
  const error = record(details?.['error']);
  if (error === undefined) return told;
  const clean = { ...response, status_details: { ...details, error: cleaned(error, terms) } };
  return { ...told, replace: JSON.stringify({ ...event, response: clean }) };
}

function cleaned(error: Json, { clean }: SessionTerms): Json {
  return Object.fromEntries(
    Object.entries(error).map(([name, value]) => [name, typeof value === 'string' ? clean(value) : value]),
  );
}
