import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { operationCall, unread } from '../shared/operation-call.ts';
import { peekModel } from '../shared/operation-peek.ts';
import { array, count, given, record } from '../shared/read.ts';
import { embeddingsAnswer, readEmbeddings } from '../shared/vectors.ts';

const KNOWN: ReadonlySet<string> = new Set(['model', 'input', 'input_type', 'dimensions', 'encoding_format']);

/** The API's words for what vectors are for. Source: https://ai.google.dev/api/embeddings#v1beta.TaskType */
const TASKS: Readonly<Record<string, string>> = {
  search_document: 'RETRIEVAL_DOCUMENT',
  search_query: 'RETRIEVAL_QUERY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
};

/** What vectors are for, in Google's words. */
export function taskOf(type: string | undefined): string | undefined {
  return type !== undefined && Object.hasOwn(TASKS, type) ? TASKS[type] : type;
}

/** Gemini's own embeddings, many texts in one call. It tells no usage. Source: https://ai.google.dev/api/embeddings#method:-models.batchembedcontents */
export const geminiEmbeddings: OperationSide = {
  peek: peekModel,
  render(body: Body, target: Target, _exchange: Exchange): UpstreamCall {
    const fields = body.fields();
    const { texts, dimensions, inputType, base64 } = readEmbeddings(fields);
    const dropped = new Dropped();
    unread(fields, KNOWN, dropped);
    const requests = texts.map((text) => ({
      model: `models/${target.model}`,
      content: { parts: [{ text }] },
      ...given('taskType', taskOf(inputType)),
      ...given('outputDimensionality', dimensions),
    }));
    const path = `/models/${encodeURIComponent(target.model)}:batchEmbedContents`;
    return operationCall({ requests }, fields, { path, target, memo: { base64 } }, dropped);
  },
  parse(value: unknown, call: UpstreamCall): { body: unknown; usage?: Usage } | Fault {
    const body = record(value);
    const entries = array(body?.embeddings);
    if (entries === undefined)
      return { kind: 'invalid-response', message: 'The provider answered without embeddings.' };
    const vectors = entries.map((entry) => record(entry)?.values);
    const tokens = count(record(body?.usageMetadata)?.promptTokenCount);
    const { base64 } = call.memo as { base64: boolean };
    return embeddingsAnswer(vectors, { model: call.target.model, base64, tokens });
  },
};
