import type { ChatEvent } from '../../chat/events.ts';
import type { Part, ReasoningPart } from '../../chat/parts.ts';
import type { PartEvent, PartWriter } from '../shared/part-line.ts';
import type { Json } from '../shared/read.ts';
import { writeCitation } from './citations.ts';
import { callBlock, isRedacted, ownBlock, redactedBlock, signatureBlock, signatureOf } from './server-blocks.ts';
import { frame, nativeFields } from './wire.ts';

type PartEnd = Extract<ChatEvent, { type: 'part-end' }>;

const DELTAS = {
  text: ['text_delta', 'text'],
  thinking: ['thinking_delta', 'thinking'],
  input: ['input_json_delta', 'partial_json'],
} as const;

/** The bytes of a delta up to its text. The text and `}}\n\n` follow. */
function deltaPrefix(index: number, kind: keyof typeof DELTAS): string {
  const [type, field] = DELTAS[kind];
  return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":"${type}","${field}":`;
}

const start = (index: number, block: Json): string =>
  frame('content_block_start', { type: 'content_block_start', index, content_block: block });
const stop = (index: number): string =>
  `event: content_block_stop\ndata: {"type":"content_block_stop","index":${index}}\n\n`;
const delta = (index: number, value: Json): string =>
  frame('content_block_delta', { type: 'content_block_delta', index, delta: value });

/** Writes one part as one block, and the blocks that carry what it has no place for. `blocks` counts the blocks of the message. */
export class BlockWriter implements PartWriter<string> {
  lost = false;
  readonly #value: Part;
  readonly #blocks: { next: number };
  #index = 0;
  #prefix = '';
  /** Whole at its start: no delta belongs to it. */
  #whole = false;
  /** Had it any text or input? */
  #fed = false;
  /** A text without words: only its signature is written. */
  #empty = false;

  constructor(value: Part, blocks: { next: number }) {
    this.#value = value;
    this.#blocks = blocks;
  }

  opensWith(event: PartEvent): boolean {
    if (event.type === 'part-end') {
      const value = { ...this.#value, ...event.complete } as Part;
      this.#empty = value.type === 'text';
      return value.type === 'reasoning' ? isSigned(value) : value.signature !== undefined;
    }
    return event.type === 'annotation' || ('text' in event && event.text !== '');
  }

  open(): string {
    const value = this.#value;
    if (value.type === 'reasoning' || this.#empty) return ''; // What it becomes is known at its first delta or at its end.
    const before = this.#single(signatureBlock(value));
    this.#index = this.#blocks.next++;
    if (value.type === 'tool-call') {
      this.#prefix = deltaPrefix(this.#index, 'input');
      return (
        before +
        start(this.#index, callBlock(value, {})) +
        this.#input(value.custom === true ? '{"input":"' : '') +
        this.#given(value.input)
      );
    }
    if (value.type === 'text' || value.type === 'refusal') {
      this.#prefix = deltaPrefix(this.#index, 'text');
      return before + start(this.#index, { type: 'text', text: '', ...nativeFields(value.native) });
    }
    return before + start(this.#index, ownBlock(value, {}) ?? {}) + this.#serverInput(value);
  }

  write(event: PartEvent): string {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        return this.#text(event.text);
      case 'reasoning-delta':
        return this.#thinking(event.text);
      case 'tool-input-delta':
        return this.#given(event.text);
      case 'annotation':
        return this.#citation(event);
      case 'part-end':
        return this.#end(event);
      default:
        return '';
    }
  }

  /** A block that is written at one go. */
  #single(block: Json | undefined): string {
    if (block === undefined) return '';
    const index = this.#blocks.next++;
    return start(index, block) + stop(index);
  }

  #text(text: string): string {
    return text === '' ? '' : `${this.#prefix}${JSON.stringify(text)}}}\n\n`;
  }

  #thinking(text: string): string {
    if (text === '') return '';
    let before = '';
    if (!this.#fed) {
      this.#fed = true;
      this.#index = this.#blocks.next++;
      this.#prefix = deltaPrefix(this.#index, 'thinking');
      before = start(this.#index, { type: 'thinking', thinking: '', signature: '' });
    }
    return before + this.#text(text);
  }

  /** A server tool's call has its deltas too; everything else of the vendor's is whole from the start. */
  #serverInput(value: Part): string {
    if (value.type !== 'server-tool-call') {
      this.#whole = true;
      return '';
    }
    this.#prefix = deltaPrefix(this.#index, 'input');
    return this.#input(value.input);
  }

  #input(text: string): string {
    return this.#whole ? '' : this.#text(text);
  }

  /** Input as it came; the free text of a custom tool becomes a string in an object. */
  #given(text: string): string {
    const custom = this.#value.type === 'tool-call' && this.#value.custom === true;
    return this.#input(custom ? JSON.stringify(text).slice(1, -1) : text);
  }

  #citation(event: Extract<PartEvent, { type: 'annotation' }>): string {
    const citation = writeCitation(event.value);
    if (citation === undefined) this.lost = true;
    return citation === undefined ? '' : delta(this.#index, { type: 'citations_delta', citation });
  }

  #end(event: PartEnd): string {
    const value = this.#value;
    if (value.type === 'reasoning') return this.#reasoningEnd({ ...value, text: '', ...event.complete });
    if (this.#empty) return this.#single(signatureBlock({ ...value, ...event.complete } as Part, 'empty'));
    const close = value.type === 'tool-call' && value.custom === true ? this.#input('"}') : '';
    // A signature that is known only now follows the block that it signs.
    const late =
      value.signature === undefined && event.complete?.signature !== undefined
        ? { ...value, signature: event.complete.signature }
        : undefined;
    return close + stop(this.#index) + (late === undefined ? '' : this.#single(signatureBlock(late, 'previous')));
  }

  #reasoningEnd(part: ReasoningPart): string {
    if (!this.#fed) {
      const signature = signatureOf(part);
      return this.#single(isRedacted(part) ? redactedBlock(part) : { type: 'thinking', thinking: '', signature });
    }
    const signature = signatureOf({ ...part, text: ' ' });
    return (signature === '' ? '' : delta(this.#index, { type: 'signature_delta', signature })) + stop(this.#index);
  }
}

const isSigned = (part: ReasoningPart): boolean => part.signature !== undefined || part.encrypted !== undefined;
