import type { ChatEvent } from '../../chat/events.ts';
import type { Fault } from '../../chat/fault.ts';
import type { Origin, Part } from '../../chat/parts.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Decoder, Exchange, UpstreamCall } from '../adapter.ts';
import { originOf } from '../shared/origin.ts';
import { count, given, type Json, record, records, string } from '../shared/read.ts';
import { citedBy, readCitation } from './citations.ts';
import { blockPart, callPart, memoOf, planPart } from './client-parse.ts';
import { errorIn } from './fault.ts';
import { readLogprobs } from './logprobs.ts';
import { failureOf, readStop } from './stop.ts';
import { readUsage } from './usage.ts';
import { asNative, FORMAT } from './wire.ts';

/** A part that is open on the wire. */
interface Open {
  readonly part: number;
  readonly type: Part['type'];
  readonly plan: boolean;
  /** Of a call: input that may yet turn out to be the word `null`, which stands for none. Undefined once it can't. */
  held: string | undefined;
}

const INCOMPLETE: Fault = { kind: 'incomplete', message: 'The stream ended before the message did.' };
const NULL = 'null';

const messageOf = (event: Json): Json => record(record(event.delta)?.message) ?? {};
/** What stands in a message as one object; in a list, by older servers. */
const one = (value: unknown): Json => record(value) ?? records(value)[0] ?? {};

/**
 * Reads the stream of one answer.
 * Source: https://docs.cohere.com/v2/docs/streaming, https://docs.cohere.com/v2/docs/tool-use-streaming
 */
class CohereDecoder implements Decoder {
  readonly #origin: Origin;
  readonly #memo;
  readonly #exchange: Pick<Exchange, 'newId'>;
  readonly #blocks = new Map<number, Open>();
  readonly #calls = new Map<number, Open>();
  #plan: Open | undefined;
  /** A text stays open until something else begins: its citations may follow its end. */
  #ended: Open | undefined;
  #parts = 0;
  #started = false;
  #over = false;
  #calledTool = false;

  constructor(call: UpstreamCall, exchange: Pick<Exchange, 'newId'>) {
    this.#origin = originOf(call.target);
    this.#memo = memoOf(call);
    this.#exchange = exchange;
  }

  /** Nothing follows the last event, and nothing before it says that it comes. */
  get whole(): boolean {
    return this.#over;
  }

  push(frame: Frame): ChatEvent[] {
    const { data } = frame;
    if (data === undefined || this.#over || data.trim() === '[DONE]') return [];
    const event = record(JSON.parse(data));
    return event === undefined ? [] : this.#read(event, string(event.type) ?? frame.event ?? '');
  }

  end(): ChatEvent[] {
    return this.#over ? [] : this.#fail(INCOMPLETE);
  }

  #read(event: Json, type: string): ChatEvent[] {
    switch (type) {
      case 'content-delta':
        return this.#contentDelta(event);
      case 'tool-call-delta':
        return this.#callDelta(event);
      case 'tool-plan-delta':
        return this.#planDelta(string(messageOf(event).tool_plan) ?? '');
      case 'message-start':
        return this.#begin(string(event.id));
      case 'content-start':
        return this.#contentStart(event);
      case 'content-end':
        return this.#contentEnd(count(event.index) ?? 0);
      case 'tool-call-start':
        return this.#callStart(event);
      case 'tool-call-end':
        return this.#callEnd(count(event.index) ?? 0);
      case 'citation-start':
        return this.#citation(event);
      case 'citation-end':
        return [];
      case 'message-end':
        return this.#finish(event);
      default:
        return this.#other(event, type);
    }
  }

