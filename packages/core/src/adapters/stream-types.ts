import type { Framing } from '../transport/frame-reader.ts';

/** The content type of a stream by its framing. Here and not beside the framings, since one of them is named after its vendor. */
export const STREAM_TYPES: Readonly<Record<Framing, string>> = {
  sse: 'text/event-stream; charset=utf-8',
  ndjson: 'application/x-ndjson',
  'event-stream': 'application/vnd.amazon.eventstream',
};
