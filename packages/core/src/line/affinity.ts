import { hashOf } from '../kit/hash.ts';
import type { LineExchange } from './exchange.ts';

/** Names what belongs together, whichever the client's format. */
const HEADER = 'x-postern-session';

/** UTF-16 units of a session's name that are looked at. */
const LONGEST = 512;

/**
 * Characters of the prompt's beginning that have to be the same: about the 1,024 tokens from which providers keep a prompt. Shorter ones are not kept
 * anywhere, so that they have nothing to stick by. Sources: https://platform.openai.com/docs/guides/prompt-caching,
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
const BEGINNING = 4_096;

/** 32 bits of the session that a request belongs to, within its caller's: by the header, else by what its format has for it. undefined: it says none. */
export function sessionOf({ adapter, body, caller, request }: LineExchange): number | undefined {
  const name = request.header(HEADER) || bodySession(adapter, body);
  return name === undefined || name === '' ? undefined : hashOf(name, hashOf(caller?.id ?? ''), LONGEST);
}

function bodySession(adapter: LineExchange['adapter'], body: LineExchange['body']): string | undefined {
  if (adapter === undefined || body === undefined || body.form !== undefined) return undefined;
  const { server } = adapter;
  return server.session?.(body.fields()) ?? server.endUser?.(body.fields());
}

/** 32 bits of the beginning of the prompt, in the order in which providers keep it; undefined: it is too short to be kept. */
export function promptOf({ adapter, body }: LineExchange): number | undefined {
  if (body === undefined || body.form !== undefined) return undefined;
  let hash: number | undefined;
  let left = BEGINNING;
  for (const name of adapter?.server.prompt ?? []) {
    const text = body.fields().raw?.(name);
    if (text === undefined) continue;
    hash = hashOf(text, hash, left);
    left -= text.length;
    if (left <= 0) return hash;
  }
  return undefined;
}
