import type { Part, ReasoningPart, TextPart } from '../../chat/parts.ts';
import type { TokenLogprob } from '../../chat/reply.ts';
import type { PartEvent } from '../shared/part-line.ts';
import type { Json } from '../shared/read.ts';
import { sealOf, signatureBlock } from './carrier.ts';
import { writeCitation } from './citations.ts';
import { writeLogprobs } from './logprobs.ts';
import { callBody, isPlan } from './server-render.ts';
import { frame } from './wire.ts';

type PartEnd = Extract<PartEvent, { type: 'part-end' }>;

/** Indexes that are counted through a message. */
export interface Counters {
  content: number;
  calls: number;
  citations: number;
}

/** The events of one part of the answer. */
export interface EncodedPart {
  /** Was there an annotation that could not be told? */
  lost: boolean;
  open(): string;
  write(event: PartEvent): string;
}

const start = (index: number, content: Json): string =>
  frame({ type: 'content-start', index, delta: { message: { content } } });
const stop = (index: number): string => frame({ type: 'content-end', index });

/** The bytes of a delta up to its text. The text and what closes the objects follow. */
const prefix = (index: number, member: string): string =>
  `event: content-delta\ndata: {"type":"content-delta","index":${index},"delta":{"message":{"content":{"${member}":`;
const PLAN = 'event: tool-plan-delta\ndata: {"type":"tool-plan-delta","delta":{"message":{"tool_plan":';

/** A block that is written at one go. */
function single(block: Json | undefined, counters: Counters): string {
  if (block === undefined) return '';
  const index = counters.content++;
  return start(index, block) + stop(index);
}

/** A text or thinking: opens with its first words, since an empty block says nothing. */
class EncodedBlock implements EncodedPart {
  lost = false;
  readonly #part: Extract<Part, { text: string }>;
  readonly #counters: Counters;
  readonly #member: 'text' | 'thinking';
  #index = -1;
  #prefix = '';
  #words = '';

  constructor(part: Extract<Part, { text: string }>, counters: Counters) {
    this.#part = part;
    this.#counters = counters;
    this.#member = part.type === 'reasoning' ? 'thinking' : 'text';
  }

  open(): string {
    return this.#say(this.#part.text, undefined);
  }

