import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { array, count, given, type Json, record, string } from '../shared/read.ts';
import { canonicalCall } from './canonical-call.ts';
import { embedsRemote } from './dials-out.ts';
import { errorIn, faultOf } from './fault.ts';
import { peekModel } from './operation-peek.ts';
import { mapSame, Patch } from './patch.ts';
import { isExact } from './row.ts';

function render(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  return canonicalCall(body, target, exchange, {
    operation: 'embeddings',
    stream: false,
    ...(isExact(target.row) ? { foreign: FOREIGN } : {}),
  });
}

/** Members by which other APIs' clients steer their embeddings, and which the API that owns this format refuses. Source: https://docs.cohere.com/reference/embed */
const FOREIGN = ['input_type', 'truncate', 'embedding_types', 'images', 'inputs', 'max_tokens', 'priority'] as const;

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
export const embeddings: OperationSide = { peek: peekModel, fetches: embedsRemote, render, parse };
