import type { Annotation } from '../../chat/parts.ts';
import { CARRIER } from '../shared/carrier.ts';
import { type Json, string } from '../shared/read.ts';
import { FORMAT, isObject, nativeFields } from './wire.ts';

const KINDS: Readonly<Record<string, Annotation['kind']>> = {
  web_search_result_location: 'url',
  char_location: 'document',
  page_location: 'document',
  content_block_location: 'document',
  search_result_location: 'document',
};

/**
 * A citation of a text block. Its positions count in the cited document, not in the text, so they stay in `native`.
 * Source: https://platform.claude.com/docs/en/build-with-claude/citations
 */
export function readCitation(citation: Json): Annotation {
  const type = string(citation.type) ?? '';
  const url = string(citation.url);
  const title = string(citation.title) ?? string(citation.document_title);
  const text = string(citation.cited_text);
  return {
    kind: Object.hasOwn(KINDS, type) ? (KINDS[type] ?? 'other') : 'other',
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(text === undefined ? {} : { text }),
    native: { [FORMAT]: citation },
  };
}

/** The citations of a block as annotations; undefined when the block has none. */
export function readCitations(value: unknown): Annotation[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.filter(isObject).map(readCitation);
}

/** An annotation as the vendor wrote it; undefined when it comes from elsewhere. */
export function ownCitation(annotation: Annotation): Json | undefined {
  const fields = nativeFields(annotation.native);
  return typeof fields.type === 'string' ? fields : undefined;
}

/** What marks a citation that we made of another provider's: no index of the vendor looks like it. */
const FOREIGN_INDEX = `${CARRIER}citation`;

/** Is this a citation that we made for a client? It must not reach the vendor, who checks `encrypted_index`. */
export const isForeignCitation = (value: unknown): boolean =>
  isObject(value) && value.encrypted_index === FOREIGN_INDEX;

/** Any annotation in the form that clients of this format read; undefined when it names no page. */
export function writeCitation(annotation: Annotation): Json | undefined {
  const own = ownCitation(annotation);
  if (own !== undefined) return own;
  if (annotation.url === undefined) return undefined;
  return {
    type: 'web_search_result_location',
    url: annotation.url,
    title: annotation.title ?? null,
    cited_text: annotation.text ?? '',
    encrypted_index: FOREIGN_INDEX,
  };
}
