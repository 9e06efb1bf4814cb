import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { embeddings } from '../openai-chat/embeddings.ts';
import { Dropped } from '../shared/dropped.ts';
import { operationCall, unread } from '../shared/operation-call.ts';
import { given, type Json, string } from '../shared/read.ts';
import { readEmbeddings } from '../shared/vectors.ts';

const OWN = ['truncation', 'output_dtype'] as const;
const KNOWN: ReadonlySet<string> = new Set(['model', 'input', 'input_type', 'dimensions', 'encoding_format', ...OWN]);

/** Floats are what comes when nothing is said; the word for them is refused. Its types are `query` and `document`. */
const TYPES: Readonly<Record<string, string>> = { search_query: 'query', search_document: 'document' };

function typeOf(type: string | undefined): string | undefined {
  return type !== undefined && Object.hasOwn(TYPES, type) ? TYPES[type] : type;
}

/** Voyage's embeddings: answers as OpenAI's are, with dimensions under another name. Source: https://docs.voyageai.com/reference/embeddings-api */
export const voyageEmbeddings: OperationSide = {
  ...embeddings,
  render(body: Body, target: Target, _exchange: Exchange): UpstreamCall {
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
