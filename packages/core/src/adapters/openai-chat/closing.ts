import type { GatewayError } from '../../kit/errors.ts';
import { count, given, type Json, text } from '../shared/read.ts';
import type { Memo } from './call.ts';
import { errorFrame } from './server-fault.ts';
import { MOST_CHOICES, rest } from './wire.ts';

/** The terminal event. */
const DONE_FRAME = 'data: [DONE]\n\n';

/** One object as an SSE event. */
export function frameOf(chunk: Json): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

const PER_CHUNK: ReadonlySet<string> = new Set(['choices', 'usage', 'obfuscation', 'citations', 'search_results']);

/** What is needed to end a passing stream in its own manner: what all its chunks share, and which choices have ended. */
export class Closing {
  readonly #finished = new Set<number>();
  /** Has `[DONE]` passed? */
  done = false;
  /** Did the last frame lack the line that closes it? What we write behind it must close it first. */
  unclosed = false;
  readonly #memo: Memo;
  readonly #choices = new Set<number>();

  constructor(memo: Memo) {
    this.#memo = memo;
    for (let index = 0; index < Math.min(memo.n, MOST_CHOICES); index++) this.#choices.add(index);
  }

  /** A choice came by; `finished` when it gave its reason. */
  saw(choice: number, finished: boolean): void {
    if (choice >= MOST_CHOICES) return;
    this.#choices.add(choice);
    if (finished) this.#finished.add(choice);
  }

  /** Have all choices that were asked for given their reason? */
  get complete(): boolean {
    return this.#finished.size >= this.#choices.size;
  }

  /** Ends each open choice with `length`, then the stream. `first` is any chunk of it. */
  stop(first: Json): string {
    const shared = {
      ...rest(first, PER_CHUNK),
      id: text(first['id']) ?? this.#memo.id,
      object: 'chat.completion.chunk',
      created: count(first['created']) ?? this.#memo.created,
      ...given('model', text(first['model'])),
    };
    let closing = this.#gap;
    for (const index of this.#choices) {
      if (this.#finished.has(index)) continue;
      closing += frameOf({ ...shared, choices: [{ index, delta: {}, logprobs: null, finish_reason: 'length' }] });
    }
    return closing + DONE_FRAME;
  }

  /** `[DONE]` when the upstream left it out. */
  end(): string {
    return this.#gap + (this.done ? '' : DONE_FRAME);
  }

  fail(error: GatewayError): string {
    return this.#gap + errorFrame(error);
  }

  get #gap(): string {
    return this.unclosed ? '\n\n' : '';
  }
}
