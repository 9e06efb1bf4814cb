/** Items of one page of a list. */
export const PAGE_SIZE = 100;

/** The place in a sequence that a cursor names; the start without one. Throws RangeError for a cursor that no list gave. */
export const positionOf = (cursor: string | undefined): string => placeOf(cursor, '0');

/** The same in a list that goes backwards: without a cursor, the end. */
export const placeBefore = (cursor: string | undefined): string => placeOf(cursor, END);

/** The greatest int8. */
const END = '9223372036854775807';

function placeOf(cursor: string | undefined, without: string): string {
  if (cursor === undefined) return without;
  if (/^[0-9]{1,18}$/.test(cursor)) return cursor;
  throw new RangeError('The cursor was not given by this list.');
}
