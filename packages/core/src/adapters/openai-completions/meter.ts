import { weightOf } from '../../chat/weight.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Meter, Metered, UpstreamCall } from '../adapter.ts';
import { faultIn } from '../openai-chat/client-parse.ts';
import { frameObject } from '../openai-chat/decoder.ts';
import { errorFrame } from '../openai-chat/server-fault.ts';
import { readUsage } from '../openai-chat/usage.ts';
import type { ProviderRow } from '../provider-row.ts';
import { count, given, type Json, record, records, text } from '../shared/read.ts';
import { textOf } from './choice-read.ts';
import { MOST_CHOICES } from './decoder.ts';
import { repaired } from './repair.ts';
import { type Memo, memoOf } from './wire.ts';

const DONE = '[DONE]';
const DONE_FRAME = 'data: [DONE]\n\n';
const frameOf = (chunk: Json): string => `data: ${JSON.stringify(chunk)}\n\n`;

/** Reads a passing answer on the side. Chunks in the form of a chat, as some APIs that fill in the middle give, become chunks of text. */
class CompletionMeter implements Meter {
  readonly #row: ProviderRow;
  readonly #memo: Memo;
  readonly #open = new Set<number>();
  readonly #finished = new Set<number>();
  #first: Json = {};
  #done = false;
  #unclosed = false;

  constructor(row: ProviderRow, memo: Memo) {
    this.#row = row;
    this.#memo = memo;
    for (let index = 0; index < Math.min(memo.n, MOST_CHOICES); index++) this.#open.add(index);
  }

  body(body: unknown): ReturnType<Meter['body']> {
    const answer = record(body);
    const fault = answer && faultIn(answer);
    if (fault !== undefined) return { fault };
    if (answer === undefined || records(answer['choices']).length === 0)
      return { fault: { kind: 'invalid-response', message: 'The provider answered without any choice.' } };
    return {
      ...given('usage', readUsage(answer['usage'])),
      ...given('replace', repaired(answer, this.#row, this.#memo, true)),
    };
  }

  push({ data, unclosed }: Frame): Metered {
    this.#unclosed = unclosed === true;
    if (data === undefined || data === '') return {};
    if (data.trim() === DONE) {
      this.#done = true;
      return { terminal: true, last: true };
    }
    const chunk = frameObject(data);
    const fault = faultIn(chunk);
    if (fault !== undefined) return { fault };
    if (this.#first['id'] === undefined) this.#first = chunk;
    const choices = records(chunk['choices']);
    let content = 0;
    for (const choice of choices) content += this.#read(choice);
    const usage = readUsage(chunk['usage']);
    const replace = repaired(chunk, this.#row, this.#memo, false);
    return {
      ...given('usage', usage),
      ...(content > 0 ? { content } : {}),
      ...(this.#finished.size >= this.#open.size ? { terminal: true as const } : {}),
      // Usage that the client did not ask for.
      ...(usage !== undefined && choices.length === 0 && !this.#memo.streamUsage ? { hide: true as const } : {}),
      ...(replace === undefined ? {} : { replace: frameOf(replace) }),
    };
  }

  stop(): string {
    const shared = {
      id: text(this.#first['id']) ?? this.#memo.id,
      object: 'text_completion',
      created: count(this.#first['created']) ?? this.#memo.created,
      model: text(this.#first['model']) ?? this.#memo.model,
    };
    let closing = this.#gap;
    for (const index of this.#open) {
      if (!this.#finished.has(index))
        closing += frameOf({ ...shared, choices: [{ text: '', index, logprobs: null, finish_reason: 'length' }] });
    }
    return closing + DONE_FRAME;
  }

  end(): string {
    return this.#gap + (this.#done ? '' : DONE_FRAME);
  }

  fail(error: GatewayError): string {
    return this.#gap + errorFrame(error);
  }

  #read(choice: Json): number {
    const index = count(choice['index']) ?? 0;
    if (index < MOST_CHOICES) {
      this.#open.add(index);
      if (text(choice['finish_reason']) !== undefined) this.#finished.add(index);
    }
    return weightOf(textOf(choice) ?? '');
  }

  get #gap(): string {
    return this.#unclosed ? '\n\n' : '';
  }
}

/** See {@link CompletionMeter}. */
export const meter = (call: UpstreamCall): Meter => new CompletionMeter(call.target.row, memoOf(call));
