/** Items of one page of a list. */
export const PAGE_SIZE = 100;

/** The place in a sequence that a cursor names; the start without one. Throws RangeError for a cursor that no list gave. */
export function positionOf(cursor: string | undefined): string {
  if (cursor === undefined) return '0';
  if (/^[0-9]{1,18}$/.test(cursor)) return cursor;
  throw new RangeError('The cursor was not given by this list.');
}