  /** An error envelope may come in the place of an event. */
  #other(event: Json, type: string): ChatEvent[] {
    const fault = errorIn(event);
    if (fault !== undefined) return this.#fail(fault);
    return type === '' ? [] : [{ type: 'native', format: FORMAT, name: type, value: event }];
  }

  #begin(id: string | undefined): ChatEvent[] {
    if (this.#started) return [];
    this.#started = true;
    return [{ type: 'reply-start', ...given('id', id) }];
  }

  #open(value: Part, plan: boolean): { open: Open; events: ChatEvent[] } {
    const part = this.#parts++;
    const events = [...this.#begin(undefined), ...this.#settle()];
    events.push({ type: 'part-start', choice: 0, part, value });
    return { open: { part, type: value.type, plan, held: value.type === 'tool-call' ? '' : undefined }, events };
  }

  /** Ends the plan and the text behind which something else begins. */
  #settle(): ChatEvent[] {
    const events = [this.#plan, this.#ended].flatMap((open): ChatEvent[] =>
      open === undefined ? [] : [{ type: 'part-end', choice: 0, part: open.part }],
    );
    this.#plan = undefined;
    this.#ended = undefined;
    return events;
  }

  #contentStart(event: Json): ChatEvent[] {
    const value = blockPart(one(messageOf(event).content), this.#origin);
    const index = count(event.index) ?? 0;
    if (value.type !== 'text' && value.type !== 'reasoning') {
      const { open, events } = this.#open(value, false);
      return [...events, { type: 'part-end', choice: 0, part: open.part }];
    }
    const { open, events } = this.#open({ ...value, text: '' }, false);
    this.#blocks.set(index, open);
    return [...events, ...said(open, value.text, undefined)];
  }

  #contentDelta(event: Json): ChatEvent[] {
    const content = one(messageOf(event).content);
    const index = count(event.index) ?? 0;
    const known = this.#blocks.get(index);
    const started = known === undefined ? this.#implied(content, index) : [];
    const open = known ?? this.#blocks.get(index);
    const words = string(content.text) ?? string(content.thinking) ?? '';
    return open === undefined ? started : [...started, ...said(open, words, readLogprobs(event.logprobs))];
  }

  /** A delta whose block nobody announced. */
  #implied(content: Json, index: number): ChatEvent[] {
    const type = string(content.thinking) === undefined ? 'text' : 'thinking';
    return this.#contentStart({ index, delta: { message: { content: { type } } } });
  }

  #contentEnd(index: number): ChatEvent[] {
    const open = this.#blocks.get(index);
    if (open === undefined) return [];
    this.#blocks.delete(index);
    if (open.type !== 'text') return [{ type: 'part-end', choice: 0, part: open.part }];
    const events = this.#settle();
    this.#ended = open;
    return events;
  }

  #planDelta(text: string): ChatEvent[] {
    const opened = this.#plan === undefined ? this.#open(planPart('', this.#origin), true) : undefined;
    this.#plan ??= opened?.open;
    return [...(opened?.events ?? []), ...(this.#plan === undefined ? [] : said(this.#plan, text, undefined))];
  }

  #callStart(event: Json): ChatEvent[] {
    const call = one(messageOf(event).tool_calls);
    this.#calledTool = true;
    const value = callPart(call, this.#memo, () => this.#exchange.newId('call_'));
    const { open, events } = this.#open(value, false);
    this.#calls.set(count(event.index) ?? this.#calls.size, open);
    return [...events, ...fed(open, string(record(call.function)?.arguments) ?? '')];
  }

  #callDelta(event: Json): ChatEvent[] {
    const open = this.#calls.get(count(event.index) ?? this.#calls.size - 1);
    const called = record(one(messageOf(event).tool_calls).function);
    return open === undefined ? [] : fed(open, string(called?.arguments) ?? '');
  }

  #callEnd(index: number): ChatEvent[] {
    const open = this.#calls.get(index);
    if (open === undefined) return [];
    this.#calls.delete(index);
    return ended(open);
  }

  #citation(event: Json): ChatEvent[] {
    return records([...citationsIn(event)]).flatMap((citation): ChatEvent[] => {
      const part = this.#cited(citation);
      if (part !== undefined) return [{ type: 'annotation', choice: 0, part, value: readCitation(citation) }];
      return [{ type: 'native', format: FORMAT, name: 'citation-start', value: event }];
    });
  }

  /** The part that is cited, as long as it is open. */
  #cited(citation: Json): number | undefined {
    const where = citedBy(citation);
    if (where === 'plan') return this.#plan?.part;
    const type = where === 'thinking' ? 'reasoning' : 'text';
    const named = this.#blocks.get(count(citation.content_index) ?? -1);
    if (named?.type === type) return named.part;
    const open = [...this.#blocks.values()].findLast((block) => block.type === type);
    return open?.part ?? (type === 'text' ? this.#ended?.part : undefined);
  }

  #finish(event: Json): ChatEvent[] {
    const delta = record(event.delta) ?? {};
    const reason = string(delta.finish_reason);
    const failed = failureOf(reason, string(delta.error));
    if (failed !== undefined) return this.#fail(failed);
    if (reason === undefined) return this.#fail(INCOMPLETE);
    this.#over = true;
    const usage = readUsage(delta.usage);
    const open = [...this.#blocks.values(), ...this.#calls.values()];
    return [
      ...this.#begin(undefined),
      ...this.#settle(),
      ...open.flatMap(ended),
      ...(usage === undefined ? [] : [{ type: 'usage', usage } satisfies ChatEvent]),
      { type: 'choice-end', choice: 0, ...readStop(reason, this.#calledTool) },
      { type: 'reply-end', ...asNative(given('usage', record(delta.usage))) },
    ];
  }

  #fail(fault: Fault): ChatEvent[] {
    this.#over = true;
    return [{ type: 'fault', fault }];
  }
}

function citationsIn(event: Json): unknown[] {
  const { citations } = messageOf(event);
  return Array.isArray(citations) ? citations : [citations];
}

function said({ part, type }: Open, text: string, logprobs: ReturnType<typeof readLogprobs>): ChatEvent[] {
  if (text === '' && logprobs === undefined) return [];
  if (type === 'reasoning') return [{ type: 'reasoning-delta', choice: 0, part, text }];
  return [{ type: 'text-delta', choice: 0, part, text, ...given('logprobs', logprobs) }];
}

/** A piece of input. */
function fed(open: Open, text: string): ChatEvent[] {
  if (text === '') return [];
  const all = (open.held ?? '') + text;
  if (open.held !== undefined && NULL.startsWith(all.trim())) {
    open.held = all;
    return [];
  }
  open.held = undefined;
  return [{ type: 'tool-input-delta', choice: 0, part: open.part, text: all }];
}

/** The end of a part; a call that had no input has `{}`. */
function ended(open: Open): ChatEvent[] {
  const { part, held } = open;
  const end: ChatEvent = { type: 'part-end', choice: 0, part };
  if (held === undefined) return [end];
  const text = held.trim() === '' || held.trim() === NULL ? '{}' : held;
  return [{ type: 'tool-input-delta', choice: 0, part, text }, end];
}

/** A decoder for the stream that answers `call`. */
export const decoder = (call: UpstreamCall, exchange: Exchange): Decoder => new CohereDecoder(call, exchange);
