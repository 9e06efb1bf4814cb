import type { ChatEvent } from '../../chat/events.ts';
import type { Part, PartType, ReasoningPart } from '../../chat/parts.ts';
import { count, given, type Json, record, string } from '../shared/read.ts';
import { readAnnotation } from './annotations.ts';
import { logprobsOf } from './client-parse.ts';
import { type Reading, readCall, readOutputItem, readReasoning } from './items-read.ts';
import { PARAGRAPH } from './wire.ts';

/** A part under way: how much of its text was given on. */
interface Open {
  readonly part: number;
  readonly value: Part;
  given: number;
  annotations: number;
}

/** Pieces of what a tool of the client is called with. */
const INPUT: ReadonlySet<string> = new Set([
  'response.function_call_arguments.delta',
  'response.custom_tool_call_input.delta',
]);

/** One item of a stream: turns its events into parts and their pieces. What they left out is made up for when the item is done. */
export class DecodedItem {
  readonly #kind: string;
  readonly #reading: Reading;
  readonly #newPart: (type: PartType) => number;
  /** By the index of the content, or of the summary. */
  readonly #open = new Map<number, Open>();
  #id: Json = {};
  #summary = 0;
  #done = false;

  constructor(item: Json, reading: Reading, newPart: (type: PartType) => number) {
    this.#kind = string(item.type) ?? '';
    this.#reading = reading;
    this.#newPart = newPart;
  }

  /** Calls of the client's tools begin with their item, all else with its first piece. */
  open(item: Json, events: ChatEvent[]): void {
    this.#id = item.id === undefined ? {} : { id: item.id };
    if (this.#kind !== 'function_call' && this.#kind !== 'custom_tool_call') return;
    this.#start(0, { ...readCall(item, this.#reading), input: '' }, events);
  }

  push(type: string, event: Json, events: ChatEvent[]): void {
    if (this.#done) return;
    const at = count(event.content_index) ?? 0;
    const words = string(event.delta) ?? '';
    if (type === 'response.output_text.delta') this.#say(this.#text(at, events), words, event, events);
    else if (type === 'response.refusal.delta') this.#give(this.#refusal(at, events), 'refusal-delta', words, events);
    else if (type === 'response.output_text.annotation.added') this.#annotate(at, record(event.annotation), events);
    else if (type === 'response.reasoning_summary_text.delta')
      this.#summarise(count(event.summary_index) ?? 0, words, events);
    else if (type === 'response.reasoning_text.delta')
      this.#give(this.#thinking(false, events), 'reasoning-delta', words, events);
    else if (INPUT.has(type)) this.#input(words, events);
  }

  /** The item is whole: what no event told yet, then the ends of its parts. */
  done(item: Json, events: ChatEvent[]): void {
    if (this.#done) return;
    this.#done = true;
    const parts = item.type === undefined ? [] : readOutputItem({ ...this.#id, ...item }, this.#reading);
    for (const [at, part] of parts.entries()) this.#complete(at, part, events);
    for (const open of this.#open.values())
      if (!parts.some((_, at) => this.#open.get(at) === open)) this.#end(open, undefined, events);
  }

  #complete(at: number, part: Part, events: ChatEvent[]): void {
    const open = this.#open.get(at) ?? this.#start(at, begun(part), events);
    if (part.type === 'text') this.#say(open, part.text.slice(open.given), {}, events);
    else if (part.type === 'refusal') this.#give(open, 'refusal-delta', part.text.slice(open.given), events);
    else if (part.type === 'reasoning') this.#give(open, 'reasoning-delta', part.text.slice(open.given), events);
    else if (part.type === 'tool-call' || part.type === 'server-tool-call')
      this.#give(open, 'tool-input-delta', part.input.slice(open.given), events);
    for (const annotation of (part.annotations ?? []).slice(open.annotations)) this.#cite(open, annotation, events);
    this.#end(open, part, events);
  }

  #text(at: number, events: ChatEvent[]): Open {
    return this.#part(at, { type: 'text', text: '' }, events);
  }

  #refusal(at: number, events: ChatEvent[]): Open {
    return this.#part(at, { type: 'refusal', text: '' }, events);
  }

  #part(at: number, value: Part, events: ChatEvent[]): Open {
    const issued = this.#id.id === undefined ? {} : { id: String(this.#id.id), origin: this.#reading.origin };
    return this.#open.get(at) ?? this.#start(at, { ...value, ...issued }, events);
  }

  #thinking(summary: boolean, events: ChatEvent[]): Open {
    const known = this.#open.get(0);
    if (known !== undefined) return known;
    const bare = readReasoning(
      { type: 'reasoning', ...this.#id, ...(summary ? {} : { content: [{}] }) },
      this.#reading,
    );
    return this.#start(0, { ...bare, text: '', ...(summary ? { summary: true } : {}) }, events);
  }

  /** Pieces of a summary are paragraphs of one text. */
  #summarise(index: number, words: string, events: ChatEvent[]): void {
    const open = this.#thinking(true, events);
    if ((open.value as ReasoningPart).summary !== true) return;
    for (; this.#summary < index; this.#summary++) this.#give(open, 'reasoning-delta', PARAGRAPH, events);
    this.#give(open, 'reasoning-delta', words, events);
  }

  #input(words: string, events: ChatEvent[]): void {
    const open = this.#open.get(0);
    if (open !== undefined) this.#give(open, 'tool-input-delta', words, events);
  }

  #say(open: Open, words: string, event: Json, events: ChatEvent[]): void {
    const logprobs = logprobsOf(event);
    if (words === '' && logprobs.length === 0) return;
    open.given += words.length;
    const told = given('logprobs', logprobs.length === 0 ? undefined : logprobs);
    events.push({ type: 'text-delta', choice: 0, part: open.part, text: words, ...told });
  }

  #give(
    open: Open,
    type: 'refusal-delta' | 'reasoning-delta' | 'tool-input-delta',
    words: string,
    events: ChatEvent[],
  ): void {
    if (words === '') return;
    open.given += words.length;
    events.push({ type, choice: 0, part: open.part, text: words });
  }

  #annotate(at: number, annotation: Json | undefined, events: ChatEvent[]): void {
    if (annotation !== undefined) this.#cite(this.#text(at, events), readAnnotation(annotation), events);
  }

