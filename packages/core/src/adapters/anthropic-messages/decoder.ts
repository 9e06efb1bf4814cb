import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Decoder, UpstreamCall } from '../adapter.ts';
import { originOf } from '../shared/origin.ts';
import { given, type Json, record, string } from '../shared/read.ts';
import { readCitation } from './citations.ts';
import { answerPart, ending, memoOf, messageExtras } from './client-parse.ts';
import { inBandFault } from './fault.ts';
import { mergeUsage, readUsage, usageExtras } from './usage.ts';
import { asNative, FORMAT, isObject, others } from './wire.ts';

/** A block that is open on the wire. */
interface Open {
  readonly part: number;
  readonly value: Part;
  /** Was any input of the call seen? */
  fed: boolean;
  /** Was the part announced? Native blocks are announced whole, when they end. */
  started: boolean;
  signature: string;
}

const DELTA: ReadonlySet<string> = new Set(['type', 'delta', 'usage']);
const INCOMPLETE: ChatEvent = {
  type: 'fault',
  fault: { kind: 'incomplete', message: 'The stream ended before the message did.' },
};
const ENDING: ReadonlySet<string> = new Set(['stop_reason', 'stop_sequence', 'stop_details']);

/**
 * Reads the stream of one answer. Blocks come one after the other here, but nothing rests on that.
 * Source: https://platform.claude.com/docs/en/build-with-claude/streaming
 */
class MessagesDecoder implements Decoder {
  readonly #origin;
  readonly #memo;
  readonly #open = new Map<unknown, Open>();
  #parts = 0;
  #started = false;
  #over = false;
  #calledTool = false;
  #usage: Json | undefined;
  #ending: Json | undefined;
  #extras: Json = {};

  constructor(call: UpstreamCall) {
    this.#origin = originOf(call.target);
    this.#memo = memoOf(call);
  }

  get whole(): boolean {
    return this.#ending !== undefined;
  }

  push(frame: Frame): ChatEvent[] {
    const { data } = frame;
    if (data === undefined || this.#over) return [];
    const parsed: unknown = JSON.parse(data);
    return isObject(parsed) ? this.#read(parsed, string(parsed.type) ?? frame.event ?? '') : [];
  }

  end(): ChatEvent[] {
    if (this.#over) return [];
    if (this.whole) return this.#finish();
    this.#over = true;
    return [INCOMPLETE];
  }

  #read(event: Json, type: string): ChatEvent[] {
    switch (type) {
      case 'content_block_delta':
        return this.#delta(event);
      case 'content_block_start':
        return this.#blockStart(event);
      case 'content_block_stop':
        return this.#blockStop(event);
      case 'message_start':
        return this.#messageStart(event);
      case 'message_delta':
        return this.#messageDelta(event);
      case 'message_stop':
        return this.#finish();
      case 'ping':
        return [];
      case 'error':
        return this.#fault(event);
      default:
        return type === '' ? [] : [{ type: 'native', format: FORMAT, name: type, value: event }];
    }
  }

  /** A second message_start only tells more usage: it starts nothing anew. */
  #messageStart(event: Json): ChatEvent[] {
    const message = record(event.message) ?? {};
    this.#usage = mergeUsage(this.#usage, message.usage);
    if (this.#started) return [];
    this.#started = true;
    const usage = readUsage(this.#usage);
    this.#extras = messageExtras(message);
    return [
      {
        type: 'reply-start',
        ...given('id', string(message.id)),
        ...given('model', string(message.model)),
        ...given('serviceTier', usage?.serviceTier),
        ...given('usage', usage),
        ...asNative(this.#extras),
      },
    ];
  }

  #blockStart(event: Json): ChatEvent[] {
    const block = record(event.content_block);
    if (block === undefined) return [];
    const whole = answerPart(block, this.#origin, this.#memo);
    const part = this.#parts++;
    const open: Open = { part, value: whole, fed: false, started: whole.type !== 'native', signature: '' };
    this.#open.set(event.index, open);
    if (whole.type === 'tool-call') this.#calledTool = true;
    const start: ChatEvent[] = this.#started ? [] : [{ type: 'reply-start' }];
    this.#started = true;
    return open.started ? [...start, ...this.#begin(open)] : start;
  }

  /** The part as it starts, and what of it was there from the start as its first delta. */
  #begin({ part, value }: Open): ChatEvent[] {
    const at = { choice: 0, part };
    if (value.type === 'text') {
      const { annotations, ...rest } = value;
      const start: ChatEvent[] = [{ type: 'part-start', ...at, value: { ...rest, text: '' } }];
      if (value.text !== '') start.push({ type: 'text-delta', ...at, text: value.text });
      for (const annotation of annotations ?? []) start.push({ type: 'annotation', ...at, value: annotation });
      return start;
    }
    if (value.type === 'reasoning') {
      const start: ChatEvent[] = [{ type: 'part-start', ...at, value: { ...value, text: '' } }];
      return value.text === '' ? start : [...start, { type: 'reasoning-delta', ...at, text: value.text }];
    }
    const call = value.type === 'tool-call' || value.type === 'server-tool-call';
    return [{ type: 'part-start', ...at, value: call ? { ...value, input: '' } : value }];
  }

  #delta(event: Json): ChatEvent[] {
    const open = this.#open.get(event.index);
    const delta = record(event.delta);
    if (open === undefined || delta === undefined) return [];
    const at = { choice: 0, part: open.part };
    switch (delta.type) {
      case 'text_delta':
        return text(delta.text, (piece) => ({ type: 'text-delta', ...at, text: piece }));
      case 'thinking_delta':
        return text(delta.thinking, (piece) => ({ type: 'reasoning-delta', ...at, text: piece }));
      case 'input_json_delta':
        return this.#input(open, string(delta.partial_json) ?? '');
      case 'signature_delta':
        open.signature += string(delta.signature) ?? '';
        return [];
      case 'citations_delta':
        return isObject(delta.citation) ? [{ type: 'annotation', ...at, value: readCitation(delta.citation) }] : [];
      default:
        return this.#nativeDelta(open, delta, event);
    }
  }

  /** A delta of a native block (compaction_delta) replaces members of it; of another block it is a native event. */
  #nativeDelta(open: Open, delta: Json, event: Json): ChatEvent[] {
    const { value } = open;
    if (value.type !== 'native')
      return [{ type: 'native', format: FORMAT, name: `content_block_delta (${String(delta.type)})`, value: event }];
    value.value = { ...record(value.value), ...others(delta, new Set(['type'])) };
    return [];
  }

  #input(open: Open, piece: string): ChatEvent[] {
    if (piece === '') return [];
    open.fed = true;
    return [{ type: 'tool-input-delta', choice: 0, part: open.part, text: piece }];
  }

