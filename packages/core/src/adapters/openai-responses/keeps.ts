import type { ChatRequest } from '../../chat/request.ts';
import { RequestError } from '../../kit/errors.ts';
import { FORMAT } from './wire.ts';

/** Fields by which a request rests on what its provider keeps or does later, and what to do instead. */
const STATEFUL: Readonly<Record<string, string>> = {
  previous_response_id: 'send the conversation so far as `input` items instead',
  conversation: 'send the conversation so far as `input` items instead',
  background: 'ask without `background`, as a stream where it takes long',
  prompt: 'send the prompt itself as `instructions` and `input` instead',
};

/**
 * What only a provider of this very format can do, since it rests on what that provider keeps. Throws RequestError `operation_unsupported`: to leave it
 * out would answer another question than the one that was asked; or `invalid_request`, where nothing is asked at all.
 */
export function needsOwn(request: ChatRequest): void {
  const fields = request.extensions?.[FORMAT] ?? {};
  for (const [name, instead] of Object.entries(STATEFUL)) {
    if (fields[name] === undefined) continue;
    throw new RequestError(
      'operation_unsupported',
      `'${name}' rests on the state of a provider that speaks the Responses API, and this model's provider does not; ${instead}.`,
      { param: name },
    );
  }
  if (request.messages.length === 0)
    throw new RequestError('invalid_request', "'input' must be a text or a list of items.", { param: 'input' });
}
