import type { Fault } from '../../chat/fault.ts';
import { addUsage, type Usage } from '../../chat/usage.ts';
import { weightOf } from '../../chat/weight.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Meter, Metered, UpstreamCall } from '../adapter.ts';
import { frameObject } from '../openai-chat/decoder.ts';
import { count, given, type Json, record, string } from '../shared/read.ts';
import { type Memo, memoOf } from './call.ts';
import { ENDS } from './decoder.ts';
import { eventFault, faultIn, noResponse } from './fault.ts';
import { deltaCharacters, deltaData } from './scan.ts';
import { errorFrame } from './server-fault.ts';
import { usageOf } from './usage.ts';
import { frame as write } from './wire.ts';

const NOTHING: Metered = Object.freeze({});
const SPOKE: Metered = Object.freeze({ spoke: true });
const LAST: Metered = Object.freeze({ terminal: true, last: true });
const CLOSES: Metered = Object.freeze({ terminal: true, closes: true });
const HIDDEN: Metered = Object.freeze({ hide: true });

/** Items that begin empty: their first piece is the first token. */
const EMPTY: ReadonlySet<string> = new Set(['message', 'reasoning']);

/** Statuses of an answer that is being made in the background. */
const UNDER_WAY: ReadonlySet<unknown> = new Set(['queued', 'in_progress']);

/** Reads a passing answer. Delta frames, which are nearly all, are only scanned; the few others are parsed. */
class ResponsesMeter implements Meter {
  readonly #memo: Memo;
  /** What the stream's first event told of the response. */
  #response: Json = {};
  /** Responses that have ended, by id, and what they used together. */
  readonly #over = new Set<unknown>();
  #used: Usage | undefined;
  /** Items that are done, should we have to end the stream. */
  readonly #output: unknown[] = [];
  #sequence = 0;

  constructor(memo: Memo) {
    this.#memo = memo;
  }

  body(body: unknown): { usage?: Usage; fault?: Fault } {
    const response = record(body);
    const fault = response !== undefined && UNDER_WAY.has(response.status) ? undefined : noResponse(body);
    return { ...given('usage', response && usageOf(response)), ...given('fault', fault) };
  }

  push(frame: Frame): Metered {
    const { bytes, start, end } = frame;
    const data = deltaData(bytes, start, end);
    if (data > 0) {
      this.#sequence++;
      const content = deltaCharacters(bytes, data, end);
      return content === 0 ? NOTHING : { content };
    }
    if (frame.data === undefined || frame.data === '') return NOTHING;
    if (frame.data.trim() === '[DONE]') return this.#response.id === undefined ? NOTHING : LAST;
    const event = frameObject(frame.data);
    const type = string(event.type) ?? frame.event ?? '';
    // What stands in the place of a failure takes its number.
    if (type !== 'error') this.#sequence = (count(event.sequence_number) ?? this.#sequence) + 1;
    return this.#read(type, event);
  }

  #read(type: string, event: Json): Metered {
    if (type === 'error' || (type === '' && event.error !== undefined)) return { fault: eventFault(event) };
    const response = record(event.response);
    if (response !== undefined) return this.#told(type, response);
    if (type === 'response.output_item.added')
      return EMPTY.has(string(record(event.item)?.type) ?? 'message') ? NOTHING : SPOKE;
    if (type === 'response.output_item.done') this.#output.push(event.item);
    if (type === 'response.output_text.annotation.added') return SPOKE;
    const content = type.endsWith('.delta') ? weightOf(string(event.delta) ?? '') : 0;
    return content === 0 ? NOTHING : { content };
  }

  #told(type: string, response: Json): Metered {
    this.#response = response;
    const fault = faultIn(response) ?? (type === 'response.failed' ? eventFault({}) : undefined);
    if (fault !== undefined) return { fault };
    return ENDS.has(type) ? this.#ended(response) : NOTHING;
  }

  /**
   * A response ends once. Nothing says that another one can't follow it: where the vendor's own bytes pass, it does, as far as the vendor goes on at once.
   */
  #ended(response: Json): Metered {
    if (this.#over.has(response.id)) return HIDDEN;
    this.#over.add(response.id);
    const usage = usageOf(response);
    if (usage !== undefined) this.#used = addUsage(this.#used, usage);
    return { ...given('usage', this.#used), ...(this.#memo.untouched === true ? CLOSES : LAST) };
  }

  /** Ends the answer as if it had reached its bound; items that are open stay out of it. */
  stop(_reason: 'length'): string {
    const response = {
      id: this.#memo.id,
      object: 'response',
      created_at: this.#memo.created,
      ...this.#response,
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: this.#output,
    };
    return write('response.incomplete', { sequence_number: this.#sequence++, response });
  }

  fail(error: GatewayError): string {
    return errorFrame(error, this.#sequence++);
  }
}

/** A meter for the answer of this call. */
export const meter = (call: UpstreamCall): Meter => new ResponsesMeter(memoOf(call));
