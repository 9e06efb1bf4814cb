import type { Fields } from '../../transport/body.ts';
import type { Inbound, Peek } from '../adapter.ts';
import { count, given, type Json, record, string } from '../shared/read.ts';
import { invalid } from './check.ts';
import { dialsOut } from './dials-out.ts';
import { readThinking } from './thinking-read.ts';

/** A whole number, or a refusal: limits rest on it. */
function boundOf(fields: Fields): number | undefined {
  const config = fields.get('inferenceConfig');
  if (config === undefined || config === null) return undefined;
  const bound = (record(config) ?? refuse('inferenceConfig', 'must be an object')).maxTokens;
  if (bound === undefined || bound === null) return undefined;
  return count(bound) ?? refuse('inferenceConfig.maxTokens', 'must be a whole number, 0 or more');
}

function refuse(param: string, wants: string): never {
  throw invalid(param, wants);
}

/** Only whether it is there: reading it would parse nearly all of the body. A managed prompt brings its own messages. */
function needMessages(fields: Fields, action: string | undefined): void {
  if (action === 'count-tokens') {
    if (record(fields.get('input')) === undefined) refuse('input', 'must be an object');
  } else if (!fields.has('messages') && !fields.has('promptVariables'))
    refuse('messages', 'must be a list of messages');
}

function reasoningOf(fields: Fields): boolean | undefined {
  const own: Json | undefined = record(fields.get('additionalModelRequestFields'));
  const options = own === undefined ? undefined : readThinking(own).reasoning;
  return options === undefined ? undefined : options.enabled !== false;
}

/**
 * What routing and limits need of a request. The model and the action stand in the path
 * (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_RequestSyntax); usage comes on every stream.
 * Throws RequestError `invalid_request`.
 */
export function peek(fields: Fields, inbound: Inbound): Peek {
  const model = string(inbound.path.model) ?? '';
  if (model === '') refuse('model', 'must stand in the path');
  needMessages(fields, inbound.path.action);
  return {
    model,
    stream: inbound.path.action === 'converse-stream',
    ...given('maxOutputTokens', boundOf(fields)),
    streamUsage: true,
    ...given('reasoning', reasoningOf(fields)),
    ...(dialsOut.callsServers(fields) ? { remoteTools: true } : {}),
  };
}
