import type { Fields } from '../../transport/body.ts';
import type { Inbound, Peek } from '../adapter.ts';
import { given } from '../shared/read.ts';
import { invalid, needString } from './check.ts';
import { dialsOut } from './dials-out.ts';
import { isObject } from './wire.ts';

/** Types of `thinking` that make the model think before it answers. */
const THINKS: ReadonlySet<unknown> = new Set(['enabled', 'adaptive']);

function modelOf(fields: Fields): string {
  const model = needString(fields.get('model'), 'model');
  if (model === '') throw invalid('model', 'must not be empty');
  return model;
}

function streamOf(fields: Fields): boolean {
  const stream = fields.get('stream');
  if (stream === undefined || stream === null) return false;
  if (typeof stream !== 'boolean') throw invalid('stream', 'must be true or false');
  return stream;
}

/** `max_tokens`; 0 is allowed (it fills the cache and answers nothing). */
function boundOf(fields: Fields): number | undefined {
  const bound = fields.get('max_tokens');
  if (bound === undefined || bound === null) return undefined;
  if (typeof bound !== 'number' || !Number.isSafeInteger(bound) || bound < 0)
    throw invalid('max_tokens', 'must be a whole number, 0 or more');
  return bound;
}

/** Usage comes on every stream of this format without being asked for. Throws RequestError `invalid_request`. */
export function peek(fields: Fields, _inbound: Inbound): Peek {
  const thinking = fields.get('thinking');
  const model = modelOf(fields);
  const stream = streamOf(fields);
  // Only whether it is there: reading it would parse nearly all of the body.
  if (!fields.has('messages')) throw invalid('messages', 'must be a list of messages');
  return {
    model,
    stream,
    ...given('maxOutputTokens', boundOf(fields)),
    streamUsage: true,
    ...(isObject(thinking) ? { reasoning: THINKS.has(thinking.type) } : {}),
    // The provider dials these hosts, and the client names them.
    ...(dialsOut.callsServers(fields) ? { remoteTools: true } : {}),
  };
}
