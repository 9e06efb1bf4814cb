import { asNumber, asObject, asText, objectsOf } from '../../kit/json.ts';
import { vector } from '../../kit/vectors.ts';
import type { Saying } from '../format.ts';

/** Numbers per vector unless `outputDimensionality` says otherwise; far fewer than a real model's, so that tests stay readable. */
const DIMENSIONS = 8;

/** An answer of batchEmbedContents. Source: https://ai.google.dev/api/embeddings#method:-models.batchembedcontents */
export function geminiEmbeddings({ received, seed }: Saying): unknown {
  const requests = objectsOf(asObject(received.body)?.requests);
  return { embeddings: requests.map((request) => ({ values: valuesFor(request, seed) })) };
}

function valuesFor(request: Readonly<Record<string, unknown>>, seed: string | number): number[] {
  const parts = objectsOf(asObject(request.content)?.parts);
  const text = parts.map((part) => asText(part.text) ?? '').join('');
  return vector(asNumber(request.outputDimensionality) ?? DIMENSIONS, seed, text);
}
