import type { Body } from '../../transport/body.ts';
import type { Exchange, Inbound, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { record } from '../shared/read.ts';
import { candidateMemo } from './candidates-asked.ts';
import { type Action, endpoint, HEADERS } from './endpoint.ts';
import { resourceName } from './model.ts';

function actionOf(inbound: Inbound): Action {
  const action = inbound.path['action'];
  return action === 'streamGenerateContent' || action === 'countTokens' ? action : 'generateContent';
}

/** The request inside a token count names the model a second time, and has to: https://ai.google.dev/api/tokens */
const WRAPPERS = ['generateContentRequest', 'generate_content_request'];

/** The client's bytes; only what the row refuses or spells otherwise, and a `model` that names the alias, is changed in them. */
function bytesOf(raw: Body, target: Target): Uint8Array {
  const { drop, rename } = target.row;
  const fields = raw.fields();
  const changes = new Map<string, unknown>((drop ?? []).map((key) => [key, undefined]));
  if (fields.has('model')) changes.set('model', undefined);
  for (const key of WRAPPERS)
    if (fields.has(key)) changes.set(key, { ...record(fields.get(key)), model: resourceName(target.model) });
  return raw.edit(changes, rename);
}

/** Pass-through: the model is exchanged in the path, and no header of the client goes on. */
export function forward(raw: Body, inbound: Inbound, target: Target, exchange: Exchange): UpstreamCall {
  const fields = raw.fields();
  return new PostCall(
    target,
    exchange.peek.stream,
    {
      path: endpoint(target, actionOf(inbound)),
      headers: HEADERS,
      body: bytesOf(raw, target),
      memo: candidateMemo(exchange.peek.n),
    },
    (target.row.drop ?? []).filter((key) => fields.has(key)),
  );
}
