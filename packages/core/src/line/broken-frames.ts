import type { Fault } from '../chat/fault.ts';

/** More broken frames than this, and the stream is not what it should be. One or two are withheld and counted. */
export const TOO_MANY_BROKEN = 8;

export const brokenFault = (): Fault => ({
  kind: 'invalid-response',
  message: 'The provider sent a stream that is not in its own format.',
});
