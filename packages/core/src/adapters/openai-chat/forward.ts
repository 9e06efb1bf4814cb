import type { Body, Fields } from '../../transport/body.ts';
import type { Exchange, Inbound, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { record } from '../shared/read.ts';
import { changeRowFields, chatPathOf } from '../shared/row-fields.ts';
import { headersFor, memoFor, pathOf } from './call.ts';
import { requestRepairs } from './repair-request.ts';

/**
 * Pass-through of a request: the client's bytes with the model exchanged, the row's renames, drops and repairs, and usage switched on
 * for streams. Nothing else changes, and when nothing has to change the very bytes go on. No header of the client goes on.
 */
export function forward(raw: Body, _inbound: Inbound, target: Target, exchange: Exchange): UpstreamCall {
  const { stream } = exchange.peek;
  const { changes, dropped } = changesFor(raw.fields(), target, stream);
  const { rename } = target.row;
  const body = raw.edit(changes, rename);
  const path = chatPathOf(target, stream) ?? pathOf('chat', target);
  return new PostCall(target, stream, { path, headers: headersFor(stream), body, memo: memoFor(exchange) }, dropped);
}

function changesFor(
  fields: Fields,
  target: Target,
  stream: boolean,
): { changes: Map<string, unknown>; dropped: string[] } {
  const { row } = target;
  const changes = row.repairs === undefined ? new Map<string, unknown>() : requestRepairs(fields, row);
  const dropped: string[] = [];
  if (fields.get('model') !== target.model) changes.set('model', target.model);
  if (stream) streamUsage(fields, row.streamUsage !== false, changes, dropped);
  for (const name of row.drop ?? []) {
    if (!fields.has(name) && changes.get(name) === undefined) continue;
    changes.set(name, undefined);
    dropped.push(name);
  }
  changeRowFields(changes, row);
  return { changes, dropped };
}

/** The one insertion: without it a stream tells no usage. An API that refuses the option gets none. */
function streamUsage(fields: Fields, taken: boolean, changes: Map<string, unknown>, dropped: string[]): void {
  const options = fields.has('stream_options') ? record(fields.get('stream_options')) : undefined;
  if (taken) {
    if (options?.['include_usage'] !== true) changes.set('stream_options', { ...options, include_usage: true });
    return;
  }
  if (options === undefined) return;
  changes.set('stream_options', undefined);
  dropped.push('stream_options');
}
