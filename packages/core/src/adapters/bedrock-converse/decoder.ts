import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Decoder, UpstreamCall } from '../adapter.ts';
import { joinBase64 } from '../shared/base64.ts';
import { originOf } from '../shared/origin.ts';
import { given, type Json, number, record, records, string } from '../shared/read.ts';
import { readCitation } from './citations.ts';
import { exceptionFault } from './fault.ts';
import { mediaTypeOf } from './media.ts';
import { memoOf } from './rendering.ts';
import { answerPart, ending, responseFields, tierOf } from './reply-read.ts';
import { readUsage } from './usage.ts';
import { FORMAT, isObject, memberOf, nativeOf, others } from './wire.ts';

/** A block that is open on the wire. */
interface Open {
  readonly part: number;
  readonly value: Part;
  signature: string;
  encrypted: string | undefined;
  /** Was the part announced? Results of the vendor's tools and images are announced whole, when they end. */
  started: boolean;
  /** Was any input of the call seen? */
  fed: boolean;
  /** The tool that stands for a response format: its input is the text. */
  readonly formats: boolean;
}

const INCOMPLETE: ChatEvent = {
  type: 'fault',
  fault: { kind: 'incomplete', message: 'The stream ended before the message did.' },
};
const METADATA: ReadonlySet<string> = new Set(['usage', 'serviceTier', 'p']);

