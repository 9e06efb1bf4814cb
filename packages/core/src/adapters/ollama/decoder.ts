import type { ChatEvent } from '../../chat/events.ts';
import type { Origin, Part } from '../../chat/parts.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Decoder, Exchange, UpstreamCall } from '../adapter.ts';
import { secondsOf } from '../shared/iso-time.ts';
import { originOf } from '../shared/origin.ts';
import { given, type Json, record, records, strings, text } from '../shared/read.ts';
import { messageIn, REPLY_FIELDS, readCall } from './client-parse.ts';
import { readDone } from './done.ts';
import { faultIn } from './fault.ts';
import { readImage } from './images.ts';
import { readLogprobs } from './logprobs.ts';
import { readUsage } from './usage.ts';
import { native, rest } from './wire.ts';

/** The object on a line. Throws SyntaxError for broken JSON, and for JSON that is no object. */
export function lineObject(data: string): Json {
  const object = record(JSON.parse(data));
  if (object === undefined) throw new SyntaxError('a line that is no object');
  return object;
}

/**
 * Reads the lines of one stream: each holds the next piece, the last one `done: true` and what it all took. A tool call comes whole.
 * Source: https://docs.ollama.com/api/streaming
 */
class OllamaDecoder implements Decoder {
  readonly #exchange: Pick<Exchange, 'newId'>;
  readonly #origin: Origin;
  #started = false;
  #over = false;
  #parts = 0;
  /** The part that takes further text. */
  #open: 'text' | 'reasoning' | undefined;
  #called = false;
  whole = false;

  constructor(call: UpstreamCall, exchange: Pick<Exchange, 'newId'>) {
    this.#exchange = exchange;
    this.#origin = originOf(call.target);
  }

  push({ data }: Frame): ChatEvent[] {
    if (this.#over || data === undefined) return [];
    const body = lineObject(data);
    const fault = faultIn(body);
    if (fault !== undefined) {
      this.#over = true;
      return [{ type: 'fault', fault }];
    }
    const events: ChatEvent[] = [];
    if (!this.#started) this.#start(body, events);
    this.#say(messageIn(body) ?? {}, body, events);
    if (body['done'] === true) this.#finish(body, events);
    return events;
  }

  end(): ChatEvent[] {
    if (this.#over) return [];
    this.#over = true;
    return [
      {
        type: 'fault',
        fault: { kind: 'incomplete', message: 'The provider ended its stream in the middle of the answer.' },
      },
    ];
  }

  #start(body: Json, events: ChatEvent[]): void {
    this.#started = true;
    events.push({
      type: 'reply-start',
      ...given('model', text(body['model'])),
      ...given('created', secondsOf(text(body['created_at']) ?? '')),
    });
  }

  #say(message: Json, body: Json, events: ChatEvent[]): void {
    const thinking = text(message['thinking']);
    const words = text(message['content']);
    const logprobs = readLogprobs(body['logprobs']);
    if (thinking !== undefined) {
      const part = this.#part('reasoning', { type: 'reasoning', text: '', origin: this.#origin }, events);
      events.push({ type: 'reasoning-delta', choice: 0, part, text: thinking });
    }
    if (words !== undefined || (logprobs !== undefined && thinking === undefined)) {
      const part = this.#part('text', { type: 'text', text: '' }, events);
      events.push({ type: 'text-delta', choice: 0, part, text: words ?? '', ...given('logprobs', logprobs) });
    }
    for (const data of strings(message['images']) ?? [])
      this.#whole({ ...readImage(data), origin: this.#origin }, events);
    for (const item of records(message['tool_calls'])) this.#call(item, events);
  }

  #call(item: Json, events: ChatEvent[]): void {
    const call = readCall(item, (prefix) => this.#exchange.newId(prefix));
    if (call === undefined) return;
    this.#called = true;
    this.#close(events);
    const part = this.#parts++;
    events.push(
      { type: 'part-start', choice: 0, part, value: { ...call, input: '' } },
      { type: 'tool-input-delta', choice: 0, part, text: call.input },
      { type: 'part-end', choice: 0, part },
    );
  }

  #whole(value: Part, events: ChatEvent[]): void {
    this.#close(events);
    const part = this.#parts++;
    events.push({ type: 'part-start', choice: 0, part, value }, { type: 'part-end', choice: 0, part });
  }

  #part(kind: 'text' | 'reasoning', value: Part, events: ChatEvent[]): number {
    if (this.#open === kind) return this.#parts - 1;
    this.#close(events);
    this.#open = kind;
    const part = this.#parts++;
    events.push({ type: 'part-start', choice: 0, part, value });
    return part;
  }

  #close(events: ChatEvent[]): void {
    if (this.#open === undefined) return;
    this.#open = undefined;
    events.push({ type: 'part-end', choice: 0, part: this.#parts - 1 });
  }

  #finish(body: Json, events: ChatEvent[]): void {
    this.#close(events);
    this.#over = true;
    this.whole = true;
    const usage = readUsage(body);
    events.push({ type: 'choice-end', choice: 0, ...readDone(text(body['done_reason']), this.#called) });
    if (usage !== undefined) events.push({ type: 'usage', usage });
    events.push({ type: 'reply-end', ...given('native', native(rest(body, REPLY_FIELDS))) });
  }
}

/** See {@link OllamaDecoder}. */
export const decoder = (call: UpstreamCall, exchange: Exchange): Decoder => new OllamaDecoder(call, exchange);
