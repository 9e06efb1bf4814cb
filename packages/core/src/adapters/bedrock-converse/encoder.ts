import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import type { Usage } from '../../chat/usage.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Chunk } from '../../transport/gateway-request.ts';
import { join } from '../../transport/read-all.ts';
import type { Encoder } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { PartLine, type Sum } from '../shared/part-line.ts';
import type { Json } from '../shared/read.ts';
import { BlockWriter } from './block-writer.ts';
import { ownBlock, partName } from './reply-blocks.ts';
import { callFields, modelFields, tierField } from './reply-write.ts';
import { errorFrame } from './server-fault.ts';
import { writeStop } from './stop.ts';
import { writeUsage } from './usage.ts';
import { EVENT_STREAM, eventFrame, FORMAT, isObject } from './wire.ts';

type Ending = Extract<ChatEvent, { type: 'choice-end' }>;
type Native = Record<string, Json> | undefined;

const EXPRESSIBLE: ReadonlySet<string> = new Set(['text', 'refusal', 'reasoning', 'tool-call']);
const NOTHING: readonly Uint8Array[] = [];

const FRAMES: Sum<readonly Uint8Array[]> = {
  nothing: NOTHING,
  plus: (left, right) => (left.length === 0 ? right : [...left, ...right]),
};

/**
 * Writes the stream of one answer, block by block.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
class ConverseEncoder implements Encoder {
  readonly contentType = EVENT_STREAM;
  readonly #dropped = new Dropped();
  readonly #line = new PartLine(FRAMES, this.#dropped);
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
        return event.choice === 0 ? this.#line.feed(event) : NOTHING;
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
    return [...before, ...this.#line.begin(part, value, new BlockWriter(value, this.#blocks))];
  }

  #nativeEvent(event: Extract<ChatEvent, { type: 'native' }>): readonly Uint8Array[] {
    if (event.format === FORMAT && !event.name.startsWith('contentBlockDelta') && isObject(event.value))
      return [eventFrame(event.name, event.value)];
    this.#dropped.add(event.name);
    return NOTHING;
  }

  #end(): readonly Uint8Array[] {
    if (this.#finished) return NOTHING;
    const out = [...this.#start(), ...this.#line.end()];
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
