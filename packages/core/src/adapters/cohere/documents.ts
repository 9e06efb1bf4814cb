/**
 * Documents: what the model may cite. They stand beside the messages of a request, or in the results of tools; in the chat model they are files of the
 * last user message, or texts of a result, that keep their original in `native`.
 * Source: https://docs.cohere.com/docs/documents-and-citations, https://docs.cohere.com/v2/docs/tool-use-citations
 */
import type { FilePart, TextPart } from '../../chat/parts.ts';
import { fromBase64, toBase64 } from '../shared/base64.ts';
import { isEmpty, type Json, record, string, text } from '../shared/read.ts';
import { invalid } from './check.ts';
import { FORMAT, nativeFields } from './wire.ts';

const written = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Members of a document's data that a file has places for. */
const PLACES: ReadonlySet<string> = new Set(['text', 'title', 'context']);

/** A document's data in words: its text, or its only member; with more beside, all of it as JSON. */
function wordsOf(data: unknown): string {
  const object = record(data);
  if (object === undefined) return written(data ?? '');
  const names = Object.keys(object);
  if (typeof object.text === 'string' && names.every((name) => PLACES.has(name))) return object.text;
  const [only, ...more] = Object.values(object);
  return more.length === 0 && only !== undefined ? written(only) : JSON.stringify(object);
}

/** A document of the request as a file. Throws RequestError `invalid_request`. */
export function readDocument(value: unknown, param: string): FilePart {
  const document = record(value);
  if (document === undefined && typeof value !== 'string') throw invalid(param, 'must be a string or an object');
  const data = document === undefined ? value : document.data;
  const name = text(record(data)?.title) ?? text(document?.id);
  const context = text(record(data)?.context);
  return {
    type: 'file',
    source: { kind: 'base64', data: toBase64(wordsOf(data)), mediaType: 'text/plain' },
    ...(name === undefined ? {} : { name }),
    ...(context === undefined ? {} : { context }),
    native: { [FORMAT]: { document: value } },
  };
}

/** A document block of a tool's result as a text; the block is kept whole. */
export const readResultDocument = (block: Json): TextPart => ({
  type: 'text',
  text: wordsOf(record(block.document)?.data),
  native: { [FORMAT]: block },
});

/** The document that a file was in this format; undefined for any other file. */
const ownDocument = (part: FilePart): unknown => nativeFields(part.native).document;

const TEXTUAL = /^(?:text\/|application\/(?:json|xml|yaml|x-yaml)(?:$|;))/;

function decoded(data: string): string | undefined {
  try {
    return fromBase64(data);
  } catch {
    return undefined;
  }
}

/** A file as a document; undefined when it is no text at hand. */
export function writeDocument(part: FilePart): unknown {
  const own = ownDocument(part);
  if (own !== undefined) return own;
  const { source } = part;
  const words = source.kind === 'base64' && TEXTUAL.test(source.mediaType) ? decoded(source.data) : undefined;
  if (words === undefined) return undefined;
  const data: Json = {
    ...(part.name === undefined ? {} : { title: part.name }),
    ...(part.context === undefined ? {} : { context: part.context }),
    text: words,
  };
  return { data };
}

/** Is this a text by URL? The API takes documents as they are only. */
export const isRemoteText = ({ source }: FilePart): boolean =>
  source.kind === 'url' && (source.mediaType === undefined || TEXTUAL.test(source.mediaType));

/** A block of a result that was kept whole; undefined for a text of another format. */
export function keptBlock(part: TextPart): Json | undefined {
  const fields = nativeFields(part.native);
  return !isEmpty(fields) && string(fields.type) !== undefined ? fields : undefined;
}
