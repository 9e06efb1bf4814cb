import { createEventStreamReader } from './event-stream.ts';
import type { FrameReader, FrameSettings } from './frame.ts';
import { createNdjsonReader } from './ndjson.ts';
import { createSseReader } from './sse.ts';

/** How a provider cuts its streams into frames. */
export type Framing = 'sse' | 'ndjson' | 'event-stream';

const READERS: Readonly<Record<Framing, (settings: FrameSettings) => FrameReader>> = {
  sse: createSseReader,
  ndjson: createNdjsonReader,
  'event-stream': createEventStreamReader,
};

/** The content type of a stream that is framed so. */
export const STREAM_TYPES: Readonly<Record<Framing, string>> = {
  sse: 'text/event-stream; charset=utf-8',
  ndjson: 'application/x-ndjson',
  'event-stream': 'application/vnd.amazon.eventstream',
};

/** A reader of streams that are framed so. */
export function createFrameReader(framing: Framing, settings: FrameSettings): FrameReader {
  return READERS[framing](settings);
}
