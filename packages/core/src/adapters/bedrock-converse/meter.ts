import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import { weightOf } from '../../chat/weight.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Chunk } from '../../transport/gateway-request.ts';
import { join } from '../../transport/read-all.ts';
import type { Meter, Metered } from '../adapter.ts';
import { given, type Json, number, record, string } from '../shared/read.ts';
import { exceptionFault, inBandFault, isError } from './fault.ts';
import { tierOf } from './reply-read.ts';
import { errorFrame } from './server-fault.ts';
import { readUsage, writeUsage } from './usage.ts';
import { eventFrame, isObject, memberOf } from './wire.ts';

const NOTHING: Metered = Object.freeze({});
const SPOKE: Metered = Object.freeze({ spoke: true });

/** Reads a passing answer. Frames are small and framed by their length, so each is parsed. */
class ConverseMeter implements Meter {
  /** Index of the block that is open. */
  #open: number | undefined;
  #stopped = false;
  #closed = false;
  #usage: Usage | undefined;

  body(body: unknown): { usage?: Usage; fault?: Fault } {
    if (!isObject(body)) return {};
    return isError(body)
      ? { fault: inBandFault(body) }
      : given('usage', readUsage(body.usage, tierOf(body.serviceTier)));
  }

  push(frame: Frame): Metered {
    if (frame.exception === true) return { fault: exceptionFault(frame) };
    if (frame.data === undefined) return NOTHING;
    const event: unknown = JSON.parse(frame.data);
    if (!isObject(event)) throw new SyntaxError('A frame of the stream is not a JSON object.');
    return this.#read(frame.event, event);
  }

  #read(name: string | undefined, event: Json): Metered {
    switch (name) {
      case 'contentBlockStart':
        this.#open = number(event.contentBlockIndex);
        return SPOKE;
      case 'contentBlockDelta':
        this.#open = number(event.contentBlockIndex);
        return isObject(event.delta) ? deltaOf(event.delta) : NOTHING;
      case 'contentBlockStop':
        this.#open = undefined;
        return NOTHING;
      case 'messageStop':
        this.#stopped = true;
        return { terminal: true };
      case 'metadata':
        return this.#metadata(event);
      default:
        return NOTHING;
    }
  }

  /** The last event, but for a stream that has not ended yet. */
  #metadata(event: Json): Metered {
    this.#usage = readUsage(event.usage, tierOf(event.serviceTier)) ?? this.#usage;
    this.#closed = this.#stopped;
    return { ...given('usage', this.#usage), ...(this.#stopped ? { terminal: true, last: true } : {}) };
  }

  /** Ends the answer as if it had reached its bound. */
  stop(_reason: 'length'): Chunk {
    const closing = this.#open === undefined ? [] : [eventFrame('contentBlockStop', { contentBlockIndex: this.#open })];
    const frames = [...closing, eventFrame('messageStop', { stopReason: 'max_tokens' }), this.#lastFrame()];
    return join(
      frames,
      frames.reduce((sum, { length }) => sum + length, 0),
    );
  }

  /** Clients wait for the usage, which ends every stream. */
  end(): Chunk {
    return this.#stopped && !this.#closed ? this.#lastFrame() : '';
  }

  #lastFrame(): Uint8Array {
    return eventFrame('metadata', { usage: writeUsage(this.#usage), metrics: { latencyMs: 0 } });
  }

  fail(error: GatewayError): Chunk {
    return errorFrame(error);
  }
}

/** Characters of text, reasoning and input; all else tells of the answer by being there. */
function deltaOf(delta: Json): Metered {
  const [kind, value] = memberOf(delta);
  const inner = record(value);
  const words =
    kind === 'text'
      ? string(value)
      : kind === 'toolUse'
        ? string(inner?.input)
        : kind === 'reasoningContent'
          ? string(inner?.text)
          : undefined;
  if (words === undefined) return kind === 'unknown' || inner?.signature !== undefined ? NOTHING : SPOKE;
  return words === '' ? NOTHING : { content: weightOf(words) };
}

/** A meter for one passing answer. */
export const meter = (): Meter => new ConverseMeter();
