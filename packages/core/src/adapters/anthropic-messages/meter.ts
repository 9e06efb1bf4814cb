import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import { weightOf } from '../../chat/weight.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Meter, Metered } from '../adapter.ts';
import { given, type Json, number, record, string } from '../shared/read.ts';
import { inBandFault, isError } from './fault.ts';
import { deltaCharacters, deltaLine } from './scan.ts';
import { errorFrame } from './server-fault.ts';
import { mergeUsage, readUsage } from './usage.ts';
import { isObject, frame as write } from './wire.ts';

const NOTHING: Metered = Object.freeze({});
const SPOKE: Metered = Object.freeze({ spoke: true });

/** Reads a passing answer. Delta frames, which are nearly all, are only scanned; the few others are parsed. */
class MessagesMeter implements Meter {
  #usage: Json | undefined;
  /** Index of the block that is open. */
  #open: number | undefined;
  #stopped = false;
  #closed = false;

  body(body: unknown): { usage?: Usage; fault?: Fault } {
    if (!isObject(body)) return {};
    return isError(body) ? { fault: inBandFault(body) } : given('usage', readUsage(body.usage));
  }

  push(frame: Frame): Metered {
    const line = deltaLine(frame.raw);
    if (line !== undefined) {
      const content = deltaCharacters(frame.raw, line.from, line.to);
      return content === 0 ? NOTHING : { content };
    }
    if (frame.data === undefined || frame.event === 'ping') return NOTHING;
    const event: unknown = JSON.parse(frame.data);
    if (!isObject(event)) throw new SyntaxError('A frame of the stream is not a JSON object.');
    return this.#read(event, string(event.type) ?? frame.event);
  }

  #read(event: Json, type: string | undefined): Metered {
    switch (type) {
      case 'message_start':
        return this.#count(record(event.message)?.usage);
      case 'message_delta':
        return this.#messageDelta(event);
      case 'content_block_start':
        this.#open = number(event.index);
        return begun(record(event.content_block) ?? {});
      case 'content_block_stop':
        this.#open = undefined;
        return NOTHING;
      case 'content_block_delta':
        return delta(record(event.delta) ?? {});
      case 'message_stop':
        this.#closed = true;
        return { terminal: true, last: true };
      case 'error':
        return { fault: inBandFault(event) };
      default:
        return NOTHING;
    }
  }

  /** The reason to stop is the end of the answer; message_stop only closes it. */
  #messageDelta(event: Json): Metered {
    if (typeof record(event.delta)?.stop_reason === 'string') this.#stopped = true;
    const metered = this.#count(event.usage);
    return this.#stopped ? { ...metered, terminal: true } : metered;
  }

  #count(wire: unknown): Metered {
    this.#usage = mergeUsage(this.#usage, wire);
    return given('usage', readUsage(this.#usage));
  }

  /** Ends the answer as if it had reached its bound. */
  stop(_reason: 'length'): string {
    const closing =
      this.#open === undefined ? '' : write('content_block_stop', { type: 'content_block_stop', index: this.#open });
    const usage = { output_tokens: number(this.#usage?.output_tokens) ?? 0 };
    return (
      closing +
      write('message_delta', {
        type: 'message_delta',
        delta: { stop_reason: 'max_tokens', stop_sequence: null },
        usage,
      }) +
      write('message_stop', { type: 'message_stop' })
    );
  }

  end(): string {
    return this.#stopped && !this.#closed ? write('message_stop', { type: 'message_stop' }) : '';
  }

  fail(error: GatewayError): string {
    return errorFrame(error);
  }
}

/** A block's start: blocks of words start empty, all others tell of the answer. */
function begun(block: Json): Metered {
  return block.type === 'text' || block.type === 'thinking' ? delta(block) : SPOKE;
}

/** A delta whose frame had no event line. */
function delta(fields: Json): Metered {
  const content = weightOf(string(fields.text) ?? string(fields.thinking) ?? string(fields.partial_json) ?? '');
  return content === 0 ? NOTHING : { content };
}

/** A meter for one passing answer. */
export const meter = (): Meter => new MessagesMeter();
