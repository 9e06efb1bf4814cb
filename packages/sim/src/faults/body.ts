import type { Ending, Step } from '../wire/frame.ts';
import type { FaultName, FaultSizes } from './names.ts';

/** A whole body as it is written under faults. */
export interface BodyWrites {
  readonly steps: Iterable<Step>;
  readonly ending: Ending;
  /** The length that the headers promise; undefined: none. */
  readonly promised: number | undefined;
}

/** The writes of a body that is not streamed, with the faults that break bodies. */
export function bodyWrites(
  text: string,
  tokens: number,
  split: (bytes: Buffer) => Iterable<Step>,
  faults: ReadonlySet<FaultName>,
  sizes: FaultSizes,
): BodyWrites {
  const bytes = Buffer.from(text);
  const half = Math.ceil(bytes.length / 2);
  const step = (from: number, to: number, delay: number, count: number): Step => ({
    delay,
    bytes: bytes.subarray(from, to),
    tokens: count,
  });
  if (faults.has('cut')) return { steps: [step(0, half, 0, 0)], ending: 'cut', promised: bytes.length };
  if (faults.has('cleancut')) return { steps: [step(0, half, 0, 0)], ending: 'end', promised: undefined };
  if (faults.has('badjson')) return { steps: [step(0, half, 0, tokens)], ending: 'end', promised: half };
  if (faults.has('stall'))
    return {
      steps: [step(0, half, 0, 0), step(half, bytes.length, sizes.stall, tokens)],
      ending: 'end',
      promised: bytes.length,
    };
  return { steps: split(bytes), ending: 'end', promised: bytes.length };
}
