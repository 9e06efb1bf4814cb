/** A cursor for a caller: opaque, of one list only. */
export const cursorOf = (list: string, position: string): string =>
  Buffer.from(`${list}:${position}`).toString('base64url');

/**
 * The position that {@link cursorOf} was given.
 * @throws TypeError for anything that is no cursor of this list
 */
export function positionOf(list: string, cursor: string): string {
  const text = typeof cursor === 'string' ? Buffer.from(cursor, 'base64url').toString() : '';
  if (text.startsWith(`${list}:`) && cursorOf(list, text.slice(list.length + 1)) === cursor)
    return text.slice(list.length + 1);
  throw new TypeError(`This is no cursor of the list of ${list}: take \`next\` of the page before, unchanged.`);
}

/**
 * The position as a number.
 * @throws TypeError as {@link positionOf}
 */
export function numberOf(list: string, cursor: string): number {
  const position = positionOf(list, cursor);
  const number = Number(position);
  if (/^\d+$/.test(position) && Number.isSafeInteger(number)) return number;
  throw new TypeError(`This is no cursor of the list of ${list}: take \`next\` of the page before, unchanged.`);
}
