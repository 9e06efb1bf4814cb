import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { operationCall, unread } from '../shared/operation-call.ts';
import { peekModel } from '../shared/operation-peek.ts';
import { array, count, given, type Json, record, string } from '../shared/read.ts';
import { type AskedRerank, RERANK_FIELDS, readRerank, rerankAnswer } from '../shared/rerank.ts';
import { withRowFields } from '../shared/row-fields.ts';

/** What differs between APIs that rank documents: how a request is put, and where the ranked ones stand in the answer. */
interface Shape {
  request(asked: AskedRerank, model: string): Json;
  /** What a bound on the tokens of a document is called; absent: there is none. */
  readonly perDocument?: string;
  entries(body: unknown): unknown;
  /** The model as it stands in the row's path. Default: one step of it. */
  inPath?(model: string): string;
  /** The row's path is the whole one at the host, beside its baseUrl. */
  readonly wholePath?: true;
}

/** A model whose name is several steps of a path. */
const steps = (model: string): string => model.split('/').map(encodeURIComponent).join('/');

/** Tokens, or search units where the API bills those; its words for both are several. */
function usageOf(value: unknown): Usage | undefined {
  const body = record(value);
  const meta = record(body?.meta);
  const units = count(record(meta?.billed_units)?.search_units);
  const tokens =
    count(record(body?.usage)?.total_tokens) ??
    count(record(body?.usage)?.prompt_tokens) ??
    count(record(meta?.tokens)?.input_tokens) ??
    count(body?.input_tokens) ??
    count(body?.input_token_count) ??
    count(record(meta?.billed_units)?.input_tokens);
  if (units === undefined && tokens === undefined) return undefined;
  return { ...given('input', tokens), ...given('searchUnits', units) };
}

function reranker({ request, perDocument, entries, inPath = encodeURIComponent, wholePath }: Shape): OperationSide {
  return {
    peek: peekModel,
    render(body: Body, target: Target, _exchange: Exchange): UpstreamCall {
      const fields = body.fields();
      const asked = readRerank(fields);
      const dropped = new Dropped();
      unread(fields, RERANK_FIELDS, dropped);
      if (perDocument === undefined && asked.maxTokensPerDocument !== undefined) dropped.add('max_tokens_per_doc');
      const spelled = {
        ...request(asked, target.model),
        ...(perDocument === undefined ? {} : { [perDocument]: asked.maxTokensPerDocument }),
      };
      const wire = withRowFields(spelled, target.row);
      const path = target.row.paths?.rerank?.replaceAll('{model}', () => inPath(target.model)) ?? '/rerank';
      const call = operationCall(wire, fields, { path, target, memo: asked }, dropped);
      return wholePath === undefined ? call : { ...call, wholePath };
    },
    parse(value: unknown, call: UpstreamCall, exchange: Exchange): { body: unknown; usage?: Usage } | Fault {
      const id = string(record(value)?.id) ?? exchange.id;
      return rerankAnswer(entries(value), call.memo as AskedRerank, { id, usage: usageOf(value) });
    },
  };
}

/**
 * Jina's form, which most APIs have: `top_n`, and `results` or, at some, `data`.
 * Sources: https://api.jina.ai/redoc, https://docs.together.ai/reference/rerank-1, https://docs.siliconflow.com/en/api-reference/rerank/create-rerank,
 * https://docs.fireworks.ai/api-reference/rerank-documents, https://docs.vllm.ai/en/latest/serving/openai_compatible_server/#re-rank-api
 */
export const listRerank: OperationSide = reranker({
  request: ({ query, documents, topN }, model) => ({
    model,
    query,
    documents,
    ...given('top_n', topN),
    return_documents: false,
  }),
  entries: (body) => record(body)?.results ?? record(body)?.data,
});

