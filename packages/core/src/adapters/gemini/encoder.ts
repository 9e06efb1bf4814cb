import type { ChatEvent } from '../../chat/events.ts';
import type { Annotation } from '../../chat/parts.ts';
import type { TokenLogprob } from '../../chat/reply.ts';
import type { Usage } from '../../chat/usage.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Encoder, Exchange } from '../adapter.ts';
import { given, record } from '../shared/read.ts';
import { writeFinish } from './finish.ts';
import { arrayFraming, type Framing, sseFraming } from './framing.ts';
import { writeGrounding } from './grounding.ts';
import { writeLogprobs } from './logprobs.ts';
import { overlay } from './merge.ts';
import { addsNothing, completed, isText, type OpenPart, openPart, withMedia } from './open-part.ts';
import { type PartWriter, writePart } from './parts-write.ts';
import { replyWriter } from './reply-writer.ts';
import { errorBody } from './server-fault.ts';
import { writeUsage } from './usage.ts';
import { FORMAT, ownNative, type Wire } from './wire.ts';

interface Candidate {
  readonly parts: Map<number, OpenPart>;
  readonly cited: { index: number; text: string; annotations: readonly Annotation[] }[];
  end: Wire | undefined;
  native: Wire | undefined;
}

type PartEvent = Extract<ChatEvent, { part: number }>;
type Delta = Extract<ChatEvent, { type: 'text-delta' | 'refusal-delta' | 'reasoning-delta' }>;

class GeminiEncoder implements Encoder {
  readonly #exchange: Pick<Exchange, 'id' | 'model'>;
  readonly #framing: Framing;
  readonly #dropped = new Set<string>();
  readonly #writer: PartWriter = replyWriter(this.#dropped);
  readonly #candidates = new Map<number, Candidate>();
  #usage: Usage | undefined;
  #native: Wire | undefined;
  #tier: string | undefined;
  /** The members that every chunk repeats, as JSON text without the opening brace. */
  #tail = '';
  #ended = false;

  constructor(exchange: Pick<Exchange, 'id' | 'model' | 'peek'>) {
    this.#exchange = exchange;
    this.#framing = exchange.peek.framing === 'json-array' ? arrayFraming() : sseFraming();
    this.#name(undefined, undefined);
  }

  get contentType(): string {
    return this.#framing.contentType;
  }

  get dropped(): readonly string[] {
    return [...this.#dropped];
  }

  push(event: ChatEvent): string {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
      case 'reasoning-delta':
        return this.#delta(event);
      case 'part-start':
        return this.#start(event);
      case 'part-end':
        return this.#partEnd(event);
      case 'tool-input-delta':
      case 'media-delta':
      case 'annotation':
        this.#collect(event);
        return '';
      case 'choice-end':
        this.#choiceEnd(event);
        return '';
      case 'reply-start':
        this.#name(event.model, event.id);
        this.#native = ownNative(event.native);
        this.#note(event.usage, event.serviceTier);
        return '';
      case 'usage':
        this.#note(event.usage, undefined);
        return '';
      case 'native':
        if (event.format !== FORMAT) this.#dropped.add(event.name);
        return '';
      case 'reply-end':
        this.#note(undefined, event.serviceTier);
        this.#native = overlay(this.#native, ownNative(event.native) ?? {}) as Wire;
        return this.#last();
      case 'fault':
        return '';
    }
  }

  fail(error: GatewayError): string {
    this.#ended = true;
    return this.#framing.frame(JSON.stringify(errorBody(error))) + this.#framing.close();
  }

  end(): string {
    return (this.#ended ? '' : this.#last()) + this.#framing.close();
  }

  #name(model: string | undefined, id: string | undefined): void {
    this.#tail = `,"modelVersion":${JSON.stringify(model ?? this.#exchange.model)},"responseId":${JSON.stringify(id ?? this.#exchange.id)}}`;
  }

