import type { ChatEvent } from '../../chat/events.ts';
import type { Usage } from '../../chat/usage.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Decoder, UpstreamCall } from '../adapter.ts';
import { faultIn } from '../openai-chat/client-parse.ts';
import { frameObject } from '../openai-chat/decoder.ts';
import { stopReasonOf } from '../openai-chat/finish.ts';
import { readUsage } from '../openai-chat/usage.ts';
import { count, given, type Json, records, text } from '../shared/read.ts';
import { textOf } from './choice-read.ts';
import { readLogprobs } from './logprobs.ts';
import { memoOf } from './wire.ts';

const DONE = '[DONE]';
/** A choice beyond this number is nonsense, and would make whoever collects the answer allocate all before it. */
export const MOST_CHOICES = 1024;

/** Reads the chunks of one stream. The terminal event is `[DONE]`, or that every choice has given its reason when the connection closes. */
class CompletionDecoder implements Decoder {
  readonly #expected: number;
  /** The reason of each choice that has begun; undefined while it goes on. */
  readonly #choices = new Map<number, string | undefined>();
  readonly #spoke = new Set<number>();
  #started = false;
  #over = false;
  #usage: Usage | undefined;

  constructor(expected: number) {
    this.#expected = expected;
  }

  get whole(): boolean {
    if (this.#choices.size === 0 || this.#choices.size < this.#expected) return false;
    return [...this.#choices.values()].every((reason) => reason !== undefined);
  }

  push({ data }: Frame): ChatEvent[] {
    if (this.#over || data === undefined || data === '') return [];
    if (data.trim() === DONE) return this.#close(true);
    const chunk = frameObject(data);
    const fault = faultIn(chunk);
    if (fault !== undefined) {
      this.#over = true;
      return [{ type: 'fault', fault }];
    }
    const events: ChatEvent[] = [];
    this.#usage = readUsage(chunk['usage']) ?? this.#usage;
    const choices = records(chunk['choices']);
    if (!this.#started && choices.length > 0) this.#start(chunk, events);
    for (const choice of choices) this.#read(choice, events);
    return events;
  }

  end(): ChatEvent[] {
    return this.#over ? [] : this.#close(false);
  }

  #start(chunk: Json, events: ChatEvent[]): void {
    this.#started = true;
    events.push({
      type: 'reply-start',
      ...given('id', text(chunk['id'])),
      ...given('model', text(chunk['model'])),
      ...given('created', count(chunk['created'])),
      ...given('systemFingerprint', text(chunk['system_fingerprint'])),
    });
  }

  #read(choice: Json, events: ChatEvent[]): void {
    const index = count(choice['index']) ?? 0;
    if (index >= MOST_CHOICES) return;
    const words = textOf(choice) ?? '';
    const logprobs = readLogprobs(choice['logprobs']);
    if (words !== '' || logprobs !== undefined) {
      if (!this.#spoke.has(index))
        events.push({ type: 'part-start', choice: index, part: 0, value: { type: 'text', text: '' } });
      this.#spoke.add(index);
      events.push({ type: 'text-delta', choice: index, part: 0, text: words, ...given('logprobs', logprobs) });
    }
    this.#choices.set(index, text(choice['finish_reason']) ?? this.#choices.get(index));
  }

  #close(done: boolean): ChatEvent[] {
    this.#over = true;
    if (!this.whole && (!done || this.#choices.size === 0))
      return [
        {
          type: 'fault',
          fault: { kind: 'incomplete', message: 'The provider ended its stream in the middle of the answer.' },
        },
      ];
    const events: ChatEvent[] = [];
    for (const [choice, reason] of this.#choices) {
      if (this.#spoke.has(choice)) events.push({ type: 'part-end', choice, part: 0 });
      events.push({ type: 'choice-end', choice, stopReason: stopReasonOf(reason) });
    }
    if (this.#usage !== undefined) events.push({ type: 'usage', usage: this.#usage });
    events.push({ type: 'reply-end' });
    return events;
  }
}

/** See {@link CompletionDecoder}. */
export const decoder = (call: UpstreamCall): Decoder => new CompletionDecoder(memoOf(call).n);
