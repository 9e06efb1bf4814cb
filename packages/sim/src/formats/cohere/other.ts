import { asList, asNumber, asObject, asText } from '../../kit/json.ts';
import { lettersAndDigits, seededRandom } from '../../kit/random.ts';
import { base64, vector } from '../../kit/vectors.ts';
import type { Saying, SimOperation } from '../format.ts';

/** Numbers per vector unless the request says otherwise; far fewer than a real model's, so that tests stay readable. */
const DIMENSIONS = 8;
const API_VERSION = { version: '2' };

/** The body of an operation that is no chat. */
export function cohereOther(
  operation: Exclude<SimOperation, 'chat'>,
  saying: Saying,
  models: readonly string[],
): unknown {
  if (operation === 'models') return { models: models.map((name) => ({ name, endpoints: ['chat'] })) };
  const id = lettersAndDigits(32, 'other', saying.seed, saying.nonce);
  return operation === 'rerank' ? { id, ...rerank(saying) } : { id, ...embed(saying) };
}

/** Source: https://docs.cohere.com/reference/embed, the answer by types. Whole numbers are the floats times 127, as far as a test can tell. */
function embed(saying: Saying): object {
  const body = asObject(saying.received.body) ?? {};
  const inputs = asList(body.texts) ?? asList(body.images) ?? asList(body.inputs) ?? [];
  const length = asNumber(body.output_dimension) ?? DIMENSIONS;
  const vectors = inputs.map((input) =>
    vector(length, saying.seed, typeof input === 'string' ? input : JSON.stringify(input)),
  );
  const forms: Record<string, () => unknown> = {
    float: () => vectors,
    base64: () => vectors.map(base64),
    int8: () => vectors.map((numbers) => numbers.map((number) => Math.round(number * 127))),
  };
  const types = (asList(body.embedding_types) ?? ['float']).flatMap((type) => asText(type) ?? []);
  return {
    response_type: 'embeddings_by_type',
    embeddings: Object.fromEntries(types.map((type) => [type, forms[type]?.() ?? []])),
    texts: asList(body.texts) ?? [],
    meta: { api_version: API_VERSION, billed_units: { input_tokens: saying.ask.promptTokens } },
  };
}

/** Source: https://docs.cohere.com/reference/rerank. The scores are chance, the same for the same text. */
function rerank(saying: Saying): object {
  const body = asObject(saying.received.body) ?? {};
  const documents = asList(body.documents) ?? [];
  const results = documents
    .map((text, index) => ({
      index,
      relevance_score: seededRandom('rerank', saying.seed, asText(body.query) ?? '', asText(text) ?? '')(),
    }))
    .sort((one, other) => other.relevance_score - one.relevance_score)
    .slice(0, asNumber(body.top_n) ?? documents.length);
  return { results, meta: { api_version: API_VERSION, billed_units: { search_units: 1 } } };
}
