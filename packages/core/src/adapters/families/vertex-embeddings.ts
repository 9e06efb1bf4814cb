import type { OperationSide, Target } from '../adapter.ts';
import { array, count, given, type Json, number, record, records } from '../shared/read.ts';
import { embedEach } from './embed-each.ts';
import { embedList } from './embed-list.ts';
import { taskOf } from './gemini-embeddings.ts';

const path = (method: string) => (target: Target) => `/models/${encodeURIComponent(target.model)}:${method}`;

const instance = (content: string, inputType: string | undefined): Json => ({
  content,
  ...given('task_type', taskOf(inputType)),
});
const parameters = (dimensions: number | undefined): Json => ({ ...given('outputDimensionality', dimensions) });

/** A prediction's vector, and its tokens, which come as a number with a point. */
function predicted(prediction: unknown): { readonly vector: unknown; readonly tokens: number | undefined } {
  const embeddings = record(record(prediction)?.embeddings);
  return { vector: embeddings?.values, tokens: number(record(embeddings?.statistics)?.token_count) };
}

/** Source: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api */
const listed = embedList({
  path: path('predict'),
  request: ({ texts, dimensions, inputType }) => ({
    instances: texts.map((text) => instance(text, inputType)),
    parameters: parameters(dimensions),
  }),
  answer(value) {
    const predictions = array(record(value)?.predictions)?.map(predicted);
    const tokens = predictions?.map((one) => one.tokens);
    return {
      vectors: predictions?.map(({ vector }) => vector),
      tokens: tokens?.reduce((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0),
    };
  },
});

/** This model takes one text a call. Source: https://cloud.google.com/vertex-ai/generative-ai/docs/embeddings/get-text-embeddings */
const alone = embedEach({
  path: path('predict'),
  request: (text, { dimensions, inputType }) => ({
    instances: [instance(text, inputType)],
    parameters: parameters(dimensions),
  }),
  answer: (body) => predicted(records(body.predictions)[0]),
});

/** Source: https://docs.cloud.google.com/gemini-enterprise-agent-platform/reference/rest/v1beta1/projects.locations.publishers.models/embedContent */
const content = embedEach({
  path: path('embedContent'),
  request: (text, { dimensions, inputType }) => ({
    content: { role: 'user', parts: [{ text }] },
    ...given('taskType', taskOf(inputType)),
    ...given('outputDimensionality', dimensions),
  }),
  answer: (body) => ({
    vector: record(body.embedding)?.values,
    tokens: count(record(body.usageMetadata)?.promptTokenCount),
  }),
});

function sideOf({ model }: Target): OperationSide {
  if (!model.startsWith('gemini-')) return listed;
  return model === 'gemini-embedding-001' ? alone : content;
}

/** Embeddings of Vertex AI: its generations of models are asked in three ways. */
export const vertexEmbeddings: OperationSide = {
  peek: listed.peek,
  render: (body, target, exchange) => sideOf(target).render(body, target, exchange),
  parse: (value, call, exchange) => sideOf(call.target).parse(value, call, exchange),
};
