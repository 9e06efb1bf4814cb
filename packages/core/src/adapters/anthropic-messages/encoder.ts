import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import type { Usage } from '../../chat/usage.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Encoder, Exchange } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import type { Json } from '../shared/read.ts';
import { BlockWriter, opensLate, type PartEvent } from './block-writer.ts';
import { ownBlock, partName } from './server-blocks.ts';
import { errorFrame } from './server-fault.ts';
import { endingOf, extrasOf, messageId } from './server-render.ts';
import { writeUsage } from './usage.ts';
import { FORMAT, frame } from './wire.ts';

type Start = Extract<ChatEvent, { type: 'reply-start' }>;
type Ending = Extract<ChatEvent, { type: 'choice-end' }>;

/** A part of the answer on its way: before it has anything to show, in line behind others, or being written. */
interface Live {
  readonly writer: BlockWriter;
  /** Is it in the line? Empty texts never are: an empty block would be refused when the client sends it back. */
  entered: boolean;
  /** What came while others were being written. */
  readonly waiting: PartEvent[];
}

const EXPRESSIBLE: ReadonlySet<string> = new Set(['text', 'refusal', 'reasoning', 'tool-call']);

/**
 * Writes the stream of one answer. Blocks must come strictly one after the other, while parts of the chat model may interleave:
 * the events of later parts wait until the earlier ones have ended.
 * Source: https://platform.claude.com/docs/en/build-with-claude/streaming
 */
class MessagesEncoder implements Encoder {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #exchange: Exchange;
  readonly #dropped = new Dropped();
  readonly #parts = new Map<number, Live>();
  readonly #line: Live[] = [];
  readonly #blocks = { next: 0 };
  #usage: Usage | undefined;
  /** Members of the message that its start has told. */
  #told: Json = {};
  #ending: Ending | undefined;
  #started = false;
  #refused = false;
  #finished = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  get dropped(): readonly string[] {
    return this.#dropped.list;
  }

  push(event: ChatEvent): string {
    switch (event.type) {
      case 'reply-start':
        return this.#start(event);
      case 'part-start':
        return this.#partStart(event);
      case 'choice-end':
        if (event.choice === 0) this.#ending = event;
        return '';
      case 'usage':
        this.#usage = event.usage;
        return '';
      case 'native':
        return this.#native(event);
      case 'reply-end':
        return this.#end(event.native);
      case 'fault':
        return '';
      default:
        return event.choice === 0 ? this.#feed(event) : '';
    }
  }

  fail(error: GatewayError): string {
    return errorFrame(error, this.#exchange.id);
  }

  end(): string {
    return this.#finished ? frame('message_stop', { type: 'message_stop' }) : '';
  }

  #start(event: Start): string {
    if (this.#started) return '';
    this.#started = true;
    this.#usage = event.usage;
    const extras = extrasOf(event.native);
    this.#told = extras.message;
    const message = {
      id: messageId(event.id, this.#exchange),
      type: 'message',
      role: 'assistant',
      model: event.model ?? this.#exchange.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      ...extras.message,
      usage: writeUsage(event.usage, extras.usage),
    };
    return frame('message_start', { type: 'message_start', message });
  }

  #partStart({ choice, part, value }: Extract<ChatEvent, { type: 'part-start' }>): string {
    if (choice !== 0) {
      this.#dropped.add(`choices.${choice}`);
      return '';
    }
    const before = this.#started ? '' : this.#start({ type: 'reply-start' });
    if (!EXPRESSIBLE.has(value.type) && ownBlock(value, {}) === undefined) {
      this.#dropped.add(`content.${part} (${partName(value)})`);
      return before;
    }
    if (value.type === 'refusal') this.#refused = true;
    const live: Live = { writer: new BlockWriter(value, this.#blocks), entered: false, waiting: [] };
    this.#parts.set(part, live);
    if (!opensLate(value)) return before + this.#enter(live);
    return before + this.#prefilled(part, value);
  }

  /** Text that stands in the start already is its first delta. */
  #prefilled(part: number, value: Part): string {
    const text = value.type === 'text' || value.type === 'refusal' || value.type === 'reasoning' ? value.text : '';
    if (text === '') return '';
    return this.#feed({ type: value.type === 'reasoning' ? 'reasoning-delta' : 'text-delta', choice: 0, part, text });
  }

  #feed(event: PartEvent): string {
    const live = this.#parts.get(event.part);
    if (live === undefined) return '';
    if ('logprobs' in event && event.logprobs !== undefined) this.#dropped.add('logprobs');
    let out = '';
    if (!live.entered) {
      if (!live.writer.opensWith(event)) return '';
      out = this.#enter(live);
    }
    if (this.#line[0] === live) return out + this.#write(live, event);
    live.waiting.push(event);
    return out;
  }

  #enter(live: Live): string {
    live.entered = true;
    this.#line.push(live);
    return this.#line.length === 1 ? live.writer.open() : '';
  }

  #write(live: Live, event: PartEvent): string {
    const out = this.#writeOne(live, event);
    return event.type === 'part-end' ? out + this.#next() : out;
  }

  #writeOne(live: Live, event: PartEvent): string {
    const out = live.writer.write(event);
    if (live.writer.lost) this.#dropped.add(`content.${event.part}.annotations`);
    return out;
  }

  /** The first in line has ended: write what waited behind it, up to the first part that is still going on. */
  #next(): string {
    let out = '';
    this.#line.shift();
    for (let live = this.#line[0]; live !== undefined; live = this.#line[0]) {
      out += live.writer.open();
      for (const event of live.waiting) out += this.#writeOne(live, event);
      if (live.waiting.at(-1)?.type !== 'part-end') return out;
      this.#line.shift();
    }
    return out;
  }

  /** Ends parts that nobody ended. */
  #closeAll(): string {
    let out = '';
    for (const [part, live] of this.#parts) {
      if (live.entered && live.waiting.at(-1)?.type !== 'part-end')
        out += this.#feed({ type: 'part-end', choice: 0, part });
    }
    return out;
  }

  #native(event: Extract<ChatEvent, { type: 'native' }>): string {
    if (event.format === FORMAT && !event.name.startsWith('content_block_delta')) return frame(event.name, event.value);
    this.#dropped.add(event.name);
    return '';
  }

  #end(native: Record<string, Json> | undefined): string {
    if (this.#finished) return '';
    const out = (this.#started ? '' : this.#start({ type: 'reply-start' })) + this.#closeAll();
    this.#finished = true;
    const extras = extrasOf(native);
    const news = Object.entries(extras.message).filter(([name, value]) => this.#told[name] !== value);
    const { container, ...others } = Object.fromEntries(news);
    const ending = endingOf(this.#ending ?? { stopReason: 'stop' }, this.#refused);
    const delta = container === undefined ? ending : { ...ending, container };
    return (
      out +
      frame('message_delta', { type: 'message_delta', delta, ...others, usage: writeUsage(this.#usage, extras.usage) })
    );
  }
}

/** An encoder for the stream that answers `exchange`. */
export const encoder = (exchange: Exchange): Encoder => new MessagesEncoder(exchange);
