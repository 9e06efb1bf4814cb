import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Body } from '../../transport/body.ts';
import type { Exchange, OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { embeddings as canonical } from '../openai-chat/embeddings.ts';
import { PostCall } from '../post-call.ts';
import { bytesToBase64 } from '../shared/base64.ts';
import { Dropped } from '../shared/dropped.ts';
import { optionsFor } from '../shared/provider-options.ts';
import { array, count, given, type Json, record } from '../shared/read.ts';
import { headersFor } from './call.ts';
import { embedDialect } from './embed-dialect.ts';
import { faultIn } from './fault.ts';
import { FORMAT } from './wire.ts';

/** Members of the canonical form that are read here; all others are reported. */
const KNOWN: ReadonlySet<string> = new Set(['model', 'input', 'dimensions', 'encoding_format', 'providerOptions']);

/** Source: https://docs.ollama.com/api/embed. Throws RequestError for tokens: the API takes text. */
function render(body: Body, target: Target, exchange: Exchange): UpstreamCall {
  const fields = body.fields();
  const get = (name: string): unknown => (fields.has(name) ? fields.get(name) : undefined);
  const dropped = new Dropped();
  for (const name of fields.keys()) if (!KNOWN.has(name) && fields.get(name) !== null) dropped.add(name);
  const sent: Json = {
    model: target.model,
    input: textsOf(get('input')),
    ...given('dimensions', count(get('dimensions'))),
  };
  const remoteTools = exchange.peek.remoteTools === true;
  const groups = optionsFor(get('providerOptions'), [FORMAT, target.provider], remoteTools, dropped);
  return new PostCall(
    target,
    false,
    {
      path: target.row.paths?.embeddings ?? '/api/embed',
      headers: headersFor(false),
      body: JSON.stringify(Object.assign(sent, ...groups)),
      memo: { base64: get('encoding_format') === 'base64' },
    },
    dropped.list,
  );
}

function textsOf(input: unknown): string | readonly unknown[] {
  if (typeof input === 'string') return input;
  const list = array(input);
  if (list?.every((entry) => typeof entry === 'string') === true) return list;
  throw new RequestError('invalid_request', "'input' must be a text or a list of texts for this model.", {
    param: 'input',
  });
}

const invalid = (message: string): Fault => ({ kind: 'invalid-response', message });

function parse(value: unknown, call: UpstreamCall): { body: unknown; usage?: Usage } | Fault {
  const body = record(value);
  if (body === undefined) return invalid('The provider answered with something that is no list of embeddings.');
  const fault = faultIn(body);
  if (fault !== undefined) return fault;
  const vectors = array(body['embeddings']);
  if (vectors === undefined) return invalid('The provider answered without embeddings.');
  const base64 = record(call.memo)?.['base64'] === true;
  const input = count(body['prompt_eval_count']);
  return {
    body: {
      object: 'list',
      data: vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: base64 ? packed(array(vector) ?? []) : vector,
      })),
      model: body['model'] ?? call.target.model,
      usage: { prompt_tokens: input ?? 0, total_tokens: input ?? 0 },
    },
    ...given('usage', input === undefined ? undefined : { input }),
  };
}

/** As OpenAI's API packs a vector that is asked for in base64: 32-bit floats, the lowest byte first. */
function packed(vector: readonly unknown[]): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4));
  for (const [index, value] of vector.entries()) view.setFloat32(index * 4, Number(value), true);
  return bytesToBase64(new Uint8Array(view.buffer));
}

/** Embeddings of `/api/embed`, for clients of its own and of the canonical form. */
export const embeddings: OperationSide = { ...canonical, dialect: embedDialect, render, parse };
