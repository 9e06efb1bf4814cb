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

/** A reader of streams that are framed so. */
export function createFrameReader(framing: Framing, settings: FrameSettings): FrameReader {
  return READERS[framing](settings);
}
