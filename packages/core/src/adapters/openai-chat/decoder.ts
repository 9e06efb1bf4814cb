import type { ChatEvent } from '../../chat/events.ts';
import type { Usage } from '../../chat/usage.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Decoder, Exchange, UpstreamCall } from '../adapter.ts';
import { count, given, type Json, record, text } from '../shared/read.ts';
import { sourcesOf } from './annotations.ts';
import { memoOf } from './call.ts';
import { faultIn, REPLY_FIELDS, readingOf, usageIn } from './client-parse.ts';
import { DecodedChoice } from './decoded-choice.ts';
import { errorIn, faultOf } from './fault.ts';
import type { Reading } from './message-read.ts';
import { FORMAT, MOST_CHOICES, native } from './wire.ts';

const DONE = '[DONE]';

/** The object in a frame's data. Throws SyntaxError for broken JSON, and for JSON that is no object. */
export function frameObject(data: string): Json {
  const object = record(JSON.parse(data));
  if (object === undefined) throw new SyntaxError('a chunk that is no object');
  return object;
}

/**
 * Reads the chunks of one stream. A choice ends when the stream does, not at its finish_reason: some APIs send another piece after it,
 * and usage always follows. The terminal event is `[DONE]`, or that every choice has given its reason when the connection closes.
 */
class ChatDecoder implements Decoder {
  readonly #reading: Reading;
  readonly #expected: number;
  readonly #choices = new Map<number, DecodedChoice>();
  /** Top-level members without a name, as first told and as last seen. */
  readonly #told = new Map<string, unknown>();
  readonly #latest = new Map<string, unknown>();
  #started = false;
  #over = false;
  #usage: Usage | undefined;
  #tier: string | undefined;

  constructor(call: UpstreamCall, exchange: Exchange) {
    this.#reading = readingOf(call, exchange);
    this.#expected = memoOf(call).n;
  }

  get whole(): boolean {
    if (this.#choices.size === 0 || this.#choices.size < this.#expected) return false;
    for (const choice of this.#choices.values()) if (!choice.finished) return false;
    return true;
  }

  push(frame: Frame): ChatEvent[] {
    const { data } = frame;
    if (this.#over || data === undefined || data === '') return [];
    if (data === DONE || data.trim() === DONE) return this.#close(true);
    const chunk = frameObject(data);
    const fault = frame.event === 'error' && !errorIn(chunk) ? faultOf(chunk, undefined) : faultIn(chunk);
    if (fault !== undefined) {
      this.#over = true;
      return [{ type: 'fault', fault }];
    }
    return this.#read(chunk);
  }

  end(): ChatEvent[] {
    return this.#over ? [] : this.#close(false);
  }

  #read(chunk: Json): ChatEvent[] {
    const events: ChatEvent[] = [];
    const choices = Array.isArray(chunk['choices']) ? chunk['choices'] : [];
    const unnamed = this.#unnamed(chunk);
    const usage = usageIn(chunk);
    this.#usage = usage ?? this.#usage;
    if (!this.#started) {
      // A first chunk without choices, such as the one with the filter results of the prompt, often names no id or model yet.
      if (choices.length === 0) return events;
      this.#start(chunk, events);
    } else if (choices.length === 0 && usage === undefined && unnamed !== undefined) this.#native(unnamed, events);
    this.#tier = text(chunk['service_tier']) ?? this.#tier;
    for (const value of choices) {
      const choice = record(value);
      const index = count(choice?.['index']) ?? 0;
      if (choice !== undefined && index < MOST_CHOICES) this.#choice(index).push(choice, events);
    }
    return events;
  }

  #start(chunk: Json, events: ChatEvent[]): void {
    this.#started = true;
    for (const [key, value] of this.#latest) this.#told.set(key, value);
    events.push({
      type: 'reply-start',
      ...given('id', text(chunk['id'])),
      ...given('model', text(chunk['model'])),
      ...given('created', count(chunk['created']) || undefined),
      ...given('serviceTier', text(chunk['service_tier'])),
      ...given('systemFingerprint', text(chunk['system_fingerprint'])),
      ...given('native', native(Object.fromEntries(this.#told))),
    });
  }

  /** A chunk that holds nothing but what has no name here, such as the filter results of the prompt. */
  #native(unnamed: Json, events: ChatEvent[]): void {
    for (const [key, value] of Object.entries(unnamed)) this.#told.set(key, value);
    events.push({ type: 'native', format: FORMAT, name: Object.keys(unnamed)[0] ?? 'chunk', value: unnamed });
  }

  #unnamed(chunk: Json): Json | undefined {
    let found: [string, unknown][] | undefined;
    for (const key in chunk) {
      if (REPLY_FIELDS.has(key) || key === 'error' || chunk[key] === null || !Object.hasOwn(chunk, key)) continue;
      this.#latest.set(key, chunk[key]);
      found ??= [];
      found.push([key, chunk[key]]);
    }
    return found === undefined ? undefined : Object.fromEntries(found);
  }

  #choice(index: number): DecodedChoice {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = new DecodedChoice(index, this.#reading);
      this.#choices.set(index, choice);
    }
    return choice;
  }

  #close(done: boolean): ChatEvent[] {
    this.#over = true;
    const choices = [...this.#choices.values()];
    if (!this.whole && (!done || choices.length === 0))
      return [
        {
          type: 'fault',
          fault: { kind: 'incomplete', message: 'The provider ended its stream in the middle of the answer.' },
        },
      ];
    const events: ChatEvent[] = [];
    const sources = sourcesOf(Object.fromEntries(this.#latest));
    for (const choice of choices) {
      choice.cite(sources, events);
      choice.close(events);
    }
    if (this.#usage !== undefined) events.push({ type: 'usage', usage: this.#usage });
    events.push({ type: 'reply-end', ...given('serviceTier', this.#tier), ...given('native', native(this.#news())) });
    return events;
  }

  /** What was told after the beginning, or told otherwise. */
  #news(): Json {
    const news = [...this.#latest].filter(
      ([key, value]) => !this.#told.has(key) || JSON.stringify(this.#told.get(key)) !== JSON.stringify(value),
    );
    return Object.fromEntries(news);
  }
}

/** See {@link ChatDecoder}. */
export function decoder(call: UpstreamCall, exchange: Exchange): Decoder {
  return new ChatDecoder(call, exchange);
}
