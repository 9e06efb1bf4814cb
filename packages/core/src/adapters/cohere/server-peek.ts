import type { Fields } from '../../transport/body.ts';
import type { Inbound, Peek } from '../adapter.ts';
import { given, record } from '../shared/read.ts';
import { invalid, needText } from './check.ts';
import { dialsOut } from './dials-out.ts';

function streamOf(fields: Fields): boolean {
  const stream = fields.get('stream');
  if (stream === undefined || stream === null) return false;
  if (typeof stream !== 'boolean') throw invalid('stream', 'must be true or false');
  return stream;
}

function boundOf(fields: Fields): number | undefined {
  const bound = fields.get('max_tokens');
  if (bound === undefined || bound === null) return undefined;
  if (typeof bound !== 'number' || !Number.isSafeInteger(bound) || bound < 0)
    throw invalid('max_tokens', 'must be a whole number, 0 or more');
  return bound;
}

/** Usage comes on every stream of this format without being asked for. Throws RequestError `invalid_request`. */
export function peek(fields: Fields, _inbound: Inbound): Peek {
  const model = needText(fields.get('model'), 'model');
  const stream = streamOf(fields);
  // Only whether it is there: reading it would parse nearly all of the body.
  if (!fields.has('messages')) throw invalid('messages', 'must be a list of messages');
  const thinking = record(fields.get('thinking'));
  return {
    model,
    stream,
    ...given('maxOutputTokens', boundOf(fields)),
    streamUsage: true,
    ...(thinking === undefined ? {} : { reasoning: thinking.type === 'enabled' }),
    ...(dialsOut.callsServers(fields) ? { remoteTools: true } : {}),
  };
}
