import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationDialect, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { operationCall, unread } from '../shared/operation-call.ts';
import { peekModel } from '../shared/operation-peek.ts';
import { count, given, type Json, record, string } from '../shared/read.ts';
import { type AskedRerank, RERANK_FIELDS, readRerank, rerankAnswer } from '../shared/rerank.ts';
import { needObject } from './check.ts';
import { errorIn } from './fault.ts';
import { pathOf } from './forward.ts';
import { readUsage } from './usage.ts';

const KNOWN: ReadonlySet<string> = new Set([...RERANK_FIELDS, 'priority']);

/** Source: https://docs.cohere.com/reference/rerank */
function render(body: Body, target: Target, _exchange: Exchange): UpstreamCall {
  const fields = body.fields();
  const asked = readRerank(fields);
  const dropped = new Dropped();
  unread(fields, KNOWN, dropped);
  const wire: Json = {
    model: target.model,
    query: asked.query,
    documents: asked.documents,
    ...given('top_n', asked.topN),
    ...given('max_tokens_per_doc', asked.maxTokensPerDocument),
    ...given('priority', count(fields.get('priority'))),
  };
  return operationCall(wire, fields, { path: pathOf('rerank', target), target, memo: asked }, dropped);
}

function parse(value: unknown, call: UpstreamCall, exchange: Exchange): { body: unknown; usage?: Usage } | Fault {
  const body = record(value) ?? {};
  const error = errorIn(body);
  if (error !== undefined) return error;
  const id = string(body.id) ?? exchange.id;
  return rerankAnswer(body.results, call.memo as AskedRerank, { id, usage: readUsage(body.meta) });
}

/** The parameter of the path of the first version. */
const FIRST = '1';

/**
 * `/v2/rerank` is Cohere's second version, and is told in that form. `/v1/rerank` is the path of Cohere's first version, of Jina's API and of the many
 * that are like it; their answers name the same things in the same words, so one answer serves them all: `results`, with Cohere's `id` and `meta`, and
 * with the `model` and `usage` of the others. There documents are told again unless the client says that they are not wanted, which is Jina's default.
 */
const dialect: OperationDialect = {
  request(value, inbound) {
    const body = needObject(value, 'body');
    if (inbound.path.version !== FIRST) return body;
    return { ...body, return_documents: body.return_documents !== false };
  },
  answer(value, _asked, exchange, inbound) {
    const body = record(value) ?? {};
    if (inbound.path.version !== FIRST) return { body, dropped: [] };
    const tokens = count(record(record(body.meta)?.billed_units)?.input_tokens);
    const usage = tokens === undefined ? {} : { usage: { total_tokens: tokens, prompt_tokens: tokens } };
    return { body: { ...body, model: exchange.model, ...usage }, dropped: [] };
  },
};

/** Ranking of documents, as Cohere's clients ask for it and as its API serves it. */
export const rerank: OperationSide = {
  dialect,
  peek: (fields) => peekModel(fields),
  render,
  parse,
};
