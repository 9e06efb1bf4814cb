import type { Meter, Metered } from '../adapters/adapter.ts';
import type { Fault } from '../chat/fault.ts';
import type { Frame } from '../transport/frame.ts';
import type { Chunk } from '../transport/gateway-request.ts';
import type { Interpreter } from './answer-stream.ts';
import { Interpretation } from './interpretation.ts';
import { joined } from './join.ts';
import { upstreamError } from './upstream-error.ts';

/** Are the frames, one after the other, these very bytes? A frame that began in an earlier chunk has an array of its own. */
function covers(frames: readonly Frame[], bytes: Uint8Array): boolean {
  const first = frames[0];
  const last = frames[frames.length - 1];
  return first?.bytes === bytes && first.start === 0 && last?.end === bytes.length;
}

/** Pass-through: the frames go on as they came, but for what the meter hides, replaces or finds broken. */
export class FrameInterpreter extends Interpretation implements Interpreter<Chunk> {
  complete = false;
  readonly #meter: Meter;

  constructor(meter: Meter) {
    super();
    this.#meter = meter;
  }

  push(frames: readonly Frame[], bytes: Uint8Array | undefined): Chunk | undefined {
    const kept: (Frame | Chunk)[] = [];
    let touched = false;
    for (const frame of frames) {
      if (this.ended) {
        touched = true;
        break;
      }
      const metered = this.#read(frame);
      if (this.fault !== undefined) break;
      if (metered === undefined || metered.hide === true) touched = true;
      else if (metered.replace === undefined) kept.push(frame);
      else {
        touched = true;
        kept.push(metered.replace);
      }
    }
    // The common case: everything passes, and the chunk goes on as the very buffer that came.
    if (!touched && this.fault === undefined && bytes !== undefined && covers(frames, bytes)) return bytes;
    return kept.length === 0
      ? undefined
      : joined(kept.map((piece) => (typeof piece === 'object' && 'raw' in piece ? piece.raw : piece)));
  }

  end(): Chunk | undefined {
    if (!this.complete) {
      this.fault ??= { kind: 'incomplete', message: 'The provider ended its stream in the middle of the answer.' };
      return undefined;
    }
    const closing = this.#meter.end?.();
    return closing === undefined || closing.length === 0 ? undefined : closing;
  }

  fail(fault: Fault): Chunk {
    return this.#meter.fail(upstreamError(fault));
  }

  #read(frame: Frame): Metered | undefined {
    let metered: Metered;
    try {
      metered = this.#meter.push(frame);
    } catch (error) {
      return this.withhold(error);
    }
    if (metered.usage !== undefined) this.usage = metered.usage;
    if (metered.content !== undefined && metered.content > 0) {
      this.content += metered.content;
      this.spoke = true;
    }
    if (metered.spoke === true) this.spoke = true;
    if (metered.terminal === true) this.complete = true;
    if (metered.last === true) this.ended = true;
    if (metered.fault !== undefined) this.fault = metered.fault;
    return metered;
  }
}
