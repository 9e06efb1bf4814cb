import { RequestError } from '../../kit/errors.ts';
import type { Fields } from '../../transport/body.ts';
import type { Peek, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { Dropped } from './dropped.ts';
import { optionsFor } from './provider-options.ts';
import type { Json } from './read.ts';

/** The model of a request that is no chat. Throws RequestError `invalid_request`. */
export function peekModel(fields: Fields): Peek {
  const model = fields.get('model');
  if (typeof model !== 'string' || model === '')
    throw new RequestError('invalid_request', "'model' must be the name of a model.", { param: 'model' });
  return { model, stream: false };
}

/** What of a request is carried over: the members that `known` names are read by the form, all others are reported. */
export function unread(fields: Fields, known: ReadonlySet<string>, dropped: Dropped): void {
  for (const name of fields.keys()) {
    const value = fields.get(name);
    if (!known.has(name) && name !== 'providerOptions' && value !== null && value !== undefined) dropped.add(name);
  }
}

/** The call of an operation whose form is no format's own: the body that it made, the client's options for this provider, and what the row renames or refuses. */
export function operationCall(
  body: Json,
  fields: Fields,
  { path, target, memo, inserted = [] }: { path: string; target: Target; memo: unknown; inserted?: readonly string[] },
  dropped: Dropped = new Dropped(),
): UpstreamCall {
  const { format, drop = [], rename = {} } = target.row;
  const options = optionsFor(fields.get('providerOptions'), [format, target.provider], false, dropped);
  const members = Object.entries(Object.assign({}, body, ...options) as Json).filter(([name, value]) => {
    if (value === undefined) return false;
    if (!drop.includes(name)) return true;
    dropped.add(name);
    return false;
  });
  const spelled = members.map(([name, value]) => [Object.hasOwn(rename, name) ? rename[name] : name, value]);
  return new PostCall(
    target,
    false,
    {
      path,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(Object.fromEntries(spelled)),
      memo,
    },
    dropped.list,
    inserted,
  );
}
