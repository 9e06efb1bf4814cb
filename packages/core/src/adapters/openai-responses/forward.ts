import type { Body } from '../../transport/body.ts';
import type { Exchange, Inbound, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { headersFor, memoFor, pathOf } from './call.ts';

/** Pass-through of a request: the client's bytes with the model exchanged, and the row's renames and drops. No header of the client goes on. */
export function forward(raw: Body, _inbound: Inbound, target: Target, exchange: Exchange): UpstreamCall {
  const { stream } = exchange.peek;
  const { rename, drop = [] } = target.row;
  const fields = raw.fields();
  const changes = new Map<string, unknown>();
  const dropped = drop.filter((name) => fields.has(name));
  if (fields.get('model') !== target.model) changes.set('model', target.model);
  for (const name of dropped) changes.set(name, undefined);
  return new PostCall(
    target,
    stream,
    {
      path: pathOf('chat', target),
      headers: headersFor(stream),
      body: raw.edit(changes, rename),
      memo: { ...memoFor(exchange), untouched: target.row.fidelity === 'exact' },
    },
    dropped,
  );
}
