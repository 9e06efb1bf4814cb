import { AccessError, RequestError } from '../../kit/errors.ts';
import { type Json, record, records, string } from '../shared/read.ts';
import { transcriberOf } from './server-events.ts';

/** What a client of a session may do. */
export interface SessionRules {
  /** The model as the client asked for it, and the provider's own name of it. */
  readonly asked: string;
  readonly target: string;
  readonly remoteTools: boolean;
  readonly remoteMedia: boolean;
  /** May this caller have its audio transcribed by a model of this name? */
  transcriber(model: string): boolean;
}

/** Events that only bring audio: many and large, and nothing in them decides anything. */
const AUDIO = 'input_audio_buffer.append';
const PLAIN_AUDIO = /^\s*\{(?:\s*"(?:event_id|type|audio)"\s*:\s*"[^"\\]*"\s*,?)*\}\s*$/;

/**
 * An event of the client as it goes on. Its own bytes only where it brings audio and nothing else; any other is written anew, so that what was checked
 * is what the provider reads. Throws RequestError or AccessError for what may not go on; the session goes on without it.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events
 */
export function checkedClientEvent(text: string, rules: SessionRules): string {
  const event = parsed(text);
  if (event['type'] === AUDIO && PLAIN_AUDIO.test(text) && isPlainAudio(text)) return text;
  const session = record(event['session']);
  const response = record(event['response']);
  for (const [name, settings] of [
    ['session', session],
    ['response', response],
  ] as const) {
    if (settings === undefined) continue;
    checkSpelling(settings, ['model', 'tools', 'audio', 'input', 'input_audio_transcription']);
    checkModel(settings, name, rules);
    checkTools(settings, name, rules);
    checkTranscriber(settings, name, rules);
  }
  if (!rules.remoteMedia) checkMedia([record(event['item']), ...records(response?.['input'])]);
  return JSON.stringify(event);
}

/** Each name once, so that no reader takes the event for another one. */
function isPlainAudio(text: string): boolean {
  const type = text.indexOf('"type"');
  return type >= 0 && text.indexOf('"type"', type + 1) < 0;
}

/** The client's own id of an event that was refused, to name it in the error. */
export function eventIdOf(text: string): string | null {
  try {
    return string(record(JSON.parse(text))?.['event_id']) ?? null;
  } catch {
    return null;
  }
}

function parsed(text: string): Json {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch (cause) {
    throw new RequestError('invalid_json', 'The event is not valid JSON.', { cause });
  }
  const object = record(event);
  if (object === undefined || typeof object['type'] !== 'string')
    throw new RequestError('invalid_request', 'An event is a JSON object with a type.', { param: 'type' });
  checkSpelling(object, ['type', 'session', 'response', 'item']);
  return object;
}

/** Some parsers take `Model` for `model`: what decides something stands in its own spelling, or it is refused. */
function checkSpelling(object: Json, names: readonly string[]): void {
  for (const key of Object.keys(object)) {
    const meant = names.find((name) => name === key.toLowerCase());
    if (meant !== undefined && meant !== key)
      throw new RequestError('invalid_request', `"${meant}" must be spelt as it is here.`, { param: meant });
  }
}

/** The one model that was authorised, under the provider's own name. */
function checkModel(settings: Json, place: string, { asked, target }: SessionRules): void {
  const { model } = settings;
  if (model === undefined || model === null) return;
  if (model !== asked && model !== target)
    throw new RequestError('invalid_request', 'The model of a session can not be changed; open another one.', {
      param: `${place}.model`,
    });
  settings['model'] = target;
}

function checkTools(settings: Json, place: string, { remoteTools }: SessionRules): void {
  if (remoteTools) return;
  const at = records(settings['tools']).findIndex((tool) => tool['type'] === 'mcp' || tool['server_url'] !== undefined);
  if (at >= 0)
    throw new AccessError('forbidden', 'Remote tool servers are not enabled on this gateway.', {
      param: `${place}.tools.${at}`,
    });
}

function checkTranscriber(settings: Json, place: string, { transcriber }: SessionRules): void {
  const model = transcriberOf(settings);
  if (model !== undefined && !transcriber(model))
    throw new AccessError('forbidden', `This caller may not use the model '${model.slice(0, 200)}'.`, {
      param: `${place}.audio.input.transcription.model`,
    });
}

function checkMedia(items: readonly (Json | undefined)[]): void {
  for (const item of items) {
    const remote = records(item?.['content']).some(
      ({ image_url: url }) => typeof url === 'string' && !/^data:/i.test(url),
    );
    if (remote)
      throw new AccessError('forbidden', 'Media by URL are not enabled on this gateway.', { param: 'item.content' });
  }
}
