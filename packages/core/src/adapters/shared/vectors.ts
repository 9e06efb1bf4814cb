import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Fields } from '../../transport/body.ts';
import { bytesToBase64 } from './base64.ts';
import { count, given, type Json, string } from './read.ts';

/** What an embeddings request in the canonical form asks for. Source: https://platform.openai.com/docs/api-reference/embeddings/create */
export interface AskedEmbeddings {
  readonly texts: readonly string[];
  readonly dimensions?: number;
  /** Are vectors wanted as base64 of little-endian 32-bit floats? */
  readonly base64: boolean;
  /** What the vectors are for, in the words that most APIs share: a field beside OpenAI's. */
  readonly inputType?: string;
}

const refused = (wants: string): RequestError =>
  new RequestError('invalid_request', `'input' must be ${wants}.`, { param: 'input' });

/** Texts only: the numbers of tokens are those of one vendor's tokenizer. */
function textsOf(input: unknown): string[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input) || input.length === 0) throw refused('a text or a list of texts');
  return input.map((text) => {
    if (typeof text !== 'string') throw refused('a text or a list of texts for this model');
    return text;
  });
}

/** Reads a request in the canonical form. Throws RequestError `invalid_request` for an input that is no text. */
export function readEmbeddings(fields: Fields): AskedEmbeddings {
  return {
    texts: textsOf(fields.get('input')),
    ...given('dimensions', count(fields.get('dimensions'))),
    base64: fields.get('encoding_format') === 'base64',
    ...given('inputType', string(fields.get('input_type'))),
  };
}

const FLOAT = 4;

/** Numbers as the base64 of their little-endian 32-bit floats. */
function floatsToBase64(numbers: readonly number[]): string {
  const bytes = new Uint8Array(numbers.length * FLOAT);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, index) => {
    view.setFloat32(index * FLOAT, number, true);
  });
  return bytesToBase64(bytes);
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((number) => typeof number === 'number');

/** A vector as the client wants it: what it has already as it is. undefined: it is none. */
function vectorOf(value: unknown, base64: boolean): unknown {
  if (typeof value === 'string') return value;
  if (!isNumbers(value)) return undefined;
  return base64 ? floatsToBase64(value) : value;
}

/** An answer in the canonical form. `tokens`: of the prompt, where the provider tells them. */
export function embeddingsAnswer(
  vectors: readonly unknown[],
  { model, base64, tokens }: { model: string; base64: boolean; tokens: number | undefined },
): { body: unknown; usage?: Usage } | Fault {
  const data: Json[] = [];
  for (const [index, value] of vectors.entries()) {
    const embedding = vectorOf(value, base64);
    if (embedding === undefined)
      return { kind: 'invalid-response', message: 'The provider answered with something that is no vector.' };
    data.push({ object: 'embedding', index, embedding });
  }
  const usage = { prompt_tokens: tokens ?? 0, total_tokens: tokens ?? 0 };
  return {
    body: { object: 'list', data, model, usage },
    ...given('usage', tokens === undefined ? undefined : { input: tokens }),
  };
}
