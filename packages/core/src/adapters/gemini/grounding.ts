import type { Annotation } from '../../chat/parts.ts';
import { count, given, record, records, string } from '../shared/read.ts';
import type { Wire } from './wire.ts';

const encoder = new TextEncoder();

/** UTF-8 bytes up to a character position, which the API counts in; positions here are UTF-16 units. */
const byteOffset = (text: string, at: number): number => encoder.encode(text.slice(0, at)).length;

const unitsOf = (code: number): number => (code > 0xffff ? 2 : 1);
const bytesOf = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);

/** The character position at a byte offset; the end of the text when the offset lies beyond it. */
function characterOffset(text: string, bytes: number): number {
  let seen = 0;
  let at = 0;
  while (at < text.length && seen < bytes) {
    const code = text.codePointAt(at) ?? 0;
    seen += bytesOf(code);
    at += unitsOf(code);
  }
  return at;
}

/** A citation and the part of the candidate's content it belongs to. */
export interface Placed {
  readonly part: number;
  readonly annotation: Annotation;
}

/** The source behind a grounding chunk: a page, a place, or a document of a store. */
function sourceOf(chunk: Wire): Annotation {
  const source = record(chunk['web']) ?? record(chunk['maps']) ?? record(chunk['image']);
  if (source !== undefined)
    return {
      kind: 'url',
      ...given('url', string(source['uri'] ?? source['sourceUri'])),
      ...given('title', string(source['title'])),
    };
  const context = record(chunk['retrievedContext']);
  return {
    kind: context === undefined ? 'other' : 'document',
    ...given('url', string(context?.['uri'])),
    ...given('title', string(context?.['title'])),
  };
}

function span(
  text: string | undefined,
  start: number | undefined,
  end: number | undefined,
): Pick<Annotation, 'start' | 'end'> {
  if (text === undefined || end === undefined) return {};
  return { start: characterOffset(text, start ?? 0), end: characterOffset(text, end) };
}

function supported(support: Wire, chunks: readonly Wire[], textOf: (part: number) => string | undefined): Placed[] {
  const segment = record(support['segment']) ?? {};
  const part = count(segment['partIndex']) ?? 0;
  const where = span(textOf(part), count(segment['startIndex']), count(segment['endIndex']));
  const indices = Array.isArray(support['groundingChunkIndices'])
    ? (support['groundingChunkIndices'] as unknown[])
    : [];
  return indices.flatMap((index) => {
    const chunk = typeof index === 'number' ? chunks[index] : undefined;
    return chunk === undefined
      ? []
      : [{ part, annotation: { ...sourceOf(chunk), ...given('text', string(segment['text'])), ...where } }];
  });
}

/**
 * The citations of a candidate: of `groundingMetadata` by its supports, and of `citationMetadata`.
 * `textOf` gives the text of a part of the candidate. Sources: https://ai.google.dev/gemini-api/docs/google-search,
 * https://ai.google.dev/api/generate-content#citationmetadata
 */
export function readCitations(candidate: Wire, textOf: (part: number) => string | undefined): Placed[] {
  const grounding = record(candidate['groundingMetadata']);
  const chunks = records(grounding?.['groundingChunks']);
  const placed = records(grounding?.['groundingSupports']).flatMap((support) => supported(support, chunks, textOf));
  const metadata = record(candidate['citationMetadata']);
  for (const citation of records(metadata?.['citationSources'] ?? metadata?.['citations'])) {
    const where = span(textOf(0), count(citation['startIndex']), count(citation['endIndex']));
    placed.push({
      part: 0,
      annotation: {
        kind: 'url',
        ...given('url', string(citation['uri'])),
        ...given('title', string(citation['title'])),
        ...where,
      },
    });
  }
  return placed;
}

/** How many searches a candidate's grounding took; undefined for none. */
export function searchesOf(candidate: Wire): number | undefined {
  const queries = record(candidate['groundingMetadata'])?.['webSearchQueries'];
  return Array.isArray(queries) && queries.length > 0 ? queries.length : undefined;
}

function supportFor(annotation: Annotation, part: number, text: string, chunk: number): Wire {
  const { start, end } = annotation;
  const bounds =
    start === undefined || end === undefined
      ? {}
      : { startIndex: byteOffset(text, start), endIndex: byteOffset(text, end), text: text.slice(start, end) };
  return { segment: { ...(part > 0 && { partIndex: part }), ...bounds }, groundingChunkIndices: [chunk] };
}

/** Citations of text parts as `groundingMetadata`; undefined when there are none. */
export function writeGrounding(
  parts: readonly { index: number; text: string; annotations: readonly Annotation[] }[],
): Wire | undefined {
  const groundingChunks: Wire[] = [];
  const groundingSupports: Wire[] = [];
  for (const { index, text, annotations } of parts) {
    for (const annotation of annotations) {
      const source = { ...given('uri', annotation.url), ...given('title', annotation.title) };
      groundingSupports.push(supportFor(annotation, index, text, groundingChunks.length));
      groundingChunks.push(
        annotation.kind === 'url'
          ? { web: source }
          : { retrievedContext: { ...source, ...given('text', annotation.text) } },
      );
    }
  }
  return groundingChunks.length === 0 ? undefined : { groundingChunks, groundingSupports };
}
