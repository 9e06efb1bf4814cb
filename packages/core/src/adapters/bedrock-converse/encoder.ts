import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import type { Usage } from '../../chat/usage.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Chunk } from '../../transport/gateway-request.ts';
import { join } from '../../transport/read-all.ts';
import type { Encoder } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import type { Json } from '../shared/read.ts';
import { BlockWriter, opensLate, type PartEvent } from './block-writer.ts';
import { ownBlock, partName } from './reply-blocks.ts';
import { callFields, modelFields, tierField } from './reply-write.ts';
import { errorFrame } from './server-fault.ts';
import { writeStop } from './stop.ts';
import { writeUsage } from './usage.ts';
import { EVENT_STREAM, eventFrame, FORMAT, isObject } from './wire.ts';

type Ending = Extract<ChatEvent, { type: 'choice-end' }>;
type Native = Record<string, Json> | undefined;

/** A part of the answer on its way: before it has anything to show, in line behind others, or being written. */
interface Live {
  readonly writer: BlockWriter;
  /** Is it in the line? Empty texts never are. */
  entered: boolean;
  /** What came while others were being written. */
  readonly waiting: PartEvent[];
}

const EXPRESSIBLE: ReadonlySet<string> = new Set(['text', 'refusal', 'reasoning', 'tool-call']);
const NOTHING: readonly Uint8Array[] = [];

