import { AdminError } from '../errors.ts';

/** Where a list goes on: the store's own cursor of a page, and the last item of it that was given. */
export interface Position {
  readonly page?: string | undefined;
  readonly after?: string | undefined;
}

const MOST = 4_096;

/** A position as text for the client: opaque, of one list only. */
export function cursorOf(list: string, { page, after }: Position): string {
  const text = JSON.stringify([list, page ?? null, after ?? null]);
  return base64url(`${checksum(text)}${text}`);
}

/**
 * The position of a cursor.
 * @throws AdminError `invalid_cursor` for anything that {@link cursorOf} did not make for this list
 */
export function positionOf(list: string, cursor: string): Position {
  const text = cursor.length > MOST ? undefined : textOf(cursor);
  const body = text?.slice(8) ?? '';
  if (text === undefined || checksum(body) !== text.slice(0, 8)) throw badCursor();
  const [of, page, after] = JSON.parse(body) as readonly (string | null)[];
  if (of !== list) throw badCursor();
  return { page: page ?? undefined, after: after ?? undefined };
}

export const badCursor = (): AdminError =>
  new AdminError(
    'invalid_cursor',
    'cursor: is no cursor of this list; take `next` of the page before, unchanged',
    'cursor',
  );

/** FNV-1a: tells a cursor that was cut or changed by accident. It keeps nobody out: a cursor is worth nothing. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

function base64url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function textOf(cursor: string): string | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(cursor)) return undefined;
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
