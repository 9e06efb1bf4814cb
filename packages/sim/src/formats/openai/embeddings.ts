import { asNumber, asObject } from '../../kit/json.ts';
import { seededRandom } from '../../kit/random.ts';
import type { Saying } from '../format.ts';
import { inputsOf } from './read.ts';

/** Numbers per vector unless `dimensions` says otherwise; far fewer than a real model's, so that tests stay readable. */
export const DIMENSIONS = 8;

/**
 * An embeddings answer. Source: openai-openapi `CreateEmbeddingResponse`; with `encoding_format: base64` a vector is the base64 of
 * its little-endian 32-bit floats (openai-node src/lib/embeddings.ts decodes it so).
 */
export function openAiEmbeddings(saying: Saying): unknown {
  const body = asObject(saying.received.body) ?? {};
  const length = asNumber(body.dimensions) ?? DIMENSIONS;
  const prompt = saying.ask.promptTokens;
  return {
    object: 'list',
    data: inputsOf(body.input).map((input, index) => {
      const numbers = vector(length, saying.seed, typeof input === 'string' ? input : JSON.stringify(input));
      return { object: 'embedding', index, embedding: body.encoding_format === 'base64' ? base64(numbers) : numbers };
    }),
    model: saying.ask.model,
    ...(saying.usage === undefined ? {} : { usage: { prompt_tokens: prompt, total_tokens: prompt } }),
  };
}

/** A vector of length 1, as OpenAI's are, of numbers that a 32-bit float holds exactly. */
export function vector(length: number, seed: string | number, input: string): number[] {
  const random = seededRandom('embedding', seed, input);
  const raw = Array.from({ length }, () => random() - 0.5);
  const norm = Math.hypot(...raw) || 1;
  return raw.map((number) => Math.fround(number / norm));
}

function base64(numbers: readonly number[]): string {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeFloatLE(number, index * 4);
  return bytes.toString('base64');
}
