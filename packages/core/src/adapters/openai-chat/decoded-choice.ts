import type { ChatEvent } from '../../chat/events.ts';
import type { Annotation, Part } from '../../chat/parts.ts';
import type { StopReason, TokenLogprob } from '../../chat/reply.ts';
import { count, given, type Json, record, records, string, text } from '../shared/read.ts';
import { readAnnotation } from './annotations.ts';
import { reasoningDetails, thinkingText } from './carriers-read.ts';
import { CHOICE_FIELDS, MESSAGE_FIELDS, oddWord, stopSequence } from './client-parse.ts';
import { DecodedCalls } from './decoded-calls.ts';
import { DecodedReasoning } from './decoded-reasoning.ts';
import { derived, stopReasonOf } from './finish.ts';
import { type Reading, readAudio, readImages, readLogprobs } from './message-read.ts';
import { native } from './wire.ts';

type Kind = 'text' | 'refusal' | 'audio';

/** One choice of a stream: turns deltas into parts and their pieces. */
export class DecodedChoice {
  readonly #index: number;
  readonly #reading: Reading;
  readonly #calls: DecodedCalls;
  readonly #reasoning: DecodedReasoning;
  readonly #unnamed = new Map<string, unknown>();
  readonly #unnamedMessage = new Map<string, unknown>();
  #next = 0;
  /** The part that takes plain deltas now. */
  #open: { kind: Kind; part: number } | undefined;
  #text: number | undefined;
  #refused = false;
  #cited = false;
  #audioExpires: number | undefined;
  #word: string | undefined;
  #last: Json = {};

  constructor(index: number, reading: Reading) {
    this.#index = index;
    this.#reading = reading;
    const part = (): number => this.#next++;
    this.#calls = new DecodedCalls(index, reading, part);
    this.#reasoning = new DecodedReasoning(index, reading, part);
  }

  /** Has it given the reason why it ended? */
  get finished(): boolean {
    return this.#word !== undefined;
  }

  push(choice: Json, events: ChatEvent[]): void {
    const delta = record(choice['delta']) ?? record(choice['message']);
    if (delta !== undefined) this.#delta(delta, choice, events);
    const word = text(choice['finish_reason']);
    if (word !== undefined) {
      this.#word ??= word;
      this.#last = choice;
    }
    keep(choice, CHOICE_FIELDS, this.#unnamed);
  }

  #delta(delta: Json, choice: Json, events: ChatEvent[]): void {
    this.#think(delta, events);
    const { content } = delta;
    const logprobs =
      choice['logprobs'] === undefined || choice['logprobs'] === null ? undefined : readLogprobs(choice['logprobs']);
    if (typeof content === 'string') {
      if (content !== '' || logprobs?.content !== undefined) this.#say(content, logprobs?.content, events);
    } else if (content !== undefined && content !== null) this.#list(content, events);
    const refusal = text(delta['refusal']);
    if (refusal !== undefined) this.#refuse(refusal, logprobs?.refusal, events);
    if (delta['tool_calls'] !== undefined || delta['function_call'] !== undefined) this.#call(delta, events);
    if (delta['audio'] !== undefined) this.#speak(delta['audio'], events);
    if (delta['images'] !== undefined) this.#show(delta['images'], events);
    if (delta['annotations'] !== undefined) this.#annotate(delta['annotations'], events);
    keep(delta, MESSAGE_FIELDS, this.#unnamedMessage);
  }

  #think(delta: Json, events: ChatEvent[]): void {
    const details = delta['reasoning_details'] === undefined ? [] : reasoningDetails(delta['reasoning_details']);
    const words = text(delta['reasoning_content']) ?? text(delta['reasoning']);
    if (details.length === 0 && words === undefined) return;
    this.#shut(events);
    if (details.length > 0) this.#reasoning.details(details, events);
    else if (words !== undefined) this.#reasoning.words(words, events);
  }

