import type { ChatEvent } from '../../chat/events.ts';
import type { TokenLogprob } from '../../chat/reply.ts';
import type { Usage } from '../../chat/usage.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Encoder, Exchange } from '../adapter.ts';
import { errorFrame } from '../openai-chat/server-fault.ts';
import { usageBody } from '../openai-chat/usage.ts';
import { Dropped } from '../shared/dropped.ts';
import type { Json } from '../shared/read.ts';
import { finishWord, wordsOf } from './choice-text.ts';
import { writeLogprobs } from './logprobs.ts';
import { notesOf } from './wire.ts';

/** Writes the chunks of one stream: each a `text_completion` with the next piece. Source: https://platform.openai.com/docs/api-reference/completions/create#completions-create-stream */
class CompletionEncoder implements Encoder {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #exchange: Exchange;
  readonly #lost = new Dropped();
  readonly #echo: string;
  readonly #withUsage: boolean;
  /** Characters that each choice has shown. */
  readonly #shown = new Map<number, number>();
  #head: Json;
  #usage: Usage | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.#echo = notesOf(exchange.peek.notes).echo ?? '';
    this.#withUsage = exchange.peek.streamUsage === true;
    this.#head = this.#headOf({ type: 'reply-start' });
  }

  get dropped(): readonly string[] {
    return this.#lost.list;
  }

  push(event: ChatEvent): string {
    switch (event.type) {
      case 'reply-start':
        this.#head = this.#headOf(event);
        this.#usage = event.usage;
        return '';
      case 'part-start': {
        const words = wordsOf(event.value, this.#lost);
        return words === undefined || words === '' ? '' : this.#text(event.choice, words);
      }
      case 'text-delta':
      case 'refusal-delta':
        return this.#text(event.choice, event.text, event.logprobs);
      case 'choice-end':
        return this.#chunk(event.choice, this.#begun(event.choice), null, finishWord(event.stopReason));
      case 'annotation':
        this.#lost.add(`annotation.${event.value.kind}`);
        return '';
      case 'native':
        this.#lost.add(event.name);
        return '';
      case 'usage':
        this.#usage = event.usage;
        return '';
      case 'reply-end':
        return this.#withUsage && this.#usage !== undefined
          ? frame({ ...this.#head, choices: [], usage: usageBody(this.#usage) })
          : '';
      default:
        return '';
    }
  }

  fail(error: GatewayError): string {
    return errorFrame(error);
  }

  end(): string {
    return 'data: [DONE]\n\n';
  }

  #headOf(event: ChatEvent & { type: 'reply-start' }): Json {
    return {
      id: event.id ?? this.#exchange.newId('cmpl-'),
      object: 'text_completion',
      created: event.created ?? this.#exchange.created,
      model: event.model ?? this.#exchange.model,
      ...(event.systemFingerprint === undefined ? {} : { system_fingerprint: event.systemFingerprint }),
    };
  }

  /** The prompt stands before the first words of a choice, when the client wants it back. */
  #begun(choice: number): string {
    if (this.#shown.has(choice)) return '';
    this.#shown.set(choice, this.#echo.length);
    return this.#echo;
  }

  #text(choice: number, words: string, logprobs?: TokenLogprob[]): string {
    if (words === '' && logprobs === undefined) return '';
    const before = this.#begun(choice);
    const shown = this.#shown.get(choice) ?? 0;
    this.#shown.set(choice, shown + words.length);
    return this.#chunk(choice, before + words, logprobs === undefined ? null : writeLogprobs(logprobs, shown), null);
  }

  #chunk(index: number, words: string, logprobs: Json | null, finish: string | null): string {
    const choices = [{ text: words, index, logprobs, finish_reason: finish }];
    return frame({ ...this.#head, choices, ...(this.#withUsage ? { usage: null } : {}) });
  }
}

const frame = (chunk: Json): string => `data: ${JSON.stringify(chunk)}\n\n`;

/** See {@link CompletionEncoder}. */
export const encoder = (exchange: Exchange): Encoder => new CompletionEncoder(exchange);
