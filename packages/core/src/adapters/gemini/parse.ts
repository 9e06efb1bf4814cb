import type { ChatRequest } from '../../chat/request.ts';
import { RequestError } from '../../kit/errors.ts';
import { readProviderOptions } from '../options/check.ts';
import { given, record, string } from '../shared/read.ts';
import { readConfig } from './config-read.ts';
import { partReader, readContents, readSystem } from './contents-read.ts';
import { readToolConfig, readTools } from './tools-read.ts';
import { camel, camelRecord, FORMAT, rest, type Wire } from './wire.ts';

const KNOWN = new Set([
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'serviceTier',
  'model',
  'providerOptions',
]);

/** The tier in the words of the chat model, where `default` is the standard one. */
function readTier(value: unknown): { serviceTier?: string; other?: unknown } {
  const tier = string(value)?.toLowerCase();
  if (tier === 'standard') return { serviceTier: 'default' };
  if (tier === 'flex' || tier === 'priority') return { serviceTier: tier };
  return value === undefined || value === null ? {} : { other: value };
}

function extensionsOf(
  body: Wire,
  found: readonly (readonly [string, unknown])[],
  tier: unknown,
): ChatRequest['extensions'] {
  const entries = [
    ...Object.entries(rest(body, KNOWN) ?? {}),
    ...found,
    ...(tier === undefined ? [] : [['serviceTier', tier] as const]),
  ];
  return entries.length === 0 ? undefined : { [FORMAT]: Object.fromEntries(entries) };
}

/** The request inside a body: that of a token count may be wrapped (https://ai.google.dev/api/tokens#method:-models.counttokens). */
function requestOf(body: unknown): Wire {
  const outer = record(body);
  if (outer === undefined) throw new RequestError('invalid_request', 'The body must be a JSON object.');
  const request = camel(outer, '');
  return camelRecord(request['generateContentRequest'], 'generateContentRequest') ?? request;
}

/** A client's `GenerateContentRequest` in the chat model. Throws RequestError `invalid_request` and `duplicate_key`. */
export function parse(raw: unknown): ChatRequest {
  const body = requestOf(raw);
  if (body['contents'] === undefined || body['contents'] === null)
    throw new RequestError('invalid_request', '"contents" is required.', { param: 'contents' });
  const reader = partReader();
  const tools = readTools(body['tools']);
  const toolConfig = readToolConfig(body['toolConfig']);
  const config = readConfig(body['generationConfig']);
  const { serviceTier, other } = readTier(body['serviceTier']);
  return {
    messages: [...readSystem(body['systemInstruction'], reader), ...readContents(body['contents'], reader)],
    ...(tools.length > 0 && { tools }),
    ...given('toolChoice', toolConfig.choice),
    ...config.settings,
    ...given('serviceTier', serviceTier),
    ...given('providerOptions', readProviderOptions(body['providerOptions'])),
    ...given('extensions', extensionsOf(body, [...config.extensions, ...toolConfig.extensions], other)),
  };
}
