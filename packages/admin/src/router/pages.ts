import type { Page } from '@postern/core';
import { badCursor, cursorOf, type Position, positionOf } from './cursor.ts';

/** Pages of the store that one answer looks through for what its filter lets pass: a list that is filtered may answer less than it could. */
const MOST_PAGES = 20;
/** The same while nothing passed yet: who sees an empty page goes away. */
const MOST_EMPTY = 2_000;

/** A list of the store, asked for in pages of any size. */
export interface Listing<Item> {
  /** Its name and its filters: a cursor is of this list only. */
  readonly name: string;
  fetch(cursor: string | undefined): Promise<Page<Item>>;
  /** What tells items apart. */
  idOf(item: Item): string;
  /** Is it in order of these ids? Then one that was removed meanwhile leaves its place behind. */
  readonly sorted?: boolean;
  passes?(item: Item): boolean;
}

/** What a list answers. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/**
 * Up to `limit` items from the cursor on.
 * @throws AdminError `invalid_cursor`
 */
export async function pageOf<Item>(
  listing: Listing<Item>,
  cursor: string | undefined,
  limit: number,
): Promise<Listed<Item>> {
  let position: Position = cursor === undefined ? {} : positionOf(listing.name, cursor);
  const items: Item[] = [];
  for (let pages = 0; pages < (items.length === 0 ? MOST_EMPTY : MOST_PAGES); pages++) {
    const page = await fetched(listing, position.page);
    const rest = behind(listing, page.items, position.after);
    for (const [index, item] of rest.entries()) {
      if (listing.passes?.(item) === false) continue;
      items.push(item);
      if (items.length < limit) continue;
      if (index < rest.length - 1)
        return { items, next: cursorOf(listing.name, { ...position, after: listing.idOf(item) }) };
      return page.next === undefined ? { items } : { items, next: cursorOf(listing.name, { page: page.next }) };
    }
    if (page.next === undefined) return { items };
    position = { page: page.next };
  }
  return { items, next: cursorOf(listing.name, position) };
}

/** A store refuses a cursor that it can't read with one of these. */
async function fetched<Item>(listing: Listing<Item>, cursor: string | undefined): Promise<Page<Item>> {
  try {
    return await listing.fetch(cursor);
  } catch (error) {
    if (cursor !== undefined && (error instanceof TypeError || error instanceof RangeError)) throw badCursor();
    throw error;
  }
}

function behind<Item>(
  { idOf, sorted }: Listing<Item>,
  items: readonly Item[],
  after: string | undefined,
): readonly Item[] {
  if (after === undefined) return items;
  if (sorted === true) return items.filter((item) => idOf(item) > after);
  return items.slice(items.findIndex((item) => idOf(item) === after) + 1);
}
