import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import { weightOf } from '../../chat/weight.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Meter, Metered } from '../adapter.ts';
import { count, given, type Json, record, string } from '../shared/read.ts';
import { bodyFault } from './client-parse.ts';
import { errorIn } from './fault.ts';
import { errorFrame } from './server-fault.ts';
import { failureOf } from './stop.ts';
import { readUsage } from './usage.ts';
import { frame as write } from './wire.ts';

const NOTHING: Metered = Object.freeze({});
const SPOKE: Metered = Object.freeze({ spoke: true });
const INCOMPLETE: Fault = { kind: 'incomplete', message: 'The stream ended without a reason.' };

const messageOf = (event: Json): Json => record(record(event.delta)?.message) ?? {};
const content = (text: unknown): Metered => {
  const weight = weightOf(string(text) ?? '');
  return weight === 0 ? NOTHING : { content: weight };
};

/** Reads a passing answer on the side. */
class CohereMeter implements Meter {
  /** What is open, as the event that closes it. */
  readonly #open = new Map<string, { type: string; index: number }>();

  body(value: unknown): { usage?: Usage; fault?: Fault } {
    const body = record(value);
    const fault: Fault | undefined =
      body === undefined
        ? { kind: 'invalid-response', message: 'The provider did not answer with an object.' }
        : bodyFault(body);
    return fault === undefined ? given('usage', readUsage(body?.usage)) : { fault };
  }

  push(frame: Frame): Metered {
    const { data } = frame;
    if (data === undefined || data.trim() === '[DONE]') return NOTHING;
    const event = record(JSON.parse(data));
    if (event === undefined) throw new SyntaxError('A frame of the stream is not a JSON object.');
    return this.#read(event, string(event.type) ?? frame.event ?? '');
  }

  #read(event: Json, type: string): Metered {
    switch (type) {
      case 'content-start':
      case 'content-delta':
        return this.#content(event, type);
      case 'tool-plan-delta':
        return content(messageOf(event).tool_plan);
      case 'tool-call-start':
        this.#begin(event, 'tool-call-end');
        return SPOKE;
      case 'tool-call-delta':
        return content(record(record(messageOf(event).tool_calls)?.function)?.arguments);
      case 'content-end':
      case 'tool-call-end':
        this.#open.delete(`${type} ${count(event.index) ?? 0}`);
        return NOTHING;
      case 'citation-start':
        return SPOKE;
      case 'message-end':
        return end(record(event.delta) ?? {});
      default:
        return given('fault', errorIn(event));
    }
  }

  #content(event: Json, type: string): Metered {
    if (type === 'content-start') this.#begin(event, 'content-end');
    const block = record(messageOf(event).content);
    return content(string(block?.text) ?? block?.thinking);
  }

  #begin(event: Json, closing: string): void {
    const index = count(event.index) ?? 0;
    this.#open.set(`${closing} ${index}`, { type: closing, index });
  }

  /** Ends the answer as if it had reached its bound. What it used is not known: the provider would have told it last. */
  stop(_reason: 'length'): string {
    const closing = [...this.#open.values()].map(write).join('');
    return closing + write({ type: 'message-end', delta: { finish_reason: 'MAX_TOKENS' } });
  }

  fail(error: GatewayError): string {
    return errorFrame(error);
  }
}

/** The last event: a good reason, or what went wrong. */
function end(delta: Json): Metered {
  const reason = string(delta.finish_reason);
  const fault = reason === undefined ? INCOMPLETE : failureOf(reason, string(delta.error));
  if (fault !== undefined) return { fault };
  return { ...given('usage', readUsage(delta.usage)), terminal: true, last: true };
}

/** A meter for one passing answer. */
export const meter = (): Meter => new CohereMeter();
