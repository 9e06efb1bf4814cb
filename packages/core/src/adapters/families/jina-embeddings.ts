import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { embeddings } from '../openai-chat/embeddings.ts';
import { Dropped } from '../shared/dropped.ts';
import { operationCall, unread } from '../shared/operation-call.ts';
import { given, type Json, string } from '../shared/read.ts';

const OWN = ['dimensions', 'task', 'normalized', 'late_chunking', 'truncate', 'embedding_type'] as const;
const KNOWN: ReadonlySet<string> = new Set(['model', 'input', 'input_type', 'encoding_format', ...OWN]);

/** What the vectors are for, in its own words. */
const TASKS: Readonly<Record<string, string>> = {
  search_query: 'retrieval.query',
  search_document: 'retrieval.passage',
  query: 'retrieval.query',
  document: 'retrieval.passage',
};

/** Jina's embeddings: answers as OpenAI's are; inputs may be `{ text }` and `{ image }` as well. Source: https://api.jina.ai/openapi.json (createEmbedding) */
export const jinaEmbeddings: OperationSide = {
  ...embeddings,
  render(body: Body, target: Target, _exchange: Exchange): UpstreamCall {
    const fields = body.fields();
    const dropped = new Dropped();
    unread(fields, KNOWN, dropped);
    const type = string(fields.get('input_type'));
    const task = type !== undefined && Object.hasOwn(TASKS, type) ? TASKS[type] : undefined;
    if (type !== undefined && task === undefined) dropped.add('input_type');
    const wire: Json = {
      model: target.model,
      input: fields.get('input'),
      ...given('task', task),
      ...given('embedding_type', string(fields.get('encoding_format'))),
      ...Object.fromEntries(OWN.flatMap((name) => (fields.has(name) ? [[name, fields.get(name) ?? undefined]] : []))),
    };
    const path = target.row.paths?.embeddings ?? '/embeddings';
    return operationCall(wire, fields, { path, target, memo: undefined }, dropped);
  },
};
