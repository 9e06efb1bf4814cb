import { RequestError } from '../../kit/errors.ts';
import type { Inbound, Peek, Target, UpstreamCall } from '../adapter.ts';
import { isBeta, offeredProtocols } from './protocols.ts';

/**
 * What a session is asked for with. Throws RequestError `invalid_request` without a model, and `operation_unsupported` for what reaches past
 * the model: `call_id` joins a call that somebody opened with the operator's account, and a transcription session names its model only later.
 * Source: https://platform.openai.com/docs/api-reference/realtime
 */
export function sessionPeek({ query }: Pick<Inbound, 'query'>): Peek {
  const [model = '', ...further] = query.getAll('model');
  if (further.length > 0)
    throw new RequestError('duplicate_key', '"model" stands more than once in the query.', { param: 'model' });
  for (const name of ['call_id', 'intent']) {
    const value = query.get(name);
    if (value === null || value === 'realtime') continue;
    throw new RequestError('operation_unsupported', `Sessions with ${name} are not served here.`, { param: name });
  }
  if (model === '')
    throw new RequestError('invalid_request', 'Name the model in the query: /v1/realtime?model=…', { param: 'model' });
  return { model, stream: false };
}

/** The default path of sessions. Azure's v1 API and xAI have the same: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/realtime-audio-websockets */
const PATH = '/realtime?model={model}';

/** Headers of a client that go on: nothing secret, and nothing that says whose account is used. */
const PASSED = ['openai-safety-identifier'];

/** The call that opens a session at a provider. */
export function sessionCall(inbound: Inbound, target: Target): UpstreamCall {
  const headers: Record<string, string> = {};
  for (const name of PASSED) {
    const value = inbound.header(name);
    if (value !== undefined) headers[name] = value;
  }
  if (isBeta(offeredProtocols(inbound.header('sec-websocket-protocol')), inbound.header('openai-beta')))
    headers['openai-beta'] = 'realtime=v1';
  const path = (target.row.paths?.realtime ?? PATH).replaceAll('{model}', encodeURIComponent(target.model));
  return { method: 'GET', path, headers, body: undefined, stream: false, target, dropped: [], inserted: [] };
}
