import type { ChatEvent } from '../../chat/events.ts';
import type { Decoder, Exchange, UpstreamCall } from '../adapter.ts';
import { count, given, record, records, string } from '../shared/read.ts';
import { candidatesAsked } from './candidates-asked.ts';
import { addCandidate, type Candidate, endCandidate, laid, type Native, newCandidate } from './decoded-candidate.ts';
import { errorOf, readError } from './errors.ts';
import type { PartReader } from './parts-read.ts';
import { answerReader, blockedPrompt, replyNative, usageOf } from './reply-read.ts';
import { tierOf } from './usage.ts';
import type { Wire } from './wire.ts';

/** Reads a stream of `GenerateContentResponse` chunks; it is over when as many candidates as were asked for, and all that were seen, have their `finishReason`. */
class GeminiDecoder implements Decoder {
  readonly #reader: PartReader;
  readonly #asked: number;
  readonly #candidates = new Map<number, Candidate>();
  #started = false;
  #failed = false;
  #blocked: ChatEvent | undefined;
  #native: Native | undefined;
  #tier: string | undefined;

  constructor(call: UpstreamCall, exchange: Pick<Exchange, 'newId'>) {
    this.#reader = answerReader(call, exchange);
    this.#asked = candidatesAsked(call.memo);
  }

  get whole(): boolean {
    if (this.#candidates.size === 0) return this.#blocked !== undefined;
    if (this.#candidates.size < this.#asked) return false;
    for (const candidate of this.#candidates.values()) if (candidate.finishReason === undefined) return false;
    return true;
  }

  push(frame: { readonly data: string | undefined }): ChatEvent[] {
    const { data } = frame;
    if (data === undefined || data === '' || this.#failed) return [];
    const body: unknown = JSON.parse(data);
    const error = errorOf(body);
    if (error !== undefined) {
      this.#failed = true;
      return [{ type: 'fault', fault: readError(error, 502) }];
    }
    const chunk = record(body);
    if (chunk === undefined) throw new SyntaxError('A chunk of the stream is not a JSON object.');
    return this.#read(chunk);
  }

  end(): ChatEvent[] {
    if (this.#failed) return [];
    if (!this.whole)
      return [
        { type: 'fault', fault: { kind: 'incomplete', message: 'The stream ended before the model had finished.' } },
      ];
    const events: ChatEvent[] = [];
    for (const candidate of this.#candidates.values()) endCandidate(candidate, events);
    if (this.#candidates.size === 0 && this.#blocked !== undefined) events.push(this.#blocked);
    events.push({ type: 'reply-end', ...given('serviceTier', this.#tier), ...given('native', this.#native) });
    return events;
  }

  #read(chunk: Wire): ChatEvent[] {
    const events: ChatEvent[] = [];
    if (!this.#started) {
      this.#started = true;
      events.push({
        type: 'reply-start',
        ...given('id', string(chunk['responseId'])),
        ...given('model', string(chunk['modelVersion'])),
        ...given('serviceTier', tierOf(chunk['usageMetadata'])),
      });
    }
    for (const wire of records(chunk['candidates']))
      addCandidate(this.#candidate(count(wire['index']) ?? 0), wire, this.#reader, events);
    this.#block(chunk);
    this.#native = laid(this.#native, replyNative(chunk).native);
    this.#tier = tierOf(chunk['usageMetadata']) ?? this.#tier;
    const usage = usageOf(chunk, this.#searches());
    if (usage !== undefined && chunk['usageMetadata'] !== undefined) events.push({ type: 'usage', usage });
    return events;
  }

  #block(chunk: Wire): void {
    const blocked = blockedPrompt(chunk);
    if (blocked === undefined) return;
    const { content: _, ...why } = blocked;
    this.#blocked = { type: 'choice-end', choice: 0, ...why };
  }

  #searches(): number {
    let total = 0;
    for (const candidate of this.#candidates.values()) total += candidate.searches;
    return total;
  }

  #candidate(choice: number): Candidate {
    const known = this.#candidates.get(choice);
    if (known !== undefined) return known;
    const made = newCandidate(choice);
    this.#candidates.set(choice, made);
    return made;
  }
}

/** The decoder for one call. `push` throws SyntaxError on a frame that is no JSON object. */
export const createDecoder = (call: UpstreamCall, exchange: Exchange): Decoder => new GeminiDecoder(call, exchange);