/**
 * Reads the stream of one answer. Texts and reasoning have no start of their own: their first delta begins them. Blocks come one after the other, but
 * nothing rests on that.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
class ConverseDecoder implements Decoder {
  readonly #origin;
  readonly #memo;
  readonly #open = new Map<number, Open>();
  #parts = 0;
  #started = false;
  #over = false;
  #calledTool = false;
  #ending: Json | undefined;
  #metadata: Json = {};

  constructor(call: UpstreamCall) {
    this.#origin = originOf(call.target);
    this.#memo = memoOf(call);
  }

  get whole(): boolean {
    return this.#ending !== undefined;
  }

  push(frame: Frame): ChatEvent[] {
    if (this.#over) return [];
    if (frame.exception === true) {
      this.#over = true;
      return [{ type: 'fault', fault: exceptionFault(frame) }];
    }
    const { data } = frame;
    if (data === undefined) return [];
    const parsed: unknown = JSON.parse(data);
    return isObject(parsed) ? this.#read(frame.event ?? '', parsed) : [];
  }

  end(): ChatEvent[] {
    if (this.#over) return [];
    if (this.whole) return this.#finish();
    this.#over = true;
    return [INCOMPLETE];
  }

  #read(name: string, event: Json): ChatEvent[] {
    switch (name) {
      case 'messageStart':
        return this.#start();
      case 'contentBlockStart':
        return this.#blockStart(event);
      case 'contentBlockDelta':
        return this.#delta(event);
      case 'contentBlockStop':
        return this.#blockStop(event);
      case 'messageStop':
        return this.#messageStop(event);
      case 'metadata':
        return this.#meta(event);
      default:
        return name === '' ? [] : [{ type: 'native', format: FORMAT, name, value: event }];
    }
  }

  #start(): ChatEvent[] {
    if (this.#started) return [];
    this.#started = true;
    return [{ type: 'reply-start' }];
  }

  #blockStart(event: Json): ChatEvent[] {
    const index = number(event.contentBlockIndex);
    if (index === undefined || !isObject(event.start)) return [];
    const [kind, value] = memberOf(event.start);
    const head = record(value) ?? {};
    if (kind === 'image') {
      const mediaType = mediaTypeOf('image', string(head.format)) ?? 'image/png';
      return [
        ...this.#start(),
        ...this.#begin(index, { type: 'image', source: { kind: 'base64', data: '', mediaType } }),
      ];
    }
    const whole = answerPart(
      { [kind]: { ...head, ...(kind === 'toolResult' ? { content: [] } : {}) } },
      this.#origin,
      this.#memo,
    );
    if (whole.type === 'tool-call') this.#calledTool = true;
    const formats = kind === 'toolUse' && whole.type === 'text';
    return [...this.#start(), ...this.#begin(index, formats ? { type: 'text', text: '' } : whole, formats)];
  }

  #begin(index: number, value: Part, formats = false): ChatEvent[] {
    const part = this.#parts++;
    const started = value.type === 'text' || value.type === 'reasoning' || 'input' in value;
    this.#open.set(index, { part, value, signature: '', encrypted: undefined, started, fed: false, formats });
    if (!started) return [];
    return [{ type: 'part-start', choice: 0, part, value: 'input' in value ? { ...value, input: '' } : value }];
  }

  /** The open block, which a first delta of text or reasoning opens. */
  #opened(index: number, value: Part): { open: Open; events: ChatEvent[] } {
    const known = this.#open.get(index);
    if (known !== undefined) return { open: known, events: [] };
    const events = [...this.#start(), ...this.#begin(index, value)];
    return { open: this.#open.get(index) as Open, events };
  }

  #delta(event: Json): ChatEvent[] {
    const index = number(event.contentBlockIndex);
    if (index === undefined || !isObject(event.delta)) return [];
    const [kind, value] = memberOf(event.delta);
    if (kind === 'reasoningContent') return this.#reasoning(index, record(value) ?? {});
    const { open, events } = this.#opened(index, { type: 'text', text: '' });
    const at = { choice: 0, part: open.part };
    if (kind === 'text')
      return typeof value === 'string' && value !== ''
        ? [...events, { type: 'text-delta', ...at, text: value }]
        : events;
    if (kind === 'toolUse') return [...events, ...this.#input(open, string(record(value)?.input) ?? '')];
    if (kind === 'citation' && isObject(value))
      return [...events, { type: 'annotation', ...at, value: readCitation(value) }];
    if (kind === 'image' && open.value.type === 'image') return [...events, ...grow(open, record(value))];
    if (kind === 'toolResult' && open.value.type === 'server-tool-result') {
      const before = Array.isArray(open.value.content) ? (open.value.content as unknown[]) : [];
      open.value.content = [...before, ...records(value)];
      return events;
    }
    return [...events, { type: 'native', format: FORMAT, name: `contentBlockDelta (${kind})`, value: event }];
  }

  #input(open: Open, piece: string): ChatEvent[] {
    if (piece === '') return [];
    open.fed = true;
    const at = { choice: 0, part: open.part };
    if (open.formats) return [{ type: 'text-delta', ...at, text: piece }];
    return [{ type: 'tool-input-delta', ...at, text: piece }];
  }

  #reasoning(index: number, delta: Json): ChatEvent[] {
    const { open, events } = this.#opened(index, { type: 'reasoning', text: '', origin: this.#origin });
    const text = string(delta.text) ?? '';
    open.signature += string(delta.signature) ?? '';
    const sealed = string(delta.redactedContent);
    if (sealed !== undefined) open.encrypted = joinBase64(open.encrypted ?? '', sealed);
    return text === '' ? events : [...events, { type: 'reasoning-delta', choice: 0, part: open.part, text }];
  }

  #blockStop(event: Json): ChatEvent[] {
    const index = number(event.contentBlockIndex);
    const open = index === undefined ? undefined : this.#open.get(index);
    if (index === undefined || open === undefined) return [];
    this.#open.delete(index);
    return close(open);
  }

  #messageStop(event: Json): ChatEvent[] {
    this.#ending ??= event;
    return this.#start();
  }

  /** What comes last: the usage, and what else is told of the call. */
  #meta(event: Json): ChatEvent[] {
    const tier = tierOf(event.serviceTier);
    const usage = readUsage(event.usage, tier);
    this.#metadata = { ...this.#metadata, ...others(event, METADATA), ...given('serviceTier', tier) };
    const counted: ChatEvent[] = usage === undefined ? [] : [{ type: 'usage', usage }];
    return this.whole ? [...counted, ...this.#finish()] : counted;
  }

  #finish(): ChatEvent[] {
    this.#over = true;
    const open = [...this.#open.values()].flatMap(close);
    this.#open.clear();
    const { serviceTier, ...told } = this.#metadata;
    const native = nativeOf({ ...told, ...responseFields(this.#ending?.additionalModelResponseFields, this.#memo) });
    return [
      ...open,
      { type: 'choice-end', choice: 0, ...ending(this.#ending ?? {}, this.#calledTool, this.#memo) },
      { type: 'reply-end', ...given('serviceTier', string(serviceTier)), ...given('native', native) },
    ];
  }
}

/** A piece of an image: it is told whole at its end. */
function grow(open: Open, delta: Json | undefined): ChatEvent[] {
  const { value } = open;
  const piece = string(record(delta?.source)?.bytes);
  if (value.type !== 'image' || value.source.kind !== 'base64' || piece === undefined) return [];
  value.source = { ...value.source, data: joinBase64(value.source.data, piece) };
  return [];
}

function close(open: Open): ChatEvent[] {
  const at = { choice: 0, part: open.part };
  const { value, signature, encrypted } = open;
  const events: ChatEvent[] = open.started ? [] : [{ type: 'part-start', ...at, value }];
  // A call without arguments has no delta.
  if ('input' in value && !open.fed) events.push({ type: 'tool-input-delta', ...at, text: '{}' });
  const complete = { ...(signature === '' ? {} : { signature }), ...given('encrypted', encrypted) };
  const completed = Object.keys(complete).length === 0 ? {} : { complete };
  return [...events, { type: 'part-end', ...at, ...completed }];
}

/** A decoder for the stream that answers `call`. */
export const decoder = (call: UpstreamCall): Decoder => new ConverseDecoder(call);
