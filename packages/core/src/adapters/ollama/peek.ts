import type { Fields } from '../../transport/body.ts';
import type { Inbound, Peek } from '../adapter.ts';
import { boolean, number, put, text } from '../shared/read.ts';
import { namesRemoteServers } from '../shared/remote-tools.ts';
import { formOf, type Notes } from './form.ts';
import { object, optional, refuse } from './refuse.ts';
import { FORMAT } from './wire.ts';

const member = (fields: Fields, key: string): unknown => (fields.has(key) ? fields.get(key) : undefined);

/** Older clients name the model of `/api/show` in `name`. */
function modelOf(fields: Fields): string {
  return text(member(fields, 'model')) ?? text(member(fields, 'name')) ?? refuse('model', 'the name of a model');
}

/** `num_predict`: below 0 it is no bound (-1: as long as it likes; -2: until the context is full). Source: https://docs.ollama.com/modelfile */
function bound(options: ReturnType<typeof object>): number | undefined {
  const wanted = optional(options?.['num_predict'], 'options.num_predict', number, 'a number');
  if (wanted === undefined || wanted < 0) return undefined;
  return Number.isSafeInteger(wanted) ? wanted : refuse('options.num_predict', 'a whole number');
}

const thinks = (value: unknown): boolean => value === true || (typeof value === 'string' && value !== '');

/**
 * All that decisions rest on. A request streams unless it says otherwise.
 * Throws RequestError `invalid_request` for a field of the wrong type.
 */
export function peek(fields: Fields, inbound: Inbound): Peek {
  const model = modelOf(fields);
  const form = formOf(inbound);
  if (inbound.path['form'] === 'chat' && !fields.has('messages')) refuse('messages', 'a list of messages');
  const notes: Notes = { format: FORMAT, form };
  const found: Peek = {
    model,
    stream: optional(member(fields, 'stream'), 'stream', boolean, 'true or false') ?? true,
    // Usage is told with the last line, asked for or not.
    streamUsage: true,
    notes,
  };
  put(found, 'maxOutputTokens', bound(object(member(fields, 'options'), 'options')));
  if (thinks(member(fields, 'think'))) put(found, 'reasoning', true);
  if (namesRemoteServers(fields)) put(found, 'remoteTools', true);
  return found;
}
