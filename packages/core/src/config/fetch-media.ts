import type { HookContext } from './hooks.ts';

/** What a {@link FetchMedia} is told besides the URL. */
export interface MediaContext extends HookContext {
  /** What the request says the medium is. */
  readonly kind: 'image' | 'audio' | 'video' | 'file';
  /** The media type that the client stated, such as `audio/wav`; undefined where its format states none. */
  readonly mediaType: string | undefined;
  /** Bytes that may be given at most; all media of a request together may hold as many as a request body (`body.maxBytes`). */
  readonly maxBytes: number;
  /** Aborts when the client leaves, at the time limit of the request, and when another medium of the request could not be fetched. */
  readonly signal: AbortSignal;
}

/** A medium that was fetched. */
export interface FetchedMedia {
  readonly data: Uint8Array;
  /** What it is: `image/png`, `application/pdf` … Parameters behind a `;` are ignored. */
  readonly mediaType: string;
}

/**
 * Fetches a medium that a request names by its URL, for a target that takes it as bytes only. The URL is the client's: http or https, nothing else
 * of it is checked. Who fetches it must see to it that it leads nowhere it should not; `guardedFetchMedia` of `@postern/core/node` does.
 * It is called once for each URL of a request, however many attempts the request makes.
 * Throws (anything): the target can't serve the request, another one may, else the client gets 400 `media_fetch_failed` that tells neither
 * the address nor the error; the error goes to the operator's log. A RequestError, AccessError, GuardError or LimitError is given to the client as it is.
 */
export type FetchMedia = (url: string, context: MediaContext) => Promise<FetchedMedia>;
