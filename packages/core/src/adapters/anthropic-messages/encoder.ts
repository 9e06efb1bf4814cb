import type { ChatEvent } from '../../chat/events.ts';
import type { Usage } from '../../chat/usage.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Encoder, Exchange } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { PartLine, type Sum } from '../shared/part-line.ts';
import type { Json } from '../shared/read.ts';
import { BlockWriter } from './block-writer.ts';
import { ownBlock, partName } from './server-blocks.ts';
import { errorFrame } from './server-fault.ts';
import { endingOf, extrasOf, messageId } from './server-render.ts';
import { writeUsage } from './usage.ts';
import { FORMAT, frame } from './wire.ts';

type Start = Extract<ChatEvent, { type: 'reply-start' }>;
type Ending = Extract<ChatEvent, { type: 'choice-end' }>;

const EXPRESSIBLE: ReadonlySet<string> = new Set(['text', 'refusal', 'reasoning', 'tool-call']);

/** Events as text. */
const TEXT: Sum<string> = { nothing: '', plus: (left, right) => left + right };

/**
 * Writes the stream of one answer, block by block.
 * Source: https://platform.claude.com/docs/en/build-with-claude/streaming
 */
class MessagesEncoder implements Encoder {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #exchange: Exchange;
  readonly #dropped = new Dropped();
  readonly #line = new PartLine(TEXT, this.#dropped);
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
        return event.choice === 0 ? this.#line.feed(event) : '';
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
    return before + this.#line.begin(part, value, new BlockWriter(value, this.#blocks));
  }

  #native(event: Extract<ChatEvent, { type: 'native' }>): string {
    if (event.format === FORMAT && !event.name.startsWith('content_block_delta')) return frame(event.name, event.value);
    this.#dropped.add(event.name);
    return '';
  }

  #end(native: Record<string, Json> | undefined): string {
    if (this.#finished) return '';
    const out = (this.#started ? '' : this.#start({ type: 'reply-start' })) + this.#line.end();
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
