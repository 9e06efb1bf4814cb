import type { Inbound, ModelEntry } from '../adapter.ts';
import { given } from '../shared/read.ts';

const DAY = 86_400;

/** A day since 1970-01-01 as year, month and day of the Gregorian calendar; adapters have no Date. */
function civil(days: number): [year: number, month: number, day: number] {
  const shifted = days + 719_468; // days since 0000-03-01
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153); // 0 is March
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return [
    yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  ];
}

const padded = (value: number, length = 2): string => String(value).padStart(length, '0');

/** Unix seconds in RFC 3339, UTC. */
export function timestamp(seconds: number): string {
  const whole = Math.floor(seconds);
  const [year, month, day] = civil(Math.floor(whole / DAY));
  const rest = whole - Math.floor(whole / DAY) * DAY;
  const clock = [Math.floor(rest / 3600), Math.floor((rest % 3600) / 60), rest % 60]
    .map((value) => padded(value))
    .join(':');
  return `${padded(year, 4)}-${padded(month)}-${padded(day)}T${clock}Z`;
}

/** One model. Source: https://platform.claude.com/docs/en/api/models/retrieve */
export function model(entry: ModelEntry): unknown {
  return { type: 'model', id: entry.id, display_name: entry.id, created_at: timestamp(entry.created) };
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
