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

/**
 * Nomic's embeddings of texts: plain lists of numbers. Sources: https://docs.nomic.ai/reference/api/embed-text-v-1-embedding-text-post,
 * https://github.com/nomic-ai/nomic/blob/main/nomic/embed.py (the vendor's own client: fields, and counters of usage)
 */
export const nomicEmbeddings: OperationSide = {
  peek: peekModel,
  render(body: Body, target: Target, _exchange: Exchange): UpstreamCall {
    const fields = body.fields();
    const { texts, dimensions, inputType, base64 } = readEmbeddings(fields);
    const dropped = new Dropped();
    unread(fields, KNOWN, dropped);
    const wire = {
      model: target.model,
      texts,
      ...given('task_type', inputType),
      ...given('dimensionality', dimensions),
    };
    const path = target.row.paths?.embeddings ?? '/embedding/text';
    return operationCall(wire, fields, { path, target, memo: { base64 } }, dropped);
  },
  parse(value: unknown, call: UpstreamCall): { body: unknown; usage?: Usage } | Fault {
    const body = record(value);
    const vectors = array(body?.embeddings);
    if (vectors === undefined)
      return { kind: 'invalid-response', message: 'The provider answered without embeddings.' };
    const usage = record(body?.usage);
    const tokens = count(usage?.prompt_tokens) ?? count(usage?.total_tokens);
    const { base64 } = call.memo as { base64: boolean };
    return embeddingsAnswer(vectors, { model: call.target.model, base64, tokens });
  },
};
