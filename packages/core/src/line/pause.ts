import type { Cancellation } from '../kit/cancel.ts';
import type { Clock } from '../kit/clock.ts';

/** Waits between two calls. Throws why the request is over when it is. */
export async function pause(clock: Clock, ms: number, abort: Cancellation): Promise<void> {
  const controller = new AbortController();
  const listener = { handleEvent: () => controller.abort(abort.reason) };
  abort.addEventListener('abort', listener);
  if (abort.aborted) throw abort.reason;
  await clock.sleep(ms, controller.signal).finally(() => abort.removeEventListener('abort', listener));
}
