import { RequestError } from '../../kit/errors.ts';
import type { Fields } from '../../transport/body.ts';
import type { Inbound, Peek } from '../adapter.ts';
import { count, given, string } from '../shared/read.ts';
import { namesRemoteServers } from '../shared/remote-tools.ts';
import { bareModel } from './model.ts';
import { namesRemoteTools } from './tools-read.ts';
import { camelRecord, type Wire } from './wire.ts';

function wrong(param: string, message: string): never {
  throw new RequestError('invalid_request', message, { param });
}

/** A top-level member in either spelling. Throws RequestError `duplicate_key` when it stands in both. */
function member(fields: Fields, camelName: string, snakeName: string): unknown {
  if (!fields.has(snakeName)) return fields.get(camelName);
  if (fields.has(camelName))
    throw new RequestError('duplicate_key', `"${camelName}" stands twice, in two spellings.`, { param: camelName });
  return fields.get(snakeName);
}

/** A whole number, or a refusal: limits rest on it. */
function bound(config: Wire, key: string): number | undefined {
  const value = config[key];
  if (value === undefined || value === null) return undefined;
  return count(value) ?? wrong(`generationConfig.${key}`, `"generationConfig.${key}" must be a whole number.`);
}

/** Thinking is asked for unless it is switched off. */
function asksReasoning(config: Wire): boolean | undefined {
  const thinking = camelRecord(config['thinkingConfig'], 'generationConfig.thinkingConfig');
  return thinking === undefined ? undefined : thinking['thinkingBudget'] !== 0;
}

function agrees(stated: unknown, model: string, param: string): void {
  if (stated === undefined || stated === null) return;
  if (typeof stated !== 'string' || bareModel(stated) !== model)
    wrong(param, `"${param}" must be the model of the path, or absent.`);
}

function sources(fields: Fields, model: string): { config: unknown; tools: unknown } {
  agrees(fields.get('model'), model, 'model');
  const wrapped = camelRecord(
    member(fields, 'generateContentRequest', 'generate_content_request'),
    'generateContentRequest',
  );
  // Only whether it is there: reading it would parse nearly all of the body.
  if (wrapped === undefined && !fields.has('contents')) wrong('contents', '"contents" is required.');
  if (wrapped === undefined)
    return { config: member(fields, 'generationConfig', 'generation_config'), tools: fields.get('tools') };
  agrees(wrapped['model'], model, 'generateContentRequest.model');
  return { config: wrapped['generationConfig'], tools: wrapped['tools'] };
}

/**
 * What routing and limits need of a request. The model and the action stand in the path
 * (https://ai.google.dev/api/generate-content#method:-models.generatecontent).
 * Throws RequestError `invalid_request` and `duplicate_key`.
 */
export function peek(fields: Fields, inbound: Inbound): Peek {
  const model = bareModel(string(inbound.path['model']) ?? '');
  if (model === '') wrong('model', 'The path names no model.');
  const stream = inbound.path['action'] === 'streamGenerateContent';
  const { config: stated, tools } = sources(fields, model);
  const config = camelRecord(stated, 'generationConfig') ?? {};
  return {
    model,
    stream,
    ...given('maxOutputTokens', bound(config, 'maxOutputTokens')),
    ...given('n', bound(config, 'candidateCount')),
    ...given('reasoning', asksReasoning(config)),
    ...((namesRemoteTools(tools) || namesRemoteServers(fields)) && { remoteTools: true }),
    ...(stream && {
      streamUsage: true,
      framing: inbound.query.get('alt') === 'sse' ? ('sse' as const) : ('json-array' as const),
    }),
  };
}
