import type { Target } from '../../adapters/adapter.ts';
import type { ChatEvent } from '../../chat/events.ts';
import { begunWith } from '../../chat/goes-on.ts';
import type { ChatRequest } from '../../chat/request.ts';
import type { ContinuationSettings } from '../../config/routing-continuation.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Rests } from '../../router/retry.ts';
import { givable, Seam } from './seam.ts';

/** Characters of an answer that are kept; a longer one is not gone on with. */
const LONGEST = 256 * 1024;

/** Can this target go on with an answer, as far as it is known? */
export const canGoOn = ({ prefill }: Target, { instruct }: ContinuationSettings): boolean =>
  prefill !== undefined || instruct !== undefined;

function lastText({ messages }: ChatRequest): string {
  const end = messages.at(-1)?.content.at(-1);
  return end?.type === 'text' ? end.text : '';
}

/** What it takes to go on with an answer elsewhere: the request, and the text that its client has. Kept while the answer runs. */
export class GoingOn {
  /** What earlier faults of the request said of deployments. */
  readonly rests: Rests = new Map();
  /** The deployment that broke off; undefined: none did yet. */
  after: string | undefined;
  /** Answer tokens that were used up to there. */
  used = 0;
  text = '';
  readonly #chat: ChatRequest;
  readonly #settings: ContinuationSettings;
  /** Nothing has come but text. */
  #plain = true;
  /** What the last target is to say again before it goes on. */
  #again = '';
  /** Parts so far, and the text part that has no end yet. */
  parts = 0;
  open: number | undefined;

  constructor(chat: ChatRequest, settings: ContinuationSettings) {
    this.#chat = chat;
    this.#settings = settings;
  }

  /** May it be gone on with? */
  get may(): boolean {
    return this.#plain;
  }

  /** Notes what goes to the client. */
  note(events: readonly ChatEvent[]): void {
    for (const event of events) if (this.#plain) this.#note(event);
  }

  #note(event: ChatEvent): void {
    if (event.type === 'text-delta') this.text += event.text;
    else if (event.type === 'part-start') {
      this.open = event.part;
      this.parts = event.part + 1;
      this.#plain = event.value.type === 'text';
    } else if (event.type === 'part-end') this.open = undefined;
    else if (event.type.endsWith('-delta') || event.type === 'choice-end') this.#plain = false;
    if (this.text.length > LONGEST) this.#plain = false;
    if (!this.#plain) this.text = '';
  }

  /** The request for a target that is to go on. Throws RequestError where it can't. */
  requestFor(target: Target): ChatRequest {
    const [given] = givable(this.text);
    const chat = this.#bounded();
    this.#again = '';
    // Nothing but blanks was said: anybody may begin anew.
    if (given === '') return chat;
    if (target.prefill !== undefined) {
      const begun = begunWith(chat, given);
      // It says again what stands there, also what the client had begun itself.
      this.#again = target.prefill === 'whole' ? lastText(begun) : '';
      return begun;
    }
    const { instruct } = this.#settings;
    if (instruct === undefined)
      throw new RequestError(
        'unsupported_by_target',
        'The model does not go on with an answer that another one began.',
      );
    const { messages } = begunWith(chat, given);
    const told = { role: 'user' as const, content: [{ type: 'text' as const, text: instruct }] };
    return { ...chat, messages: [...messages, told] };
  }

  /** The client's bound holds for all that it gets. */
  #bounded(): ChatRequest {
    const { maxOutputTokens } = this.#chat;
    if (!maxOutputTokens) return this.#chat;
    return { ...this.#chat, maxOutputTokens: Math.max(1, maxOutputTokens - this.used) };
  }

  /** Between the text that the client has and the one that the last target goes on with. */
  seam(): Seam {
    const [, ahead] = givable(this.text);
    return new Seam(this.#again, ahead);
  }
}
