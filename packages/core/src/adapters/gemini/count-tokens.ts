import type { Fault } from '../../chat/fault.ts';
import type { ChatRequest } from '../../chat/request.ts';
import type { Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { count, type Json, record } from '../shared/read.ts';
import { endpoint, HEADERS } from './endpoint.ts';
import { errorOf, readError } from './errors.ts';
import { resourceName } from './model.ts';
import { renderBody } from './render.ts';

/** What Vertex AI counts of a request. Source: https://cloud.google.com/vertex-ai/generative-ai/docs/reference/express-mode/rest/v1/publishers.models/countTokens */
const COUNTED = ['contents', 'systemInstruction', 'tools', 'generationConfig'] as const;

const counted = (body: Json): Json => Object.fromEntries(COUNTED.map((name) => [name, body[name]]));

/** The call that counts the tokens of a whole request. Source: https://ai.google.dev/api/tokens#method:-models.counttokens */
export function renderCount(request: ChatRequest, target: Target): UpstreamCall {
  const { body, ...told } = renderBody(request, target);
  const wrapped =
    target.row.plainCount === true
      ? counted(body)
      : { generateContentRequest: { model: resourceName(target.model), ...body } };
  return new PostCall(
    target,
    false,
    { path: endpoint(target, 'countTokens'), headers: HEADERS, body: JSON.stringify(wrapped), memo: told.memo },
    told.dropped,
    told.inserted,
  );
}

/** The count in an answer. */
export function parseCount(body: unknown): number | Fault {
  const error = errorOf(body);
  if (error !== undefined) return readError(error, 502);
  const total = count(record(body)?.['totalTokens']);
  return total ?? { kind: 'invalid-response', message: 'The provider answered without a token count.' };
}
