import type { Inbound, ModelEntry } from '../adapter.ts';
import { isoTime } from '../shared/iso-time.ts';
import { given } from '../shared/read.ts';

/** One model. Source: https://platform.claude.com/docs/en/api/models/retrieve */
export function model(entry: ModelEntry): unknown {
  return { type: 'model', id: entry.id, display_name: entry.id, created_at: isoTime(entry.created) };
}

/** The largest page that the vendor allows; without `limit` we give as much. */
const MAX_PAGE = 1000;

function limitOf(inbound: Inbound): number {
  const limit = Number(inbound.query.get('limit') ?? MAX_PAGE);
  return Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE ? limit : MAX_PAGE;
}

/** A page of models, with the vendor's cursors `after_id` and `before_id`. Source: https://platform.claude.com/docs/en/api/models/list */
export function models(entries: readonly ModelEntry[], inbound: Inbound): unknown {
  const limit = limitOf(inbound);
  const after = inbound.query.get('after_id');
  const before = inbound.query.get('before_id');
  const from = after === null ? 0 : entries.findIndex((entry) => entry.id === after) + 1;
  const until = before === null ? -1 : entries.findIndex((entry) => entry.id === before);
  const rest = until < 0 ? entries.slice(from) : entries.slice(0, until);
  const page = until < 0 ? rest.slice(0, limit) : rest.slice(-limit);
  return {
    data: page.map(model),
    has_more: page.length < rest.length,
    ...given('first_id', page[0]?.id ?? null),
    ...given('last_id', page.at(-1)?.id ?? null),
  };
}
