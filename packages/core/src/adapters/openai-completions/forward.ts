import type { Body } from '../../transport/body.ts';
import type { Exchange, Inbound, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { record } from '../shared/read.ts';
import { headersFor, memoFor, pathOf } from './wire.ts';

/** Pass-through of a request: the client's bytes with the model exchanged, usage switched on for streams, and what the row refuses left out. */
export function forward(raw: Body, _inbound: Inbound, target: Target, exchange: Exchange): UpstreamCall {
  const fields = raw.fields();
  const { row } = target;
  const { stream } = exchange.peek;
  const changes = new Map<string, unknown>();
  if (fields.get('model') !== target.model) changes.set('model', target.model);
  if (stream && row.streamUsage !== false) {
    const options = fields.has('stream_options') ? record(fields.get('stream_options')) : undefined;
    if (options?.['include_usage'] !== true) changes.set('stream_options', { ...options, include_usage: true });
  }
  const refused = row.streamUsage === false ? ['stream_options', ...(row.drop ?? [])] : (row.drop ?? []);
  const dropped = refused.filter((name) => fields.has(name));
  for (const name of dropped) changes.set(name, undefined);
  return new PostCall(
    target,
    stream,
    {
      path: pathOf(target),
      headers: headersFor(stream),
      body: raw.edit(changes, row.rename),
      memo: memoFor(exchange),
    },
    dropped,
  );
}