/** Voyage's form: `top_k`, and `data`. Source: https://docs.voyageai.com/reference/reranker-api */
export const voyageRerank: OperationSide = reranker({
  request: ({ query, documents, topN }, model) => ({ model, query, documents, ...given('top_k', topN) }),
  entries: (body) => record(body)?.data,
});

/** The form of Text Embeddings Inference: it serves one model, which the request doesn't name, and answers with a list. Source: https://github.com/huggingface/text-embeddings-inference/blob/main/docs/openapi.json */
export const teiRerank: OperationSide = reranker({
  request: ({ query, documents }) => ({ query, texts: documents, raw_scores: false, return_text: false }),
  entries: (body) => array(body),
});

/**
 * DeepInfra's form: as many queries as documents, each pair has a score of its own, in the order of the request.
 * Source: https://deepinfra.com/Qwen/Qwen3-Reranker-8B/api
 */
export const deepinfraRerank: OperationSide = reranker({
  request: ({ query, documents }) => ({ queries: documents.map(() => query), documents }),
  entries: (body) => array(record(body)?.scores)?.map((relevance_score, index) => ({ index, relevance_score })),
  inPath: steps,
  wholePath: true,
});

/**
 * The form of NVIDIA's Retriever: passages, and logits as scores. The host knows a model in the path by a name without points.
 * Sources: https://docs.nvidia.com/nim/nemo-retriever/text-reranking/2.3/using-reranking.html,
 * https://docs.api.nvidia.com/nim/reference/nvidia-llama-3_2-nv-rerankqa-1b-v2-infer
 */
export const nvidiaRerank: OperationSide = reranker({
  request: ({ query, documents }, model) => ({
    model,
    query: { text: query },
    passages: documents.map((text) => ({ text })),
  }),
  entries: (body) =>
    array(record(body)?.rankings)?.map((entry) => ({
      index: record(entry)?.index,
      relevance_score: record(entry)?.logit,
    })),
  inPath: (model) => steps(model).replaceAll('.', '_'),
});

/**
 * Models of ranking that Bedrock invokes: the body is Cohere's, whose own models want its version in it as well.
 * Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/rerank-use.html, https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-cohere-rerank-3-5.html
 */
export const bedrockRerank: OperationSide = reranker({
  request: ({ query, documents, topN }, model) => ({
    query,
    documents,
    ...given('top_n', topN),
    ...(/(?:^|[./])cohere\./.test(model) ? { api_version: 2 } : {}),
  }),
  entries: (body) => record(body)?.results,
});

/**
 * The native form of Alibaba Cloud's Model Studio, beside the chats that the row's baseUrl is for.
 * Source: https://www.alibabacloud.com/help/en/model-studio/text-rerank-api
 */
export const dashscopeRerank: OperationSide = reranker({
  request: ({ query, documents, topN }, model) => ({
    model,
    input: { query, documents },
    parameters: { ...given('top_n', topN), return_documents: false },
  }),
  entries: (body) => record(record(body)?.output)?.results,
  wholePath: true,
});

/** Cohere's second version, which Azure AI Foundry has below the maker's name. Sources: https://docs.cohere.com/reference/rerank, https://docs.cohere.com/docs/cohere-on-microsoft-azure */
export const foundryRerank: OperationSide = reranker({
  request: ({ query, documents, topN }, model) => ({ model, query, documents, ...given('top_n', topN) }),
  perDocument: 'max_tokens_per_doc',
  entries: (body) => record(body)?.results,
  wholePath: true,
});

/** The form of watsonx.ai. Sources: https://www.ibm.com/watsonx/developer/capabilities/text-rerank, https://cloud.ibm.com/apidocs/watsonx-ai#text-rerank */
export const watsonxRerank: OperationSide = reranker({
  request: ({ query, documents, topN }, model) => ({
    model,
    query,
    inputs: documents.map((text) => ({ text })),
    parameters: { return_options: { ...given('top_n', topN), inputs: false } },
  }),
  entries: (body) => record(body)?.results,
});
