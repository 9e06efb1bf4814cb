import { RequestError } from '../../kit/errors.ts';
import type { Fields } from '../../transport/body.ts';
import type { Inbound, OperationDialect, Peek } from '../adapter.ts';
import { count, given, type Json, record, records, string } from '../shared/read.ts';
import { bareModel } from './model.ts';
import { camelRecord, camelRecords } from './wire.ts';

/** What a request for one vector may hold that any provider can be asked for. */
const KNOWN: ReadonlySet<string> = new Set(['model', 'content', 'taskType', 'outputDimensionality']);

/** What vectors are for, in the words that most APIs share. Source: https://ai.google.dev/api/embeddings#v1beta.TaskType */
const PURPOSES: Readonly<Record<string, string>> = {
  RETRIEVAL_DOCUMENT: 'search_document',
  RETRIEVAL_QUERY: 'search_query',
  CLASSIFICATION: 'classification',
  CLUSTERING: 'clustering',
};

const isBatch = ({ path }: Inbound): boolean => path['action'] === 'batchEmbedContents';

function refused(param: string, wants: string): RequestError {
  return new RequestError('invalid_request', `"${param}" must be ${wants}.`, { param });
}

/** The requests of a body, in the API's own spelling, each with its place. */
function requestsIn(value: unknown, inbound: Inbound): readonly (readonly [place: string, request: Json])[] {
  const body = camelRecord(value, '') ?? {};
  if (!isBatch(inbound)) return [['', body]];
  const requests = camelRecords(body['requests'], 'requests');
  if (requests.length === 0) throw refused('requests', 'a list of requests, and not empty');
  return requests.map((request, at) => [`requests.${at}.`, request]);
}

/** The one text of a request's content. Media are embedded by few, and several parts become one vector nowhere else. */
function textOf([place, { content }]: readonly [place: string, request: Json]): string {
  const parts = records(record(content)?.['parts']);
  const text = string(parts[0]?.['text']);
  if (parts.length !== 1 || text === undefined)
    throw refused(`${place}content`, 'content with one part, which is a text');
  return text;
}

/** The model is that of the path: another one in the body would be embedded by nobody. */
function agree([place, { model }]: readonly [place: string, request: Json], inbound: Inbound): void {
  if (model !== undefined && model !== null && bareModel(string(model) ?? '') !== inbound.path['model'])
    throw refused(`${place}model`, 'the model of the path, or absent');
}

/** What holds for all requests of a batch, since other APIs are told it once. */
function shared(requests: ReturnType<typeof requestsIn>, name: string): unknown {
  const [[, first] = ['', {} as Json], ...others] = requests;
  const value = (first as Json)[name] ?? undefined;
  const other = others.find(([, request]) => (request[name] ?? undefined) !== value);
  if (other !== undefined) throw refused(`${other[0]}${name}`, 'the same in all requests of a batch');
  return value;
}

function inputType(task: unknown): string | undefined {
  const type = string(task);
  if (type === undefined || type === 'TASK_TYPE_UNSPECIFIED') return undefined;
  return Object.hasOwn(PURPOSES, type) ? PURPOSES[type] : type;
}

/** The model stands in the path. Throws RequestError `invalid_request` without one. */
export function peekEmbed(_fields: Fields, inbound?: Inbound): Peek {
  const model = inbound?.path['model'];
  if (model === undefined) throw refused('model', 'the name of a model');
  return { model, stream: false };
}

/**
 * How Gemini's clients ask for embeddings, one or several, and are told of them.
 * Sources: https://ai.google.dev/api/embeddings#method:-models.embedcontent, …#method:-models.batchembedcontents
 */
export const embedDialect: OperationDialect = {
  request(value, inbound) {
    const requests = requestsIn(value, inbound);
    for (const request of requests) agree(request, inbound);
    return {
      model: inbound.path['model'],
      input: requests.map(textOf),
      ...given('input_type', inputType(shared(requests, 'taskType'))),
      ...given('dimensions', count(shared(requests, 'outputDimensionality'))),
      ...given('providerOptions', record(record(value)?.['providerOptions'])),
    };
  },
  answer(value, asked, _exchange, inbound) {
    const body = record(value);
    const vectors = records(body?.['data']).map(({ embedding }) => ({ values: embedding }));
    const tokens = count(record(body?.['usage'])?.['prompt_tokens']);
    const told = given(
      'usageMetadata',
      tokens === undefined || tokens === 0 ? undefined : { promptTokenCount: tokens },
    );
    const dropped = requestsIn(asked, inbound).flatMap(([, request]) =>
      Object.keys(request).filter((name) => !KNOWN.has(name) && name !== 'providerOptions'),
    );
    return {
      body: isBatch(inbound) ? { embeddings: vectors, ...told } : { embedding: vectors[0] ?? { values: [] }, ...told },
      dropped: [...new Set(dropped)],
    };
  },
};
