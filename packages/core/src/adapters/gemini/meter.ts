import { weightOf } from '../../chat/weight.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Meter, Metered, UpstreamCall } from '../adapter.ts';
import { count, given, record, records, string } from '../shared/read.ts';
import { candidatesAsked } from './candidates-asked.ts';
import { errorOf, readError } from './errors.ts';
import { searchesOf } from './grounding.ts';
import { blockedPrompt, usageOf } from './reply-read.ts';
import { errorBody } from './server-fault.ts';
import type { Wire } from './wire.ts';

const sizeOf = (value: unknown): number => (value === undefined ? 0 : weightOf(JSON.stringify(value)));

function sizeOfPart(part: Wire): number {
  const call = record(part['functionCall']);
  return (
    weightOf(string(part['text']) ?? '') +
    sizeOf(call?.['args']) +
    weightOf(string(record(part['executableCode'])?.['code']) ?? '') +
    (record(part['inlineData']) === undefined ? 0 : 1)
  );
}

/** Members of a part that are words, or say how words are meant. All others (calls, media, results) tell of the answer by being there. */
const WORDS: ReadonlySet<string> = new Set(['text', 'thought', 'thoughtSignature', 'partMetadata']);

const speaks = (candidate: Wire): boolean =>
  records(record(candidate['content'])?.['parts']).some((part) => Object.keys(part).some((key) => !WORDS.has(key)));

function sizeOfCandidate(candidate: Wire): number {
  let size = 0;
  for (const part of records(record(candidate['content'])?.['parts'])) size += sizeOfPart(part);
  return size;
}

const isBlank = (part: Wire): boolean => part['text'] === '' && Object.keys(part).length === 1;

const isSilent = (candidate: Wire): boolean => records(record(candidate['content'])?.['parts']).every(isBlank);

/** What a chunk tells besides its parts. */
function frameOf(chunk: Wire): string {
  return JSON.stringify({ ...chunk, candidates: records(chunk['candidates']).map(({ content, ...rest }) => rest) });
}

/**
 * Reads a passing stream on the side. The format has no last event, and models were seen that finish with every chunk: so behind an end only a chunk
 * that says the same end again, and nothing else, is withheld. Chunks are small: parsing one was measured to be cheaper than scanning it for its usage.
 * Source: https://github.com/BerriAI/litellm/issues/2195 (finish reasons of Gemini)
 */
class GeminiMeter implements Meter {
  readonly #seen = new Set<number>();
  readonly #finished = new Set<number>();
  readonly #searches = new Map<number, number>();
  readonly #asked: number;
  /** The latest chunk, once all candidates have finished. */
  #end: Wire | undefined;

  constructor(call: UpstreamCall) {
    this.#asked = candidatesAsked(call.memo);
  }

  body(body: unknown): ReturnType<Meter['body']> {
    const error = errorOf(body);
    if (error !== undefined) return { fault: readError(error, 502) };
    const reply = record(body);
    if (reply === undefined)
      return {
        fault: { kind: 'invalid-response', message: 'The provider answered with something that is not a JSON object.' },
      };
    const candidates = records(reply['candidates']);
    if (candidates.length === 0 && blockedPrompt(reply) === undefined)
      return { fault: { kind: 'invalid-response', message: 'The provider answered without a candidate.' } };
    return given(
      'usage',
      usageOf(
        reply,
        candidates.reduce((sum, candidate) => sum + (searchesOf(candidate) ?? 0), 0),
      ),
    );
  }

  push(frame: Frame): Metered {
    const { data } = frame;
    if (data === undefined || data === '') return {};
    return this.#read(JSON.parse(data));
  }

  stop(): string {
    for (let index = 0; this.#seen.size < this.#asked; index++) this.#seen.add(index);
    const open = [...this.#seen].filter((index) => !this.#finished.has(index));
    const candidates = (open.length === 0 ? [0] : open).map((index) => ({
      content: { parts: [{ text: '' }], role: 'model' },
      finishReason: 'MAX_TOKENS',
      index,
    }));
    return `data: ${JSON.stringify({ candidates })}\r\n\r\n`;
  }

  fail(error: GatewayError): string {
    return `data: ${JSON.stringify(errorBody(error))}\r\n\r\n`;
  }

  #read(body: unknown): Metered {
    const error = errorOf(body);
    if (error !== undefined) return { fault: readError(error, 502) };
    const chunk = record(body);
    if (chunk === undefined) throw new SyntaxError('A chunk of the stream is not a JSON object.');
    const candidates = records(chunk['candidates']);
    let content = 0;
    for (const candidate of candidates) content += this.#candidate(candidate);
    const over = candidates.length === 0 ? blockedPrompt(chunk) !== undefined : this.#complete;
    const again = this.#end !== undefined && candidates.every(isSilent) && frameOf(chunk) === frameOf(this.#end);
    if (over) this.#end = chunk;
    return {
      ...given('usage', chunk['usageMetadata'] === undefined ? undefined : usageOf(chunk, this.#searched())),
      ...(content > 0 ? { content } : candidates.some(speaks) && { spoke: true as const }),
      ...(over && { terminal: true as const }),
      ...(again && { hide: true as const }),
    };
  }

  /** Have all candidates ended, those that were asked for and did not come yet among them? */
  get #complete(): boolean {
    return this.#finished.size >= Math.max(this.#seen.size, this.#asked);
  }

  #candidate(candidate: Wire): number {
    const index = count(candidate['index']) ?? 0;
    this.#seen.add(index);
    if (string(candidate['finishReason']) !== undefined) this.#finished.add(index);
    const searches = searchesOf(candidate);
    if (searches !== undefined) this.#searches.set(index, Math.max(searches, this.#searches.get(index) ?? 0));
    return sizeOfCandidate(candidate);
  }

  #searched(): number {
    let total = 0;
    for (const searches of this.#searches.values()) total += searches;
    return total;
  }
}

/** The meter for one passing answer. */
export const createMeter = (call: UpstreamCall): Meter => new GeminiMeter(call);
