import type { ChatEvent } from '../../chat/events.ts';
import type { Part, ReasoningPart } from '../../chat/parts.ts';
import { joinBase64 } from '../shared/base64.ts';
import { opensLate, type PartEvent, type PartWriter } from '../shared/part-line.ts';
import type { Json } from '../shared/read.ts';
import { writeCitation } from './citations.ts';
import { isSealed, looseSignature, ownBlock, sealed, signatureOf } from './reply-blocks.ts';
import { eventFrame, isObject, memberOf, nativeFields, others } from './wire.ts';

type PartEnd = Extract<ChatEvent, { type: 'part-end' }>;

const TOOL_RESULT: ReadonlySet<string> = new Set(['content']);

/** Writes one part as one block, and the blocks that carry what it has no place for. `blocks` counts the blocks of the message. */
export class BlockWriter implements PartWriter<readonly Uint8Array[]> {
  lost = false;
  readonly #blocks: { next: number };
  #value: Part;
  #index = -1;

  constructor(value: Part, blocks: { next: number }) {
    this.#value = value;
    this.#blocks = blocks;
  }

  opensWith(event: PartEvent): boolean {
    if (event.type !== 'part-end') return event.type === 'annotation' || ('text' in event && event.text !== '');
    const value = { ...this.#value, ...event.complete } as Part;
    return value.type === 'reasoning'
      ? value.signature !== undefined || value.encrypted !== undefined
      : value.signature !== undefined;
  }

  open(): Uint8Array[] {
    const value = this.#value;
    if (opensLate(value)) return [];
    const before = this.#single(looseSignature(value));
    if (value.type === 'tool-call' || value.type === 'server-tool-call') {
      const toolUse = { toolUseId: value.callId, name: value.name, ...nativeFields(value.native) };
      const lead = value.type === 'tool-call' && value.custom === true ? this.#raw('{"input":"') : [];
      return [...before, this.#start({ toolUse }), ...lead, ...this.#input(value.input)];
    }
    // Media may still grow.
    return value.type === 'image' ? before : [...before, ...this.#whole(ownBlock(value) ?? {})];
  }

  write(event: PartEvent): Uint8Array[] {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        return event.text === '' ? [] : [...this.#lead(), this.#delta({ text: event.text })];
      case 'reasoning-delta':
        return event.text === '' ? [] : [this.#delta({ reasoningContent: { text: event.text } })];
      case 'tool-input-delta':
        return this.#input(event.text);
      case 'media-delta':
        return this.#grow(event.data ?? '');
      case 'annotation':
        return this.#citation(event);
      case 'part-end':
        return this.#end(event);
    }
  }

  /** The signature of a text comes before it. */
  #lead(): Uint8Array[] {
    return this.#index < 0 ? this.#single(looseSignature(this.#value)) : [];
  }

  #start(start: Json): Uint8Array {
    this.#index = this.#blocks.next++;
    return eventFrame('contentBlockStart', { start, contentBlockIndex: this.#index });
  }

  #delta(delta: Json): Uint8Array {
    if (this.#index < 0) this.#index = this.#blocks.next++;
    return eventFrame('contentBlockDelta', { delta, contentBlockIndex: this.#index });
  }

  #stop(): Uint8Array[] {
    return this.#index < 0 ? [] : [eventFrame('contentBlockStop', { contentBlockIndex: this.#index })];
  }

  /** A block of sealed reasoning, written at one go. */
  #single(content: string | undefined): Uint8Array[] {
    if (content === undefined) return [];
    const contentBlockIndex = this.#blocks.next++;
    return [
      eventFrame('contentBlockDelta', { delta: { reasoningContent: { redactedContent: content } }, contentBlockIndex }),
      eventFrame('contentBlockStop', { contentBlockIndex }),
    ];
  }

  /** A block of the vendor's that is known whole, as far as streams have a form for it. */
  #whole(block: Json): Uint8Array[] {
    const [name, value] = memberOf(block);
    if (name !== 'toolResult' || !isObject(value)) {
      this.lost = true;
      return [];
    }
    return [this.#start({ toolResult: others(value, TOOL_RESULT) }), this.#delta({ toolResult: value.content })];
  }

  #raw(text: string): Uint8Array[] {
    return text === '' ? [] : [this.#delta({ toolUse: { input: text } })];
  }

  /** Input as it came; the free text of a custom tool becomes a string in an object. */
  #input(text: string): Uint8Array[] {
    const custom = this.#value.type === 'tool-call' && this.#value.custom === true;
    return this.#raw(custom ? JSON.stringify(text).slice(1, -1) : text);
  }

  #grow(data: string): Uint8Array[] {
    const value = this.#value;
    if (value.type === 'image' && value.source.kind === 'base64')
      this.#value = { ...value, source: { ...value.source, data: joinBase64(value.source.data, data) } };
    return [];
  }

  #citation(event: Extract<PartEvent, { type: 'annotation' }>): Uint8Array[] {
    const citation = writeCitation(event.value);
    if (citation === undefined) this.lost = true;
    return citation === undefined ? [] : [...this.#lead(), this.#delta({ citation })];
  }

  #end(event: PartEnd): Uint8Array[] {
    const value = this.#value;
    if (value.type === 'reasoning') return this.#reasoningEnd({ ...value, text: '', ...event.complete });
    if (value.type === 'image') return this.#image();
    if (opensLate(value) && this.#index < 0)
      return this.#single(looseSignature({ ...value, ...event.complete } as Part, 'empty'));
    const close = value.type === 'tool-call' && value.custom === true ? this.#raw('"}') : [];
    // A signature that is known only now follows the block that it signs.
    const late =
      value.signature === undefined && event.complete?.signature !== undefined
        ? looseSignature({ ...value, signature: event.complete.signature }, 'previous')
        : undefined;
    return [...close, ...this.#stop(), ...this.#single(late)];
  }

  #reasoningEnd(part: ReasoningPart): Uint8Array[] {
    if (this.#index < 0 && isSealed(part)) return this.#single(sealed(part));
    const signature = signatureOf({ ...part, text: ' ' });
    const signed = signature === undefined ? [] : [this.#delta({ reasoningContent: { signature } })];
    return [...signed, ...this.#stop()];
  }

  #image(): Uint8Array[] {
    const block = ownBlock(this.#value)?.image;
    if (!isObject(block)) {
      this.lost = true;
      return [];
    }
    const { format, source } = block;
    return [this.#start({ image: { format } }), this.#delta({ image: { source } }), ...this.#stop()];
  }
}