/**
 * Writes the stream of one answer. Blocks come one after the other, while parts of the chat model may interleave: the events of later parts wait until
 * the earlier ones have ended.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
class ConverseEncoder implements Encoder {
  readonly contentType = EVENT_STREAM;
  readonly #dropped = new Dropped();
  readonly #parts = new Map<number, Live>();
  readonly #line: Live[] = [];
  readonly #blocks = { next: 0 };
  #usage: Usage | undefined;
  #tier: string | undefined;
  #native: Native;
  #ending: Ending | undefined;
  #started = false;
  #finished = false;

  get dropped(): readonly string[] {
    return this.#dropped.list;
  }

  push(event: ChatEvent): Chunk {
    const frames = this.#frames(event);
    const [only] = frames;
    if (only === undefined) return '';
    return frames.length === 1 ? only : joined(frames);
  }

  fail(error: GatewayError): Chunk {
    return errorFrame(error);
  }

  end(): Chunk {
    if (!this.#finished) return '';
    const fields = { usage: writeUsage(this.#usage), ...callFields(this.#native), ...tierField(this.#tier) };
    return eventFrame('metadata', fields);
  }

  #frames(event: ChatEvent): readonly Uint8Array[] {
    switch (event.type) {
      case 'reply-start':
        this.#usage ??= event.usage;
        this.#native = event.native;
        this.#tier = event.serviceTier;
        return this.#start();
      case 'part-start':
        return this.#partStart(event);
      case 'choice-end':
        if (event.choice === 0) this.#ending = event;
        return NOTHING;
      case 'usage':
        this.#usage = event.usage;
        return NOTHING;
      case 'native':
        return this.#nativeEvent(event);
      case 'reply-end':
        this.#native = { ...this.#native, ...event.native };
        this.#tier = event.serviceTier ?? this.#tier;
        return this.#end();
      case 'fault':
        return NOTHING;
      default:
        return event.choice === 0 ? this.#feed(event) : NOTHING;
    }
  }

  #start(): readonly Uint8Array[] {
    if (this.#started) return NOTHING;
    this.#started = true;
    return [eventFrame('messageStart', { role: 'assistant' })];
  }

  #partStart({ choice, part, value }: Extract<ChatEvent, { type: 'part-start' }>): readonly Uint8Array[] {
    if (choice !== 0) {
      this.#dropped.add(`choices.${choice}`);
      return NOTHING;
    }
    const before = this.#start();
    if (!isStreamable(value)) {
      this.#dropped.add(`content.${part} (${partName(value)})`);
      return before;
    }
    const live: Live = { writer: new BlockWriter(value, this.#blocks), entered: false, waiting: [] };
    this.#parts.set(part, live);
    if (!opensLate(value)) return [...before, ...this.#enter(live)];
    return [...before, ...this.#prefilled(part, value)];
  }

  /** Text that stands in the start already is its first delta. */
  #prefilled(part: number, value: Part): readonly Uint8Array[] {
    const text = value.type === 'text' || value.type === 'refusal' || value.type === 'reasoning' ? value.text : '';
    if (text === '') return NOTHING;
    return this.#feed({ type: value.type === 'reasoning' ? 'reasoning-delta' : 'text-delta', choice: 0, part, text });
  }

  #feed(event: PartEvent): readonly Uint8Array[] {
    const live = this.#parts.get(event.part);
    if (live === undefined) return NOTHING;
    if ('logprobs' in event && event.logprobs !== undefined) this.#dropped.add('logprobs');
    const out: Uint8Array[] = [];
    if (!live.entered) {
      if (!live.writer.opensWith(event)) return NOTHING;
      out.push(...this.#enter(live));
    }
    if (this.#line[0] === live) out.push(...this.#write(live, event));
    else live.waiting.push(event);
    return out;
  }

  #enter(live: Live): readonly Uint8Array[] {
    live.entered = true;
    this.#line.push(live);
    return this.#line.length === 1 ? live.writer.open() : NOTHING;
  }

  #write(live: Live, event: PartEvent): readonly Uint8Array[] {
    const out = this.#writeOne(live, event);
    return event.type === 'part-end' ? [...out, ...this.#next()] : out;
  }

  #writeOne(live: Live, event: PartEvent): readonly Uint8Array[] {
    const out = live.writer.write(event);
    if (live.writer.lost) this.#dropped.add(`content.${event.part}.annotations`);
    return out;
  }

  /** The first in line has ended: write what waited behind it, up to the first part that is still going on. */
  #next(): readonly Uint8Array[] {
    const out: Uint8Array[] = [];
    this.#line.shift();
    for (let live = this.#line[0]; live !== undefined; live = this.#line[0]) {
      out.push(...live.writer.open());
      for (const event of live.waiting) out.push(...this.#writeOne(live, event));
      if (live.waiting.at(-1)?.type !== 'part-end') return out;
      this.#line.shift();
    }
    return out;
  }

  /** Ends parts that nobody ended. */
  #closeAll(): readonly Uint8Array[] {
    const out: Uint8Array[] = [];
    for (const [part, live] of this.#parts) {
      if (live.entered && this.#line.includes(live) && live.waiting.at(-1)?.type !== 'part-end')
        out.push(...this.#feed({ type: 'part-end', choice: 0, part }));
    }
    return out;
  }

  #nativeEvent(event: Extract<ChatEvent, { type: 'native' }>): readonly Uint8Array[] {
    if (event.format === FORMAT && !event.name.startsWith('contentBlockDelta') && isObject(event.value))
      return [eventFrame(event.name, event.value)];
    this.#dropped.add(event.name);
    return NOTHING;
  }

  #end(): readonly Uint8Array[] {
    if (this.#finished) return NOTHING;
    const out = [...this.#start(), ...this.#closeAll()];
    this.#finished = true;
    const { stopReason, nativeStopReason, stopSequence } = this.#ending ?? { stopReason: 'stop' as const };
    const stop = writeStop(stopReason, nativeStopReason);
    return [...out, eventFrame('messageStop', { stopReason: stop, ...modelFields(this.#native, stopSequence) })];
  }
}

/** Has the stream a form for it? Whole media but images, and blocks that only requests hold, have none. */
function isStreamable(part: Part): boolean {
  if (EXPRESSIBLE.has(part.type)) return true;
  return part.type !== 'audio' && part.type !== 'native' && ownBlock(part) !== undefined;
}

const joined = (frames: readonly Uint8Array[]): Uint8Array =>
  join(
    frames,
    frames.reduce((sum, { length }) => sum + length, 0),
  );

/** An encoder for one stream. */
export const encoder = (): Encoder => new ConverseEncoder();