  #cite(open: Open, value: NonNullable<Part['annotations']>[number], events: ChatEvent[]): void {
    open.annotations++;
    events.push({ type: 'annotation', choice: 0, part: open.part, value });
  }

  #start(at: number, value: Part, events: ChatEvent[]): Open {
    const open: Open = { part: this.#newPart(value.type), value, given: 0, annotations: 0 };
    this.#open.set(at, open);
    events.push({ type: 'part-start', choice: 0, part: open.part, value });
    return open;
  }

  #end({ part, value }: Open, whole: Part | undefined, events: ChatEvent[]): void {
    const encrypted = whole?.type === 'reasoning' ? whole.encrypted : undefined;
    const native = whole?.native !== undefined && whole.native !== value.native ? whole.native : undefined;
    const complete = { ...given('encrypted', encrypted), ...given('native', native) };
    events.push({
      type: 'part-end',
      choice: 0,
      part,
      ...(Object.keys(complete).length === 0 ? {} : { complete }),
    });
  }
}

/** The part as it starts: its text comes as pieces. */
function begun(part: Part): Part {
  const { annotations: _, ...bare } = part;
  if (bare.type === 'text' || bare.type === 'refusal' || bare.type === 'reasoning')
    return { ...bare, text: '' } as Part;
  if (bare.type === 'tool-call' || bare.type === 'server-tool-call') return { ...bare, input: '' } as Part;
  return bare as Part;
}