  write(event: PartEvent): string {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        return this.#say(event.text, event.logprobs);
      case 'reasoning-delta':
        return this.#say(event.text, undefined);
      case 'annotation':
        return this.#cite(event);
      case 'part-end':
        return this.#end(event);
      default:
        return '';
    }
  }

  #say(text: string, logprobs: readonly TokenLogprob[] | undefined): string {
    if (text === '') return '';
    const before = this.#begin();
    this.#words += text;
    if (logprobs === undefined) return `${before}${this.#prefix}${JSON.stringify(text)}}}}}\n\n`;
    // One event has one item, so the text of each token goes with its own.
    return before + this.#tokens(text, logprobs);
  }

  #tokens(text: string, logprobs: readonly TokenLogprob[]): string {
    const whole = logprobs.map(({ token }) => token).join('') === text;
    const delta = (words: string, item: Json | undefined): string =>
      frame({
        type: 'content-delta',
        index: this.#index,
        delta: { message: { content: { [this.#member]: words } } },
        ...(item === undefined ? {} : { logprobs: item }),
      });
    const items = writeLogprobs(logprobs);
    if (whole) return items.map((item) => delta(String(item.text), item)).join('');
    return items.map((item, at) => delta(at === 0 ? text : '', item)).join('');
  }

  #begin(): string {
    if (this.#index >= 0) return '';
    const part = this.#part;
    const before = part.type === 'text' ? single(signatureBlock(part), this.#counters) : '';
    this.#index = this.#counters.content++;
    this.#prefix = prefix(this.#index, this.#member);
    return before + start(this.#index, { type: this.#member, [this.#member]: '' });
  }

  #cite(event: Extract<PartEvent, { type: 'annotation' }>): string {
    const before = this.#begin();
    return before + citation(event, this.#words, this.#index, this.#counters, this);
  }

  #end({ complete }: PartEnd): string {
    const part = this.#part;
    if (part.type === 'reasoning') return this.#thinkingEnd({ ...part, ...complete });
    if (part.type === 'refusal') return this.#index < 0 ? '' : stop(this.#index);
    const ended: TextPart = { ...part, ...complete };
    if (this.#index < 0) return single(signatureBlock(ended, 'empty'), this.#counters);
    // A signature that is known only now follows the block that it signs.
    const late = part.signature === undefined ? signatureBlock(ended, 'previous') : undefined;
    return stop(this.#index) + single(late, this.#counters);
  }

  #thinkingEnd(part: ReasoningPart): string {
    const seal = sealOf(part);
    if (this.#index < 0)
      return seal.signature === undefined ? '' : single({ type: 'thinking', thinking: '', ...seal }, this.#counters);
    const sealed =
      seal.signature === undefined
        ? ''
        : frame({
            type: 'content-delta',
            index: this.#index,
            delta: { message: { content: { thinking: '', ...seal } } },
          });
    return sealed + stop(this.#index);
  }
}

/** The plan before calls of tools, which is no block. */
class EncodedPlan implements EncodedPart {
  lost = false;
  readonly #counters: Counters;
  #words = '';

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  open(): string {
    return '';
  }

  write(event: PartEvent): string {
    if (event.type === 'annotation') return citation(event, this.#words, 0, this.#counters, this);
    if (event.type !== 'reasoning-delta' || event.text === '') return '';
    this.#words += event.text;
    return `${PLAN}${JSON.stringify(event.text)}}}}\n\n`;
  }
}

/** A call of a tool. */
class EncodedCall implements EncodedPart {
  readonly lost = false;
  readonly #part: Extract<Part, { type: 'tool-call' }>;
  readonly #counters: Counters;
  #index = 0;

  constructor(part: Extract<Part, { type: 'tool-call' }>, counters: Counters) {
    this.#part = part;
    this.#counters = counters;
  }

  open(): string {
    const part = this.#part;
    const before = single(signatureBlock(part), this.#counters);
    this.#index = this.#counters.calls++;
    const message = { tool_calls: callBody(part, '') };
    return (
      before +
      frame({ type: 'tool-call-start', index: this.#index, delta: { message } }) +
      this.#input(part.custom === true ? '{"input":"' : '') +
      this.#given(part.input)
    );
  }

  write(event: PartEvent): string {
    if (event.type === 'tool-input-delta') return this.#given(event.text);
    return event.type === 'part-end' ? this.#end(event) : '';
  }

  /** Input as it came; the free text of a custom tool becomes a string in an object. */
  #given(text: string): string {
    return this.#input(this.#part.custom === true ? JSON.stringify(text).slice(1, -1) : text);
  }

  #input(text: string): string {
    if (text === '') return '';
    const message = { tool_calls: { function: { arguments: text } } };
    return frame({ type: 'tool-call-delta', index: this.#index, delta: { message } });
  }

  #end({ complete }: PartEnd): string {
    const part = this.#part;
    const close = part.custom === true ? this.#input('"}') : '';
    const late =
      part.signature === undefined && complete?.signature !== undefined
        ? single(signatureBlock({ ...part, signature: complete.signature }), this.#counters)
        : '';
    return close + frame({ type: 'tool-call-end', index: this.#index }) + late;
  }
}

function citation(
  { value }: Extract<PartEvent, { type: 'annotation' }>,
  words: string,
  index: number,
  counters: Counters,
  part: { lost: boolean },
): string {
  const citations = writeCitation(value, words, index);
  if (citations === undefined) {
    part.lost = true;
    return '';
  }
  const at = counters.citations++;
  return (
    frame({ type: 'citation-start', index: at, delta: { message: { citations } } }) +
    frame({ type: 'citation-end', index: at })
  );
}

/** What writes this part; undefined for one that the format has no form for. */
export function encodedPart(part: Part, counters: Counters): EncodedPart | undefined {
  if (part.type === 'tool-call') return new EncodedCall(part, counters);
  if (part.type === 'reasoning' && isPlan(part)) return new EncodedPlan(counters);
  if (part.type === 'text' || part.type === 'refusal' || part.type === 'reasoning')
    return new EncodedBlock(part, counters);
  return undefined;
}
