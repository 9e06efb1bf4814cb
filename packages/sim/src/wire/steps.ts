import type { Frame, Step } from './frame.ts';
import type { Framing } from './framing.ts';
import type { Profile } from './profile.ts';

/** The writes of a stream. Made one by one, while they are played. */
export function* streamSteps(
  frames: readonly Frame[],
  framing: Framing,
  profile: Profile,
  endsProperly: boolean,
): Generator<Step> {
  let spoken = false;
  for (const [index, frame] of frames.entries()) {
    const gap = frame.role === 'token' && spoken ? profile.gap : 0;
    spoken ||= frame.role === 'token';
    const delay = (index === 0 ? profile.first : gap) + (frame.delay ?? 0);
    yield* writes(framing.frame(frame, index), delay, frame.tokens, profile.split);
  }
  const end = endsProperly ? framing.end(frames.length) : '';
  if (end !== '') yield* writes(end, 0, 0, profile.split);
}

/** The same writes, and then nothing for so many ms before the end. */
export function* keptOpen(steps: Iterable<Step>, milliseconds: number): Generator<Step> {
  yield* steps;
  yield { delay: milliseconds, bytes: new Uint8Array(), tokens: 0 };
}

/** The writes of one body. */
export function bodySteps(body: string | Uint8Array, tokens: number, split: number): Iterable<Step> {
  return writes(body, 0, tokens, split);
}

function* writes(content: string | Uint8Array, delay: number, tokens: number, split: number): Generator<Step> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  if (split <= 0 || bytes.length <= split) {
    yield { delay, bytes, tokens };
    return;
  }
  for (let at = 0; at < bytes.length; at += split) {
    const last = at + split >= bytes.length;
    // The tokens are out when the last byte of their event is.
    yield { delay: at === 0 ? delay : 0, bytes: bytes.subarray(at, at + split), tokens: last ? tokens : 0 };
  }
}
