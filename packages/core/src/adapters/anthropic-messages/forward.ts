import type { Body } from '../../transport/body.ts';
import type { Exchange, Inbound, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { changeRowFields } from '../shared/row-fields.ts';
import { BETA_HEADER, betaHeaders, readBetas } from './betas.ts';
import { chatPath } from './client-render.ts';

/** The SDK asks for its beta surface with `?beta=true`. */
function pathOf(inbound: Inbound, target: Target, stream: boolean): string {
  const path = chatPath(target, stream);
  return inbound.query.get('beta') === 'true' && target.row.paths?.chat === undefined ? `${path}?beta=true` : path;
}

/** Pass-through: the client's bytes with the model exchanged, and of its headers only the betas. */
export function forward(raw: Body, inbound: Inbound, target: Target, exchange: Exchange): UpstreamCall {
  const fields = raw.fields();
  const changes = new Map<string, unknown>();
  const dropped: string[] = [];
  if (fields.get('model') !== target.model) changes.set('model', target.model);
  for (const name of target.row.drop ?? []) {
    if (!fields.has(name)) continue;
    changes.set(name, undefined);
    dropped.push(name);
  }
  changeRowFields(changes, target.row);
  const { rename } = target.row;
  return new PostCall(
    target,
    exchange.peek.stream,
    {
      path: pathOf(inbound, target, exchange.peek.stream),
      headers: { 'content-type': 'application/json', ...betaHeaders(readBetas(inbound.header(BETA_HEADER), {})) },
      body: raw.edit(changes, rename),
    },
    dropped,
  );
}
