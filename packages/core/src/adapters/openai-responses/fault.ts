import type { Fault } from '../../chat/fault.ts';
import { errorIn, faultOf } from '../openai-chat/fault.ts';
import { type Json, record, string, text } from '../shared/read.ts';

/** Codes of a response that failed, with the status that they stand for. Source: ResponseErrorCode of https://github.com/openai/openai-openapi */
const STATUSES: Readonly<Record<string, number>> = {
  server_error: 500,
  rate_limit_exceeded: 429,
  invalid_prompt: 400,
  vector_store_timeout: 504,
};

/** Codes that speak of an image in the request, such as `invalid_image_url` or `image_too_large`. */
const OF_IMAGE = /image/;

function statusOf(code: string | undefined): number | undefined {
  if (code === undefined) return undefined;
  return (Object.hasOwn(STATUSES, code) ? STATUSES[code] : undefined) ?? (OF_IMAGE.test(code) ? 400 : undefined);
}

/** An error as it stands in a response or an event. A filter that refused a prompt may say so with `invalid_prompt` alone. */
function toldFault(error: Json): Fault {
  const fault = faultOf({ error }, statusOf(text(error.code)));
  return fault.status === undefined ? { ...fault, status: 500 } : fault;
}

const broken = (message: string): Fault => ({ kind: 'invalid-response', message });

/** Ends of a response that are no answer. Source: https://platform.openai.com/docs/api-reference/responses/object (status) */
const NO_ANSWER: Readonly<Record<string, string>> = {
  cancelled: 'The provider cancelled its answer.',
};

/**
 * The fault that a good status or an event holds: an error instead of a response, or a response that failed.
 * `background`: an answer that is not made yet is what was asked for.
 */
export function faultIn(response: Json): Fault | undefined {
  const error = record(response.error);
  if (response.status === 'failed')
    return error === undefined
      ? { kind: 'unavailable', message: 'The provider failed to answer.', status: 500 }
      : toldFault(error);
  if (error !== undefined && response.output === undefined) return toldFault(error);
  const status = string(response.status) ?? '';
  if (Object.hasOwn(NO_ANSWER, status)) return { kind: 'unavailable', message: NO_ANSWER[status] ?? '' };
  return response.object !== 'response' && response.output === undefined && errorIn(response)
    ? faultOf(response, undefined)
    : undefined;
}

/** The fault of an `error` event. Its fields stand at its top, or in `error`. Source: https://platform.openai.com/docs/api-reference/responses-streaming/error */
export function eventFault(event: Json): Fault {
  return toldFault(record(event.error) ?? { message: event.message, code: event.code, param: event.param });
}

/** Something that is no response at all; undefined when it is one. */
export function noResponse(body: unknown): Fault | undefined {
  const response = record(body);
  if (response === undefined) return broken('The provider answered with something that is no response.');
  return (
    faultIn(response) ??
    (Array.isArray(response.output) ? undefined : broken('The provider answered without any output.'))
  );
}
