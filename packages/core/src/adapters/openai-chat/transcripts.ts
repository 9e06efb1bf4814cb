import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import { RequestError } from '../../kit/errors.ts';
import { type Fields, isFormFile } from '../../transport/body.ts';
import type { Exchange, OperationResult, OperationSide, Peek, Reading, UpstreamCall } from '../adapter.ts';
import { peekStream } from '../shared/operation-peek.ts';
import { given, type Json, number, record, string } from '../shared/read.ts';
import { errorIn, faultOf } from './fault.ts';
import { formCall } from './form-call.ts';
import { MediaMeter } from './media-meter.ts';
import { mediaUsage } from './media-usage.ts';

/** How a transcript is written. Source: https://platform.openai.com/docs/api-reference/audio/createTranscription#audio-createtranscription-response_format */
export interface TranscriptMemo {
  /** `json` unless the client said otherwise. */
  readonly format: string;
  /** The form is still being read: a field that comes later may say otherwise. */
  readonly open?: true;
}

/** Formats whose answer is no JSON. */
const PLAIN: ReadonlySet<string> = new Set(['text', 'srt', 'vtt']);

/** Some APIs take the address of the audio instead of the audio. Sources: https://console.groq.com/docs/speech-to-text (url), https://docs.mistral.ai/capabilities/audio_transcription (file_url) */
const ADDRESSES = ['url', 'file_url'] as const;

/** Of transcriptions and translations in any provider's form. Throws RequestError `invalid_request` without a model or a file. */
export function peekTranscript(fields: Fields): Peek {
  const peek = peekStream(fields);
  if (!isFormFile(fields.get('file')) && !namesAddress(fields))
    throw new RequestError('invalid_request', "'file' must be one audio file.", { param: 'file' });
  return { ...peek, notes: { format: string(fields.get('response_format')) ?? 'json' } satisfies TranscriptMemo };
}

/** Is the audio named by address? */
const namesAddress = (fields: Fields): boolean => ADDRESSES.some((name) => fields.has(name));

/** What the client asked for, in the exchange or in the call's memo. */
export const transcriptMemo = ({ peek }: Exchange): TranscriptMemo => peek.notes as TranscriptMemo;

/** Text comes as text; a refusal comes as JSON whatever was asked for. */
function reads(type: string, call: UpstreamCall): Reading {
  if (type.startsWith('text/event-stream')) return 'events';
  const { format, open } = call.memo as TranscriptMemo;
  const plain = PLAIN.has(format) || (open === true && type.startsWith('text/'));
  return plain && !type.includes('json') && !type.startsWith('text/html') ? 'bytes' : 'json';
}

/** A transcript passes as it is. Sources: https://platform.openai.com/docs/api-reference/audio/json-object, …/audio/verbose-json-object */
function parse(value: unknown): OperationResult | Fault {
  const body = record(value);
  if (body === undefined)
    return { kind: 'invalid-response', message: 'The provider answered with something that is no transcript.' };
  if (string(body['text']) === undefined && errorIn(body)) return faultOf(body, undefined);
  if (string(body['text']) === undefined)
    return { kind: 'invalid-response', message: 'The provider answered without a transcript.' };
  return { body, ...given('usage', usageOf(body)) };
}

/** The verbose form tells how long the audio was; whatever else is known, that is what many models are priced by. */
function usageOf(body: Json): Usage | undefined {
  const told = mediaUsage(body['usage'], 'output');
  const seconds = told?.inputSeconds ?? number(body['duration']);
  return told === undefined && seconds === undefined ? undefined : { ...told, ...given('inputSeconds', seconds) };
}

const transcript = (operation: 'transcriptions' | 'translations'): OperationSide => ({
  form: 'only',
  peek: peekTranscript,
  fetches: namesAddress,
  render(body, target, exchange) {
    const memo: TranscriptMemo = { ...transcriptMemo(exchange), ...(body.more === undefined ? {} : { open: true }) };
    const stream = exchange.peek.stream || PLAIN.has(memo.format) || memo.open === true;
    const accept = exchange.peek.stream ? 'text/event-stream' : '*/*';
    return formCall(body, target, exchange, { operation, stream, accept, memo });
  },
  reads,
  parse,
  meter: () => new MediaMeter(undefined),
});

/** Transcripts of OpenAI's API and the compatible ones. Source: https://platform.openai.com/docs/api-reference/audio/createTranscription */
export const transcriptions: OperationSide = transcript('transcriptions');
/** The same in English. Source: https://platform.openai.com/docs/api-reference/audio/createTranslation */
export const translations: OperationSide = transcript('translations');
