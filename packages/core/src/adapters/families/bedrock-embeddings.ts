import { RequestError } from '../../kit/errors.ts';
import type { OperationSide, Target } from '../adapter.ts';
import { array, count, given, record, records } from '../shared/read.ts';
import { embedEach } from './embed-each.ts';
import { embedList } from './embed-list.ts';

/** Models are invoked with bodies of their makers'. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html */
const path = ({ model, row }: Target): string =>
  (row.paths?.embeddings ?? '/model/{model}/invoke').replaceAll('{model}', () => encodeURIComponent(model));

/** Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html */
const titan = embedEach({
  path,
  request(text, { dimensions, inputType }, dropped) {
    if (inputType !== undefined) dropped.add('input_type');
    return { inputText: text, ...given('dimensions', dimensions) };
  },
  answer: (body) => ({ vector: body.embedding, tokens: count(body.inputTextTokenCount) }),
});

/** What vectors are for, in Nova's words. Source: https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html */
const PURPOSES: Readonly<Record<string, string>> = {
  search_document: 'GENERIC_INDEX',
  search_query: 'GENERIC_RETRIEVAL',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
};

/** Source: https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html */
const nova = embedEach({
  path,
  request: (text, { dimensions, inputType = 'search_document' }) => ({
    taskType: 'SINGLE_EMBEDDING',
    singleEmbeddingParams: {
      embeddingPurpose: Object.hasOwn(PURPOSES, inputType) ? PURPOSES[inputType] : inputType,
      ...given('embeddingDimension', dimensions),
      text: { truncationMode: 'NONE', value: text },
    },
  }),
  answer: (body) => ({ vector: records(body.embeddings)[0]?.embedding, tokens: undefined }),
});

/** The API requires it. Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v3.html */
const COHERE_TYPE = 'search_document';

/**
 * Vectors come as a list, or by their type where types were asked for; tokens are told in a header only.
 * Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v3.html, …/model-parameters-embed-v4.html
 */
const cohere = embedList({
  path,
  request({ texts, dimensions, inputType }, _target, { inserted }) {
    if (inputType === undefined) inserted.push(`input_type=${COHERE_TYPE}`);
    return { texts, input_type: inputType ?? COHERE_TYPE, ...given('output_dimension', dimensions) };
  },
  answer(value) {
    const embeddings = record(value)?.embeddings;
    return { vectors: array(embeddings) ?? array(record(embeddings)?.float), tokens: undefined };
  },
});

/** By the model's maker, which stands in its id, in that of its inference profile and in both's ARNs. */
function sideOf({ model }: Target): OperationSide {
  if (/(?:^|[./])cohere\./.test(model)) return cohere;
  if (/(?:^|[./])amazon\.nova/.test(model)) return nova;
  if (/(?:^|[./])amazon\.titan/.test(model)) return titan;
  throw new RequestError('unsupported_by_target', 'Embeddings are served of models of Titan, Nova and Cohere here.', {
    param: 'model',
  });
}

/** Embeddings of Amazon Bedrock's models. */
export const bedrockEmbeddings: OperationSide = {
  peek: titan.peek,
  render: (body, target, exchange) => sideOf(target).render(body, target, exchange),
  parse: (value, call, exchange) => sideOf(call.target).parse(value, call, exchange),
};