  #note(usage: Usage | undefined, tier: string | undefined): void {
    if (usage !== undefined) this.#usage = { ...this.#usage, ...usage };
    this.#tier = tier ?? this.#tier;
  }

  #candidate(choice: number): Candidate {
    const known = this.#candidates.get(choice);
    if (known !== undefined) return known;
    const made: Candidate = { parts: new Map(), cited: [], end: undefined, native: undefined };
    this.#candidates.set(choice, made);
    return made;
  }

  /** A chunk with parts of one candidate, given as JSON text. */
  #chunk(choice: number, parts: string, logprobs?: readonly TokenLogprob[]): string {
    const more = logprobs === undefined ? '' : `,"logprobsResult":${JSON.stringify(writeLogprobs(logprobs))}`;
    return this.#framing.frame(
      `{"candidates":[{"content":{"parts":[${parts}],"role":"model"},"index":${choice}${more}}]${this.#tail}`,
    );
  }

  #delta(event: Delta): string {
    const { choice, text } = event;
    const logprobs = event.type === 'reasoning-delta' ? undefined : event.logprobs;
    const open = this.#candidate(choice).parts.get(event.part);
    if (open !== undefined && (open.held || event.type === 'text-delta')) open.text += text;
    if (open?.held === true) {
      open.logprobs.push(...(logprobs ?? []));
      return '';
    }
    if (text === '') return '';
    const thought = event.type === 'reasoning-delta' ? ',"thought":true' : '';
    return this.#chunk(choice, `{"text":${JSON.stringify(text)}${thought}}`, logprobs);
  }

  #start(event: Extract<ChatEvent, { type: 'part-start' }>): string {
    const { choice, part, value } = event;
    const { parts } = this.#candidate(choice);
    parts.set(part, openPart(value, parts.size));
    if (!isText(value) || value.text === '') return '';
    return this.#delta({
      type: value.type === 'reasoning' ? 'reasoning-delta' : 'text-delta',
      choice,
      part,
      text: value.text,
    });
  }

  #collect(event: Extract<PartEvent, { type: 'tool-input-delta' | 'media-delta' | 'annotation' }>): void {
    const open = this.#candidate(event.choice).parts.get(event.part);
    if (open === undefined) return;
    if (event.type === 'tool-input-delta') open.text += event.text;
    else if (event.type === 'annotation') open.annotations.push(event.value);
    else open.value = withMedia(open.value, event);
  }

  #partEnd(event: Extract<ChatEvent, { type: 'part-end' }>): string {
    const candidate = this.#candidate(event.choice);
    const open = candidate.parts.get(event.part);
    if (open === undefined) return '';
    if (open.annotations.length > 0)
      candidate.cited.push({ index: open.index, text: open.text, annotations: open.annotations });
    const part = completed(open, event);
    const wires = writePart(part, this.#writer, `candidates.content.parts.${event.part}`);
    if (wires.length === 0 || (isText(part) && wires.every(addsNothing))) return '';
    return this.#chunk(
      event.choice,
      wires.map((wire) => JSON.stringify(wire)).join(','),
      open.logprobs.length > 0 ? open.logprobs : undefined,
    );
  }

  #choiceEnd(event: Extract<ChatEvent, { type: 'choice-end' }>): void {
    const candidate = this.#candidate(event.choice);
    candidate.end = {
      content: { parts: [{ text: '' }], role: 'model' },
      finishReason: writeFinish(event),
      index: event.choice,
    };
    candidate.native = ownNative(event.native);
  }

  #finished(candidate: Candidate): Wire[] {
    if (candidate.end === undefined) return [];
    const grounding =
      candidate.native?.['groundingMetadata'] === undefined && candidate.native?.['citationMetadata'] === undefined
        ? writeGrounding(candidate.cited)
        : undefined;
    return [{ ...candidate.end, ...given('groundingMetadata', grounding), ...candidate.native }];
  }

  /** A refused prompt has feedback and no candidate. */
  #blocked(): boolean {
    return (
      record(this.#native?.['promptFeedback'])?.['blockReason'] !== undefined &&
      [...this.#candidates.values()].every((candidate) => candidate.parts.size === 0)
    );
  }

  /** The last chunk: how each candidate ended, and what it all took. */
  #last(): string {
    if (this.#ended) return '';
    this.#ended = true;
    const candidates = this.#blocked()
      ? []
      : [...this.#candidates.values()].flatMap((candidate) => this.#finished(candidate));
    const usage =
      this.#usage && writeUsage({ ...this.#usage, ...given('serviceTier', this.#usage.serviceTier ?? this.#tier) });
    const body = JSON.stringify({
      ...(candidates.length > 0 && { candidates }),
      ...given('usageMetadata', usage),
      ...this.#native,
    });
    return this.#framing.frame(body === '{}' ? `{${this.#tail.slice(1)}` : body.slice(0, -1) + this.#tail);
  }
}

/** The encoder for one client stream, framed as `peek.framing` asks. */
export const createEncoder = (exchange: Exchange): Encoder => new GeminiEncoder(exchange);
