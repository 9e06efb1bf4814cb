import { type ClientSide, type Decoder, isFault, type Target } from '../../adapters/adapter.ts';
import { clientOf } from '../../adapters/index.ts';
import type { ChatRequest } from '../../chat/request.ts';
import { textOfParts, textOfRequest } from '../../chat/text.ts';
import type { Frame, FrameReader } from '../../transport/frame.ts';
import { createFrameReader } from '../../transport/frame-reader.ts';
import type { Answer } from '../answer.ts';
import type { LineExchange } from '../exchange.ts';
import { MOST_TEXT } from './count.ts';
import type { Kept } from './kept-text.ts';

const decoder = new TextDecoder();

/** To read an answer, what was asked does not matter here. */
const ANY: ChatRequest = { messages: [{ role: 'user', content: [{ type: 'text', text: '-' }] }] };

/**
 * What is kept of a chat until it is settled, where there is a tokenizer: the bytes of its prompt and its answer, up to 256 KiB of each. They are read
 * only when its provider told no usage.
 */
export class KeptText implements Kept {
  readonly #exchange: LineExchange;
  readonly #target: Target;
  readonly #prompt: Uint8Array | string;
  /** How much longer the prompt is than what is kept of it. */
  readonly share: number;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;
  /** A whole answer. */
  whole: Extract<Answer, { kind: 'reply' | 'whole' }> | undefined;

  constructor(exchange: LineExchange, target: Target) {
    const { body, chat } = exchange;
    this.#exchange = exchange;
    this.#target = target;
    const bytes = body?.bytes();
    this.#prompt =
      bytes === undefined
        ? textOfRequest(chat ?? ANY).slice(0, MOST_TEXT)
        : bytes.length > MOST_TEXT
          ? new Uint8Array(bytes.subarray(0, MOST_TEXT))
          : bytes;
    this.share = bytes === undefined ? 1 : bytes.length / Math.max(1, this.#prompt.length);
  }

  /** By the provider's own name. */
  get model(): string {
    return this.#target.model;
  }

  /** The reader of a stream, which leaves here what it reads. */
  of(reader: FrameReader): FrameReader {
    return {
      push: (bytes) => {
        if (this.#size < MOST_TEXT) this.#pieces.push(bytes);
        this.#size += bytes.length;
        return reader.push(bytes);
      },
      end: () => reader.end(),
    };
  }

  /** Throws what reading a request throws. */
  prompt(): string {
    const { adapter, inbound } = this.#exchange;
    if (typeof this.#prompt === 'string') return this.#prompt;
    const text = decoder.decode(this.#prompt);
    return adapter === undefined || this.share > 1
      ? text
      : textOfRequest(adapter.server.parse(JSON.parse(text), inbound));
  }

  /** Of a stream, what was kept of it. Throws what reading an answer throws. */
  answer(): string {
    const client = clientOf(this.#target);
    const call = client.render(ANY, this.#target, this.#exchange);
    if (this.whole === undefined) return this.#streamed(client.framing, client.decoder(call, this.#exchange));
    if (this.whole.kind === 'reply') return textOfChoices(this.whole.reply);
    const { body } = this.whole;
    const json = JSON.parse(typeof body === 'string' ? body : decoder.decode(body));
    const reply = client.parse(json, call, this.#exchange);
    return isFault(reply) ? '' : textOfChoices(reply);
  }

  #streamed(framing: ClientSide['framing'], events: Decoder): string {
    const reader = createFrameReader(framing, this.#exchange.line.settings.answer);
    let text = '';
    for (const bytes of this.#pieces) for (const frame of reader.push(bytes)) text += textIn(events, frame);
    return text;
  }
}

/** A broken frame is withheld from the client, too. */
function textIn(events: Decoder, frame: Frame): string {
  try {
    return events.push(frame).reduce((text, event) => ('text' in event ? text + event.text : text), '');
  } catch {
    return '';
  }
}

const textOfChoices = ({ choices }: Extract<Answer, { kind: 'reply' }>['reply']): string =>
  choices.map(({ content }) => textOfParts(content)).join('\n');
