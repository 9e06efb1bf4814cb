import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Body, Fields } from '../../transport/body.ts';
import type { Exchange, OperationSide, Peek, Target, UpstreamCall } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { optionsFor } from '../shared/provider-options.ts';
import { array, count, given, type Json, record, string } from '../shared/read.ts';
import { headersFor, memoFor, pathOf } from './call.ts';
import { embedsRemote } from './dials-out.ts';
import { errorIn, faultOf } from './fault.ts';
import { mapSame, Patch } from './patch.ts';
import { isExact } from './row.ts';
import { FORMAT } from './wire.ts';

function peek(fields: Fields): Peek {
  const model = fields.get('model');
  if (typeof model !== 'string' || model === '')
    throw new RequestError('invalid_request', "'model' must be the name of a model.", { param: 'model' });
  return { model, stream: false };
}

/** The canonical form is this format's own, so only the model and the row's spelling change. */
function render(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  const fields = body.fields();
  const changes = new Map<string, unknown>();
  if (fields.get('model') !== target.model) changes.set('model', target.model);
  const dropped = new Dropped();
  if (fields.has('providerOptions')) providerOptions(fields.get('providerOptions'), target.provider, changes, dropped);
  for (const name of target.row.drop ?? []) {
    if (!fields.has(name) && changes.get(name) === undefined) continue;
    changes.set(name, undefined);
    dropped.add(name);
  }
  if (isExact(target.row)) withoutForeign(fields, changes, dropped);
  const { rename } = target.row;
  const bytes = changes.size === 0 && rename === undefined ? body.bytes() : body.edit(changes, rename);
  return {
    method: 'POST',
    path: pathOf('embeddings', target),
    headers: headersFor(false),
    body: bytes,
    stream: false,
    target,
    dropped: dropped.list,
    inserted: [],
    memo: memoFor(exchange),
  };
}

/** Members by which other APIs' clients steer their embeddings, and which the API that owns this format refuses. Source: https://docs.cohere.com/reference/embed */
const FOREIGN = ['input_type', 'truncate', 'embedding_types', 'images', 'inputs', 'max_tokens', 'priority'] as const;

function withoutForeign(fields: Fields, changes: Map<string, unknown>, dropped: Dropped): void {
  for (const name of FOREIGN) {
    if (!fields.has(name)) continue;
    changes.set(name, undefined);
    dropped.add(name);
  }
}

/** Options for this format, then those for this very provider; the model and the input are not theirs to choose. */
function providerOptions(value: unknown, provider: string, changes: Map<string, unknown>, dropped: Dropped): void {
  changes.set('providerOptions', undefined);
  for (const options of optionsFor(value, [FORMAT, provider], false, dropped))
    for (const [name, option] of Object.entries(options)) changes.set(name, option);
}

const invalid = (message: string): Fault => ({ kind: 'invalid-response', message });

/** Vectors pass as they are, lists of numbers or base64. Source: https://platform.openai.com/docs/api-reference/embeddings/object */
function parse(value: unknown, call: UpstreamCall): { body: unknown; usage?: Usage } | Fault {
  const body = record(value);
  if (body === undefined) return invalid('The provider answered with something that is no list of embeddings.');
  if (errorIn(body)) return faultOf(body, undefined);
  const data = array(body['data']);
  if (data === undefined) return invalid('The provider answered without embeddings.');
  const input = count(record(body['usage'])?.['prompt_tokens']) ?? count(record(body['usage'])?.['total_tokens']);
  return {
    body: filled(body, data, call.target.model, input),
    ...given('usage', input === undefined ? undefined : { input }),
  };
}

function filled(body: Json, data: readonly unknown[], model: string, input: number | undefined): Json {
  const patch = new Patch(body);
  patch.set('object', 'list');
  patch.set('data', mapSame(data, embedding));
  if (string(body['model']) === undefined) patch.set('model', model);
  const usage = new Patch(record(body['usage']) ?? {});
  for (const name of ['prompt_tokens', 'total_tokens'])
    if (count(usage.get(name)) === undefined) usage.set(name, input ?? 0);
  patch.set('usage', usage.result);
  return patch.result;
}

function embedding(value: unknown, index: number): unknown {
  const entry = record(value);
  if (entry === undefined) return value;
  const patch = new Patch(entry);
  patch.set('object', 'embedding');
  if (count(entry['index']) === undefined) patch.set('index', index);
  return patch.result;
}

/** Embeddings of OpenAI's API and the compatible ones. */
export const embeddings: OperationSide = { peek, fetches: embedsRemote, render, parse };
