import { RequestError } from '../../kit/errors.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { embeddings } from '../openai-chat/embeddings.ts';
import { dataUri } from '../shared/data-uri.ts';
import { Dropped } from '../shared/dropped.ts';
import { operationCall, unread } from '../shared/operation-call.ts';
import { count, given, type Json, record, string } from '../shared/read.ts';
import { readEmbeddings } from '../shared/vectors.ts';

const OWN = ['truncation', 'output_dtype'] as const;
const KNOWN: ReadonlySet<string> = new Set(['model', 'input', 'input_type', 'dimensions', 'encoding_format', ...OWN]);

/** Floats are what comes when nothing is said; the word for them is refused. Its types are `query` and `document`. */
const TYPES: Readonly<Record<string, string>> = { search_query: 'query', search_document: 'document' };

function typeOf(type: string | undefined): string | undefined {
  return type !== undefined && Object.hasOwn(TYPES, type) ? TYPES[type] : type;
}

/** Models that embed images as well, at a path of their own. Source: https://docs.voyageai.com/reference/multimodal-embeddings-api */
const MULTIMODAL = /multimodal/;

/** Inputs are texts, or Jina's `{ text }` and `{ image }`: an address, a `data:` URI or bare base64. */
function renderMultimodal(body: Body, target: Target): UpstreamCall {
  const fields = body.fields();
  const dropped = new Dropped();
  unread(fields, KNOWN, dropped);
  if (fields.has('output_dtype')) dropped.add('output_dtype');
  const input = fields.get('input');
  const wire: Json = {
    model: target.model,
    inputs: (Array.isArray(input) ? (input as unknown[]) : [input]).map((one) => ({ content: [contentOf(one)] })),
    truncation: fields.get('truncation') ?? undefined,
    ...given('input_type', typeOf(string(fields.get('input_type')))),
    ...given('output_dimension', count(fields.get('dimensions'))),
    ...(fields.get('encoding_format') === 'base64' ? { output_encoding: 'base64' } : {}),
  };
  return operationCall(wire, fields, { path: '/multimodalembeddings', target, memo: undefined }, dropped);
}

function contentOf(input: unknown): Json {
  const text = string(input) ?? string(record(input)?.text);
  if (text !== undefined) return { type: 'text', text };
  const image = string(record(input)?.image);
  if (image === undefined)
    throw new RequestError('invalid_request', "'input' must be texts, or objects with a text or an image.", {
      param: 'input',
    });
  if (/^https?:/i.test(image)) return { type: 'image_url', image_url: image };
  return { type: 'image_base64', image_base64: /^data:/i.test(image) ? image : dataUri(mediaTypeOf(image), image) };
}

/** By the first letters of the base64. */
function mediaTypeOf(base64: string): string {
  if (base64.startsWith('/9j/')) return 'image/jpeg';
  if (base64.startsWith('R0lG')) return 'image/gif';
  return base64.startsWith('UklG') ? 'image/webp' : 'image/png';
}

/** Voyage's embeddings: answers as OpenAI's are, with dimensions under another name. Source: https://docs.voyageai.com/reference/embeddings-api */
export const voyageEmbeddings: OperationSide = {
  ...embeddings,
  render(body: Body, target: Target, _exchange: Exchange): UpstreamCall {
    if (MULTIMODAL.test(target.model)) return renderMultimodal(body, target);
    const fields = body.fields();
    const asked = readEmbeddings(fields);
    const dropped = new Dropped();
    unread(fields, KNOWN, dropped);
    const wire: Json = {
      ...Object.fromEntries(OWN.map((name) => [name, fields.get(name) ?? undefined])),
      model: target.model,
      input: asked.texts,
      ...given('input_type', typeOf(string(asked.inputType))),
      ...given('output_dimension', asked.dimensions),
      ...(asked.base64 ? { encoding_format: 'base64' } : {}),
    };
    const path = target.row.paths?.embeddings ?? '/embeddings';
    return operationCall(wire, fields, { path, target, memo: undefined }, dropped);
  },
};
