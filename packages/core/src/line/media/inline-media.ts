import type { Target } from '../../adapters/adapter.ts';
import { clientOf } from '../../adapters/index.ts';
import { mediaOf, replaceMedia } from '../../chat/media.ts';
import type { MediaPart } from '../../chat/parts.ts';
import type { ChatRequest } from '../../chat/request.ts';
import type { LineExchange } from '../exchange.ts';
import { fetchAll, type WantedMedia } from './fetch-media.ts';

/** The mark of a call whose media the host fetched, for `x-postern-inserted`. */
export const FETCHED = 'media=fetched';

/**
 * The request with the bytes of those media that stand in it by URL and that the target takes as bytes only; the same object, at once, when there are
 * none. Only the host's `fetchMedia` ever fetches: without it nothing happens here, and `render` refuses. Throws RequestError `media_fetch_failed`,
 * or what the host refuses with.
 */
export function inlineMedia(
  exchange: LineExchange,
  chat: ChatRequest,
  target: Target,
): ChatRequest | Promise<ChatRequest> {
  const { fetchMedia } = exchange.line.settings;
  if (fetchMedia === undefined || exchange.dry) return chat;
  const wanted = wantedBy(target, chat);
  return wanted.length === 0 ? chat : withBytes(chat, wanted, fetchAll(exchange, fetchMedia, wanted));
}

async function withBytes(
  chat: ChatRequest,
  wanted: readonly WantedMedia[],
  fetching: ReturnType<typeof fetchAll>,
): Promise<ChatRequest> {
  const fetched = await fetching;
  const instead = new Map<MediaPart, MediaPart>();
  for (const { part, key } of wanted) {
    const source = fetched.get(key);
    if (source !== undefined) instead.set(part, { ...part, source });
  }
  return replaceMedia(chat, instead);
}

/** What is no web address is never given to the host: some runtimes fetch `file:` as well. */
function wantedBy(target: Target, chat: ChatRequest): WantedMedia[] {
  const { needsBytes } = clientOf(target);
  if (needsBytes === undefined) return [];
  return mediaOf(chat.messages).flatMap(({ part, role, path }) => {
    const { source } = part;
    if (source.kind !== 'url' || !needsBytes(part, role, target) || !isWebAddress(source.url)) return [];
    // The same URL as an image and as a file are two.
    return [{ part, path, url: source.url, mediaType: source.mediaType, key: `${part.type} ${source.url}` }];
  });
}

function isWebAddress(url: string): boolean {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  return protocol === 'https:' || protocol === 'http:';
}
