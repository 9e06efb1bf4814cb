import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Fields } from '../../transport/body.ts';
import { count, given, type Json, number, record, records, string } from './read.ts';

/**
 * What a rerank request asks for. The canonical form is Cohere's second version, with two things of its first and of Jina's: documents may be objects
 * with a `text`, and `return_documents` has them told again. Sources: https://docs.cohere.com/reference/rerank, https://api.jina.ai/redoc
 */
export interface AskedRerank {
  readonly query: string;
  readonly documents: readonly string[];
  readonly topN?: number;
  readonly maxTokensPerDocument?: number;
  readonly returnDocuments: boolean;
}

const refused = (param: string, wants: string): RequestError =>
  new RequestError('invalid_request', `'${param}' ${wants}.`, { param });

function documentsOf(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) throw refused('documents', 'must be a list of texts, and not empty');
  return value.map((document, index) => {
    const text = string(document) ?? string(record(document)?.text);
    if (text === undefined) throw refused(`documents.${index}`, 'must be a text, or an object with one');
    return text;
  });
}

function topOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
    throw refused('top_n', 'must be a whole number, 1 or more');
  return value;
}

/** Reads a request in the canonical form. Throws RequestError `invalid_request`. */
export function readRerank(fields: Fields): AskedRerank {
  const query = string(fields.get('query'));
  if (query === undefined || query === '') throw refused('query', 'must be a text, and not empty');
  return {
    query,
    documents: documentsOf(fields.get('documents')),
    ...given('topN', topOf(fields.get('top_n'))),
    ...given('maxTokensPerDocument', count(fields.get('max_tokens_per_doc'))),
    returnDocuments: fields.get('return_documents') === true,
  };
}

/** Members that {@link readRerank} reads. */
export const RERANK_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'query',
  'documents',
  'top_n',
  'max_tokens_per_doc',
  'return_documents',
]);

const invalid = (message: string): Fault => ({ kind: 'invalid-response', message });

function resultOf(entry: Json, { documents, returnDocuments }: AskedRerank): Json | undefined {
  const index = count(entry.index);
  const score = number(entry.relevance_score) ?? number(entry.score);
  if (index === undefined || score === undefined || index >= documents.length) return undefined;
  return { index, relevance_score: score, ...(returnDocuments ? { document: { text: documents[index] } } : {}) };
}

/**
 * Ranked documents in the canonical form, best first, and no more than were asked for: not every API knows a bound. Their texts are the request's own,
 * so that no provider has to send them back. A document that was never sent, or has no score, is no answer.
 */
export function rerankAnswer(
  entries: unknown,
  asked: AskedRerank,
  { id, usage }: { id: string; usage: Usage | undefined },
): { body: unknown; usage?: Usage } | Fault {
  if (!Array.isArray(entries)) return invalid('The provider answered without ranked documents.');
  const results = records(entries).map((entry) => resultOf(entry, asked));
  const known = results.filter((result) => result !== undefined);
  if (known.length < entries.length) return invalid('The provider ranked something that is none of the documents.');
  const ranked = known.sort((one, other) => Number(other.relevance_score) - Number(one.relevance_score));
  return {
    body: { id, results: ranked.slice(0, asked.topN ?? ranked.length), meta: metaOf(usage) },
    ...given('usage', usage),
  };
}

function metaOf(usage: Usage | undefined): Json {
  const units = { ...given('search_units', usage?.searchUnits), ...given('input_tokens', usage?.input) };
  return { api_version: { version: '2' }, ...(Object.keys(units).length === 0 ? {} : { billed_units: units }) };
}