  /** Source of list content: https://docs.mistral.ai/capabilities/reasoning */
  #list(content: unknown, events: ChatEvent[]): void {
    for (const chunk of records(content)) {
      if (chunk['type'] === 'thinking') {
        const words = thinkingText(chunk);
        if (words === '') continue;
        this.#shut(events);
        this.#reasoning.words(words, events);
      } else {
        const words = text(chunk['text']);
        if (words !== undefined) this.#say(words, undefined, events);
      }
    }
  }

  #say(words: string, logprobs: TokenLogprob[] | undefined, events: ChatEvent[]): void {
    const part = this.#part('text', events, { type: 'text', text: '' });
    this.#text = part;
    events.push({ type: 'text-delta', choice: this.#index, part, text: words, ...given('logprobs', logprobs) });
  }

  #refuse(words: string, logprobs: TokenLogprob[] | undefined, events: ChatEvent[]): void {
    this.#refused = true;
    const part = this.#part('refusal', events, { type: 'refusal', text: '' });
    events.push({ type: 'refusal-delta', choice: this.#index, part, text: words, ...given('logprobs', logprobs) });
  }

  #call(delta: Json, events: ChatEvent[]): void {
    this.#shut(events);
    this.#reasoning.shut(events);
    this.#calls.push(delta, events);
  }

  /** Audio: the id first, then pieces of base64 and of the words. Source: https://platform.openai.com/docs/guides/audio */
  #speak(value: unknown, events: ChatEvent[]): void {
    const body = record(value);
    if (body === undefined) return;
    // The piece that tells only when the audio expires comes last, and must not open another part.
    const { data, transcript, expires_at: expires, ...start } = body;
    const part = this.#part('audio', events, readAudio(start, this.#reading));
    const piece = { ...given('data', text(data)), ...given('transcript', text(transcript)) };
    if (Object.keys(piece).length > 0) events.push({ type: 'media-delta', choice: this.#index, part, ...piece });
    this.#audioExpires = count(expires) ?? this.#audioExpires;
  }

  #show(value: unknown, events: ChatEvent[]): void {
    for (const image of readImages(value, this.#reading)) {
      this.#shut(events);
      const part = this.#next++;
      events.push(
        { type: 'part-start', choice: this.#index, part, value: image },
        { type: 'part-end', choice: this.#index, part },
      );
    }
  }

  /** Citations belong to text; one that comes before any text opens the part. */
  #annotate(value: unknown, events: ChatEvent[]): void {
    const citations = records(value);
    if (citations.length === 0) return;
    this.#cited = true;
    const part = this.#text ?? this.#part('text', events, { type: 'text', text: '' });
    this.#text = part;
    for (const citation of citations)
      events.push({ type: 'annotation', choice: this.#index, part, value: readAnnotation(citation) });
  }

  #part(kind: Kind, events: ChatEvent[], value: Part): number {
    if (this.#open?.kind === kind) return this.#open.part;
    this.#shut(events);
    this.#reasoning.shut(events);
    const part = this.#next++;
    this.#open = { kind, part };
    events.push({ type: 'part-start', choice: this.#index, part, value });
    return part;
  }

  #shut(events: ChatEvent[]): void {
    if (this.#open === undefined) return;
    const { kind, part } = this.#open;
    this.#open = undefined;
    const expires = kind === 'audio' ? this.#audioExpires : undefined;
    events.push({
      type: 'part-end',
      choice: this.#index,
      part,
      ...given('complete', expires === undefined ? undefined : { expiresAt: expires }),
    });
  }

  /** Sources that were named beside the answer, unless its text has citations of its own. */
  cite(sources: readonly Annotation[], events: ChatEvent[]): void {
    if (this.#cited || this.#open?.kind !== 'text') return;
    const { part } = this.#open;
    for (const value of sources) events.push({ type: 'annotation', choice: this.#index, part, value });
  }

  /** The end of the choice: open parts, then the reason. */
  close(events: ChatEvent[]): void {
    this.#shut(events);
    this.#reasoning.shut(events);
    this.#calls.close(events);
    const unnamed: Json = Object.fromEntries(this.#unnamed);
    const kept =
      this.#unnamedMessage.size === 0 ? unnamed : { ...unnamed, message: Object.fromEntries(this.#unnamedMessage) };
    const stopReason: StopReason = derived(stopReasonOf(this.#word), this.#calls.any, this.#refused);
    const nativeReason = string(this.#last['native_finish_reason']) ?? oddWord(this.#word);
    events.push({
      type: 'choice-end',
      choice: this.#index,
      stopReason,
      ...stopSequence(this.#last),
      ...given('nativeStopReason', nativeReason),
      ...given('native', native(kept)),
    });
  }
}

/** Notes the members that have no name, the latest value of each. */
function keep(value: Json, known: ReadonlySet<string>, into: Map<string, unknown>): void {
  for (const key in value) {
    if (!known.has(key) && value[key] !== null && Object.hasOwn(value, key)) into.set(key, value[key]);
  }
}
