import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { embeddings } from '../openai-chat/embeddings.ts';
import { Dropped } from '../shared/dropped.ts';
import { operationCall, unread } from '../shared/operation-call.ts';
import { given, type Json, string } from '../shared/read.ts';

const OWN = ['input', 'dimensions', 'encoding_format', 'embedding_type', 'truncate', 'modality', 'user'] as const;
const KNOWN: ReadonlySet<string> = new Set(['model', 'input_type', ...OWN]);

/** Its two modes. */
const TYPES: Readonly<Record<string, string>> = {
  search_query: 'query',
  search_document: 'passage',
  document: 'passage',
};
/** What the API itself takes where it does not insist. */
const DEFAULT_TYPE = 'query';
/** The mode as the end of a model's name, for clients that can't say it otherwise. */
const TOLD = /-(?:query|passage)$/;

function typeOf(type: string | undefined, model: string): string | undefined {
  if (type === undefined) return TOLD.test(model) ? undefined : DEFAULT_TYPE;
  return Object.hasOwn(TYPES, type) ? TYPES[type] : type;
}

/**
 * Embeddings of NVIDIA's Retriever: OpenAI's, but most models refuse a request that doesn't say whether it is a query or a passage.
 * Sources: https://docs.nvidia.com/nim/nemo-retriever/text-embedding/2.0.0/use-the-api-openai.html (Passage and Query Modes),
 * https://docs.nvidia.com/nim/nemo-retriever/text-embedding/1.13.0/reference-grpc.html (default)
 */
export const nvidiaEmbeddings: OperationSide = {
  ...embeddings,
  render(body: Body, target: Target, _exchange: Exchange): UpstreamCall {
    const fields = body.fields();
    const dropped = new Dropped();
    unread(fields, KNOWN, dropped);
    const asked = string(fields.get('input_type'));
    const type = typeOf(asked, target.model);
    const wire: Json = {
      model: target.model,
      ...Object.fromEntries(OWN.map((name) => [name, fields.get(name) ?? undefined])),
      ...given('input_type', type),
    };
    const inserted = asked === undefined && type !== undefined ? [`input_type=${type}`] : [];
    const path = target.row.paths?.embeddings ?? '/embeddings';
    return operationCall(wire, fields, { path, target, memo: undefined, inserted }, dropped);
  },
};
