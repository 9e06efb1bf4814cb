import type { Target } from '../adapter.ts';
import type { ProviderRow } from '../provider-row.ts';
import type { Json } from './read.ts';

/** Puts what the row fixes in every body among the changes of a passing one, and takes the model out where the path names it. */
export function changeRowFields(changes: Map<string, unknown>, { bodyFields, modelInPath }: ProviderRow): void {
  if (modelInPath === true) changes.set('model', undefined);
  for (const name in bodyFields) changes.set(name, bodyFields[name]);
}

/** The body with what the row fixes in it, and without the model where the path names it. */
export function withRowFields(body: Json, { bodyFields, modelInPath }: ProviderRow): Json {
  if (bodyFields === undefined && modelInPath !== true) return body;
  const whole: Json = { ...body };
  if (modelInPath === true) delete whole.model;
  return Object.assign(whole, bodyFields);
}

/** Where the row has chats asked for, with `{model}` filled in; undefined: at the format's own path. */
export function chatPathOf({ row, model }: Target, stream: boolean): string | undefined {
  const path = (stream ? row.streamPath : undefined) ?? row.paths?.chat;
  return path?.replaceAll('{model}', () => encodeURIComponent(model));
}
