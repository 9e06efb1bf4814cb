import type { Meter, Metered } from '../../adapters/adapter.ts';
import type { Fault } from '../../chat/fault.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Framing } from '../../transport/frame-reader.ts';
import type { Chunk } from '../../transport/gateway-request.ts';
import { upstreamError } from '../upstream-error.ts';
import type { Cut, Interpreter } from './answer-stream.ts';
import { cutNote } from './cut-note.ts';
import { Interpretation } from './interpretation.ts';
import { joined } from './join.ts';
import { Kept } from './kept.ts';

/** Pass-through: the frames go on as they came, but for what the meter hides, replaces or finds broken. */
export class FrameInterpreter extends Interpretation implements Interpreter<Chunk> {
  complete = false;
  readonly #meter: Meter;

  readonly #framing: Framing;

  constructor(meter: Meter, framing: Framing = 'sse') {
    super();
    this.#meter = meter;
    this.#framing = framing;
  }

  push(frames: Iterable<Frame>): Chunk | undefined {
    const kept = new Kept();
    for (const frame of frames) {
      const metered = this.#read(frame);
      this.said ||= metered !== undefined && frame.data !== undefined;
      if (this.fault !== undefined) break;
      if (metered !== undefined && metered.hide !== true) {
        if (metered.replace === undefined) kept.add(frame);
        else kept.put(metered.replace);
      }
      if (this.ended) break;
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

  stop({ code }: Cut): Chunk {
    const closing = this.#meter.stop('length');
    return this.#framing === 'sse' ? joined([cutNote(code), closing]) : closing;
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
    if (metered.closes === true) this.closes = true;
    if (metered.fault !== undefined) this.fault = metered.fault;
    return metered;
  }
}
