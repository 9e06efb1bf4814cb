import type { Watch } from './watch.ts';

/** Bytes behind the end of an answer that are read away; whoever sends more is left. */
const MOST = 64 * 1024;

/**
 * Reads away what an upstream sends behind the end of its answer, so that its connection can serve another call. One that does not end in
 * a short time, or goes on and on, is closed. Never rejects.
 */
export async function drain(source: AsyncIterator<Uint8Array>, watch: Watch): Promise<void> {
  watch.rest();
  try {
    for (let size = 0; size <= MOST; ) {
      const step = await source.next();
      if (step.done === true) return watch.stop();
      size += step.value.length;
    }
    watch.expire();
  } catch {
    // It broke, or was closed: nobody waits for anything behind the end.
    watch.stop();
  }
}