  #blockStop(event: Json): ChatEvent[] {
    const open = this.#open.get(event.index);
    if (open === undefined) return [];
    this.#open.delete(event.index);
    return this.#close(open);
  }

  #close(open: Open): ChatEvent[] {
    const { part, value } = open;
    const events: ChatEvent[] = open.started ? [] : this.#begin(open);
    // A call without a delta has its whole input in its start; `{}` for a call without arguments.
    if ((value.type === 'tool-call' || value.type === 'server-tool-call') && !open.fed) {
      events.push({ type: 'tool-input-delta', choice: 0, part, text: value.input });
    }
    const complete = open.signature === '' ? {} : { complete: { signature: open.signature } };
    return [...events, { type: 'part-end', choice: 0, part, ...complete }];
  }

  #messageDelta(event: Json): ChatEvent[] {
    const delta = record(event.delta) ?? {};
    if (typeof delta.stop_reason === 'string') this.#ending = delta;
    this.#extras = { ...this.#extras, ...filled({ ...others(event, DELTA), ...others(delta, ENDING) }) };
    this.#usage = mergeUsage(this.#usage, event.usage);
    const usage = readUsage(this.#usage);
    return usage === undefined ? [] : [{ type: 'usage', usage }];
  }

  #finish(): ChatEvent[] {
    this.#over = true;
    if (!this.#started) return [INCOMPLETE];
    const open = [...this.#open.values()].flatMap((block) => this.#close(block));
    this.#open.clear();
    const usage = usageExtras(this.#usage);
    const extras = { ...filled(this.#extras), ...(Object.keys(usage).length === 0 ? {} : { usage }) };
    const tier = string(this.#usage?.service_tier);
    return [
      ...open,
      { type: 'choice-end', choice: 0, ...ending(this.#ending ?? {}, this.#calledTool) },
      { type: 'reply-end', ...given('serviceTier', tier), ...asNative(extras) },
    ];
  }

  #fault(event: Json): ChatEvent[] {
    this.#over = true;
    return [{ type: 'fault', fault: inBandFault(event) }];
  }
}

function text(value: unknown, event: (piece: string) => ChatEvent): ChatEvent[] {
  return typeof value === 'string' && value !== '' ? [event(value)] : [];
}

/** Members that say something. */
const filled = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));

/** A decoder for the stream that answers `call`. */
export const decoder = (call: UpstreamCall): Decoder => new MessagesDecoder(call);
