import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import type { Body, Fields } from '../../transport/body.ts';
import type { Exchange, OperationDialect, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { operationCall, unread } from '../shared/operation-call.ts';
import { peekModel } from '../shared/operation-peek.ts';
import { array, count, given, type Json, record, records, string, strings } from '../shared/read.ts';
import { embeddingsAnswer, readEmbeddings } from '../shared/vectors.ts';
import { invalid, needArray, needObject } from './check.ts';
import { errorIn } from './fault.ts';
import { pathOf } from './forward.ts';
import { readUsage } from './usage.ts';

/** What the API requires and clients of other formats don't say. Source: https://docs.cohere.com/reference/embed (input_type) */
const DEFAULT_TYPE = 'search_document';

/** Members that go on as they are, beside those that are read: the vendor's own. */
const OWN = ['truncate', 'max_tokens', 'images', 'inputs', 'embedding_types', 'priority'] as const;
const KNOWN: ReadonlySet<string> = new Set(['model', 'input', 'dimensions', 'encoding_format', 'input_type', ...OWN]);

interface Memo {
  readonly base64: boolean;
  /** The client wants types of numbers that only this API has: its answer goes back as it is, beside the canonical one. */
  readonly native: boolean;
}

const hasOwnInputs = (fields: Fields): boolean => fields.has('images') || fields.has('inputs');

function render(body: Body, target: Target, _exchange: Exchange): UpstreamCall {
  const fields = body.fields();
  const dropped = new Dropped();
  unread(fields, KNOWN, dropped);
  const asked = hasOwnInputs(fields) ? { ...read(fields), texts: undefined } : readEmbeddings(fields);
  const types = strings(fields.get('embedding_types'));
  const memo: Memo = { base64: asked.base64, native: types !== undefined };
  const own = Object.fromEntries(OWN.map((name) => [name, fields.get(name) ?? undefined]));
  const wire: Json = {
    ...own,
    model: target.model,
    ...given('texts', asked.texts),
    input_type: asked.inputType ?? DEFAULT_TYPE,
    embedding_types: types ?? [asked.base64 ? 'base64' : 'float'],
    ...given('output_dimension', asked.dimensions),
  };
  const inserted = asked.inputType === undefined ? [`input_type=${DEFAULT_TYPE}`] : [];
  return operationCall(wire, fields, { path: pathOf('embeddings', target), target, memo, inserted }, dropped);
}

/** The request without its texts. */
function read(fields: Fields) {
  return {
    base64: fields.get('encoding_format') === 'base64',
    ...given('dimensions', count(fields.get('dimensions'))),
    ...given('inputType', string(fields.get('input_type'))),
  };
}

/** Source: https://docs.cohere.com/reference/embed (embeddings by type) */
function parse(value: unknown, call: UpstreamCall, _exchange: Exchange): { body: unknown; usage?: Usage } | Fault {
  const body = record(value) ?? {};
  const error = errorIn(body);
  if (error !== undefined) return error;
  const { base64, native } = call.memo as Memo;
  const byType = record(body.embeddings);
  const vectors = array(byType?.[base64 ? 'base64' : 'float']);
  if (byType === undefined || (vectors === undefined && !native))
    return { kind: 'invalid-response', message: 'The provider answered without embeddings.' };
  const usage = readUsage(body.meta);
  const tokens = usage === undefined ? undefined : (usage.input ?? 0) + (usage.inputImage ?? 0);
  const answer = embeddingsAnswer(vectors ?? [], { model: call.target.model, base64, tokens });
  if (!('body' in answer)) return answer;
  return {
    ...answer,
    ...given('usage', usage),
    body: { ...(record(answer.body) ?? {}), ...(native ? { embeddings: byType } : {}) },
  };
}

/** Types that any vector can be given in. */
const MADE: ReadonlySet<unknown> = new Set(['float', 'base64']);

/** How the vendor's clients ask, and are told: by types. Source: https://docs.cohere.com/reference/embed */
const dialect: OperationDialect = {
  request(value) {
    const { texts, output_dimension: dimensions, embedding_types: types, ...body } = needObject(value, 'body');
    if (texts === undefined && body.images === undefined && body.inputs === undefined)
      throw invalid('texts', 'must be a list of texts');
    const wanted = types === undefined || types === null ? ['float'] : needArray(types, 'embedding_types');
    return {
      ...body,
      ...(texts === undefined ? {} : { input: needArray(texts, 'texts') }),
      ...(dimensions === undefined ? {} : { dimensions }),
      // Only its own API knows more types, and more than one at once.
      ...(wanted.length === 1 && MADE.has(wanted[0]) ? { encoding_format: wanted[0] } : { embedding_types: wanted }),
    };
  },
  answer(value, asked, exchange) {
    const body = record(value) ?? {};
    const request = record(asked) ?? {};
    const types = strings(request.embedding_types) ?? ['float'];
    const own = record(body.embeddings);
    const vectors = records(body.data).map(({ embedding }) => embedding);
    const made = typeof vectors[0] === 'string' ? 'base64' : 'float';
    const embeddings = own ?? { [made]: vectors };
    const tokens = count(record(body.usage)?.prompt_tokens);
    return {
      body: {
        id: exchange.id,
        response_type: 'embeddings_by_type',
        embeddings,
        texts: array(request.texts) ?? [],
        meta: {
          api_version: { version: '2' },
          ...(tokens === undefined ? {} : { billed_units: { input_tokens: tokens } }),
        },
      },
      dropped: types.filter((type) => !Object.hasOwn(embeddings, type)).map((type) => `embedding_types.${type}`),
    };
  },
};

/** Embeddings, as Cohere's clients ask for them and as its API serves them. */
export const embeddings: OperationSide = { dialect, peek: peekModel, render, parse };
