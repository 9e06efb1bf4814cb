import type { ChatEvent } from '../../chat/events.ts';
import type { Fault } from '../../chat/fault.ts';
import type { StreamEnd } from '../stream/answer-stream.ts';
import type { GoingOn } from './going-on.ts';
import type { Joint } from './joint.ts';

/** A stream of events that can break: it ends with a fault event then. */
export interface Source {
  onEnd: StreamEnd;
  next(): Promise<IteratorResult<ChatEvent[], undefined>>;
  return(): Promise<IteratorResult<ChatEvent[], undefined>>;
  readOn(bytes: number): void;
}

/** Another stream that goes on with the answer, and how; or the fault that its client is told of. */
export type Next = { readonly source: Source; readonly joint: Joint } | { readonly fault: Fault };

type Step = IteratorResult<ChatEvent[], undefined>;
const DONE: Step = Object.freeze({ done: true, value: undefined });

/** An answer out of one stream, and of others where that broke. Its client sees one answer, or one error at its end. `onEnd` is called once. */
export class ContinuedStream implements AsyncIterable<ChatEvent[]>, AsyncIterator<ChatEvent[]>, Source {
  onEnd: StreamEnd = () => {};
  readonly #going: GoingOn;
  readonly #goOn: (fault: Fault) => Promise<Next>;
  #source: Source;
  #joint: Joint | undefined;
  /** Bytes that are read on behind a client that left. */
  #left: number | undefined;
  #asking = false;

  constructor(source: Source, going: GoingOn, goOn: (fault: Fault) => Promise<Next>) {
    this.#source = source;
    this.#going = going;
    this.#goOn = goOn;
    source.onEnd = this.#ended;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #ended: StreamEnd = (fault) => this.onEnd(fault);

  async next(): Promise<Step> {
    for (;;) {
      const step = await this.#source.next();
      if (step.done === true) return step;
      const fault = this.#going.may && this.#left === undefined ? faultIn(step.value) : undefined;
      if (fault !== undefined) {
        const failed = await this.#another(fault);
        if (failed !== undefined) return failed;
        continue;
      }
      const events = this.#joint === undefined ? step.value : this.#joint.of(step.value);
      this.#going.note(events);
      if (events.length > 0) return { done: false, value: events };
    }
  }

  /** The in-band error where nobody goes on; undefined: another stream does. */
  async #another(fault: Fault): Promise<Step | undefined> {
    this.#asking = true;
    const next = await this.#goOn(fault);
    this.#asking = false;
    if ('source' in next) {
      void this.#source.return();
      this.#source = next.source;
      this.#joint = next.joint;
      next.source.onEnd = this.#ended;
      if (this.#left === undefined) return undefined;
      next.source.readOn(this.#left);
      return DONE;
    }
    if (this.#left === undefined) return { done: false, value: [{ type: 'fault', fault: next.fault }] };
    // Nobody asks for what comes behind it.
    void this.#source.return();
    this.onEnd(next.fault);
    return DONE;
  }

  readOn(bytes: number): void {
    this.#left = bytes;
    if (!this.#asking) this.#source.readOn(bytes);
  }

  return(): Promise<Step> {
    return this.#asking && this.#left !== undefined ? Promise.resolve(DONE) : this.#source.return();
  }
}

function faultIn(events: readonly ChatEvent[]): Fault | undefined {
  for (const event of events) if (event.type === 'fault') return event.fault;
  return undefined;
}
