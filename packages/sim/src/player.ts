import type { OpenCall } from './call.ts';
import { turnOfTheLoop } from './kit/clock.ts';
import type { Settings } from './options.ts';
import type { SimResponse } from './wire/response.ts';

/** After so many writes without a wait the event loop gets its turn. */
const WRITES_PER_TURN = 16;

/** The script says that the connection breaks here. */
export class ConnectionCut extends Error {
  constructor() {
    super('the simulated provider cut the connection');
    this.name = 'ConnectionCut';
  }
}

/** One call while it is answered: first wait for its headers, then take its writes. */
export interface Performance {
  readonly call: OpenCall;
  readonly response: SimResponse;
}

/** Waits until the headers are due. Throws {@link ConnectionCut} when there are none, the signal's reason when the client leaves. */
export async function untilHeaders(
  { call, response }: Performance,
  settings: Settings,
  signal: AbortSignal,
): Promise<void> {
  try {
    signal.throwIfAborted();
    if (response.headersAfter > 0) await settings.sleep(response.headersAfter, signal);
  } catch (error) {
    call.close('cancelled', settings.now());
    throw error;
  }
  if (response.ending === 'reset') {
    call.close('broken', settings.now());
    throw new ConnectionCut();
  }
  call.headersAt = settings.now();
}

/** The writes of an answer, each when it is due. Throws {@link ConnectionCut} at a cut, the signal's reason when the client leaves. */
export async function* play(
  { call, response }: Performance,
  settings: Settings,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  let sinceWait = 0;
  try {
    for (const step of response.steps) {
      if (step.delay > 0) {
        await settings.sleep(step.delay, signal);
        sinceWait = 0;
      } else if (++sinceWait % WRITES_PER_TURN === 0) await turnOfTheLoop();
      signal.throwIfAborted();
      call.emitted += step.tokens;
      call.bytes += step.bytes.length;
      yield step.bytes;
    }
    call.close(response.ending === 'cut' ? 'broken' : 'finished', settings.now());
  } finally {
    // Left by its reader, or thrown out of by the signal.
    call.close('cancelled', settings.now());
  }
  if (response.ending === 'cut') throw new ConnectionCut();
}
