import type { Meter, Metered } from '../adapters/adapter.ts';
import type { Fault } from '../chat/fault.ts';
import type { Usage } from '../chat/usage.ts';
import type { Frame } from '../transport/frame.ts';
import type { Chunk } from '../transport/gateway-request.ts';
import type { Interpreter } from './answer-stream.ts';
import { brokenFault, TOO_MANY_BROKEN } from './broken-frames.ts';
import { Kept } from './kept.ts';
import { upstreamError } from './upstream-error.ts';

/** Pass-through: the frames go on as they came, but for what the meter hides, replaces or finds broken. */
export class FrameInterpreter implements Interpreter<Chunk> {
  said = false;
  spoke = false;
  complete = false;
  fault: Fault | undefined;
  usage: Usage | undefined;
  content = 0;
  broken = 0;
  readonly #meter: Meter;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  push(frames: Iterable<Frame>): Chunk | undefined {
    const kept = new Kept();
    for (const frame of frames) {
      this.said ||= frame.data !== undefined;
      const metered = this.#read(frame);
      if (this.fault !== undefined) break;
      if (metered === undefined || metered.hide === true) continue;
      if (metered.replace === undefined) kept.add(frame);
      else kept.put(metered.replace);
    }
    return kept.chunk;
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
      if (!(error instanceof SyntaxError)) throw error;
      this.broken++;
      if (this.broken > TOO_MANY_BROKEN) this.fault = brokenFault();
      return undefined;
    }
    if (metered.usage !== undefined) this.usage = metered.usage;
    if (metered.content !== undefined && metered.content > 0) {
      this.content += metered.content;
      this.spoke = true;
    }
    if (metered.spoke === true) this.spoke = true;
    if (metered.terminal === true) this.complete = true;
    if (metered.fault !== undefined) this.fault = metered.fault;
    return metered;
  }
}
