import { asNumber, asObject } from '../../kit/json.ts';
import { base64, vector } from '../../kit/vectors.ts';
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
