import type { Annotation } from '../../chat/parts.ts';
import { count, given, type Json, record, records, string, text } from '../shared/read.ts';
import { FORMAT, nativeFields } from './wire.ts';

/** Which part of an answer a citation is about. */
export type Cited = 'text' | 'thinking' | 'plan';

const CITED: Readonly<Record<string, Cited>> = { TEXT_CONTENT: 'text', THINKING_CONTENT: 'thinking', PLAN: 'plan' };

/** Source: https://docs.cohere.com/reference/chat (citations.type). Older models give no type: they cite in their text. */
export function citedBy(citation: Json): Cited {
  const type = string(citation.type) ?? '';
  return Object.hasOwn(CITED, type) ? (CITED[type] ?? 'text') : 'text';
}

/** What the first source that names a page or title says of itself. */
function sourceOf(citation: Json): { url?: string; title?: string } {
  const documents = records(citation.sources).map((source) => record(source.document) ?? record(source.tool_output));
  const named = documents.find((document) => text(document?.url) ?? text(document?.title)) ?? {};
  return { ...given('url', text(named.url)), ...given('title', text(named.title)) };
}

/**
 * A citation. Its `text` is the citing piece of the answer, at `start` to `end` of its block, and no quotation; so it stays in `native`.
 * Source: https://docs.cohere.com/docs/documents-and-citations
 */
export function readCitation(citation: Json): Annotation {
  const source = sourceOf(citation);
  return {
    kind: source.url === undefined ? 'document' : 'url',
    ...source,
    ...given('start', count(citation.start)),
    ...given('end', count(citation.end)),
    native: { [FORMAT]: citation },
  };
}

/** A citation as the vendor wrote it; undefined when it comes from elsewhere. */
export function ownCitation(annotation: Annotation): Json | undefined {
  const fields = nativeFields(annotation.native);
  return Array.isArray(fields.sources) ? fields : undefined;
}

/** Any annotation of `words` in the form that clients of this format read; undefined when it names neither page nor title nor text. */
export function writeCitation(annotation: Annotation, words: string, index: number): Json | undefined {
  const own = ownCitation(annotation);
  if (own !== undefined) return own;
  const id = annotation.url ?? annotation.title ?? annotation.text;
  if (id === undefined) return undefined;
  const start = annotation.start ?? 0;
  const end = annotation.end ?? words.length;
  const document = {
    id,
    ...given('url', annotation.url),
    ...given('title', annotation.title),
    ...given('text', annotation.text),
  };
  return {
    start,
    end,
    text: words.slice(start, end),
    sources: [{ type: 'document', id, document }],
    content_index: index,
    type: 'TEXT_CONTENT',
  };
}
