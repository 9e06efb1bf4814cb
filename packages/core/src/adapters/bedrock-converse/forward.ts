import type { Body } from '../../transport/body.ts';
import type { Exchange, Inbound, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { endpoint, HEADERS } from './endpoint.ts';

/** Pass-through: the model is exchanged in the path, the bytes are the client's but for what the row refuses, and no header of the client goes on. */
export function forward(raw: Body, _inbound: Inbound, target: Target, exchange: Exchange): UpstreamCall {
  const { drop, rename } = target.row;
  const fields = raw.fields();
  const dropped = (drop ?? []).filter((name) => fields.has(name));
  const changes = new Map<string, unknown>(dropped.map((name) => [name, undefined]));
  return new PostCall(
    target,
    exchange.peek.stream,
    {
      path: endpoint(target, exchange.peek.stream ? 'converse-stream' : 'converse'),
      headers: HEADERS,
      body: raw.edit(changes, rename),
    },
    dropped,
  );
}
