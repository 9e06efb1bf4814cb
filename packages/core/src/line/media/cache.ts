import type { MediaSource } from '../../chat/parts.ts';
import type { RequestError } from '../../kit/errors.ts';

/** What was fetched for one request, so that further attempts don't fetch it again: by key the bytes, or why there are none. */
export class MediaCache {
  readonly outcomes = new Map<string, MediaSource | RequestError>();
  /** Of all media so far. */
  bytes = 0;
}
