import { array, type Json, record, string } from '../shared/read.ts';
import type { Reference } from './references.ts';
import type { ResourceRoute } from './route.ts';

/** The ids in an answer that belong to who asked: what was made, and what is adopted with it. */
export function madeIn(answer: unknown, { resource, action }: ResourceRoute): readonly Reference[] {
  const body = record(answer);
  if (body === undefined) return [];
  const id = action === 'make' ? string(body['id']) : undefined;
  return [...(id === undefined ? [] : [{ kind: resource.kind, id }]), ...adoptedIn(body, resource.adopts)];
}

function adoptedIn(body: Json, adopts: ResourceRoute['resource']['adopts'] = {}): Reference[] {
  return Object.entries(adopts).flatMap(([path, kind]) => textsAt(body, path).map((id) => ({ kind, id })));
}

function textsAt(body: Json, path: string): string[] {
  let value: unknown = body;
  for (const name of path.split('.')) value = record(value)?.[name];
  return (array(value) ?? [value]).filter((item) => typeof item === 'string');
}

/** A page of a list. Source: https://platform.openai.com/docs/api-reference/files/list and the other lists */
export interface ListPage {
  readonly items: readonly Json[];
  /** Is there more behind it? Older lists don't say: then there is not. */
  readonly more: boolean;
}

/** undefined when the answer is no list. */
export function readPage(answer: unknown): ListPage | undefined {
  const body = record(answer);
  const data = array(body?.['data']);
  if (data === undefined) return undefined;
  return { items: data.map(record).filter((item) => item !== undefined), more: body?.['has_more'] === true };
}

/** The id of an item of a list; '' for one without, which belongs to nobody. */
export const idOf = (item: Json): string => string(item['id']) ?? '';

/** A page with other items than the provider's, its other members as they came. */
export function writePage(answer: unknown, items: readonly Json[], more: boolean): Json {
  const page: Json = { ...record(answer), data: items, has_more: more };
  // Both are null for an empty page.
  page['first_id'] = items.length === 0 ? null : idOf(items[0] ?? {});
  page['last_id'] = items.length === 0 ? null : idOf(items.at(-1) ?? {});
  return page;
}
