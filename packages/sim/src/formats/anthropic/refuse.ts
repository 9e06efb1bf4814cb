import { asList, asNumber, asObject, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { Received, SimOperation, Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidRequest } from './errors.ts';
import { refuseMessages } from './refuse-messages.ts';
import { refuseThinking } from './refuse-thinking.ts';
import { refuseTools } from './refuse-tools.ts';

/** Source: anthropic-sdk-typescript `MessageCreateParamsBase`, all members. */
const KNOWN = new Set(
  (
    'max_tokens messages model cache_control container inference_geo metadata output_config service_tier stop_sequences stream system ' +
    'temperature thinking tool_choice tools top_k top_p user_profile_id'
  ).split(' '),
);

/** Source: `MessageCountTokensParams`. */
const KNOWN_TO_COUNT = new Set(
  'messages model cache_control output_config system thinking tool_choice tools user_profile_id'.split(' '),
);

/** What api.anthropic.com refuses, in its words. */
export function refuseAnthropic(
  received: Received,
  operation: SimOperation,
  strictness: Strictness,
): VendorError | undefined {
  // Source: https://docs.anthropic.com/en/api/versioning: the header is required.
  if ((received.headers['anthropic-version'] ?? '') === '')
    return invalidRequest('anthropic-version: header is required');
  if (operation === 'models') return undefined;
  const body = asObject(received.body);
  if (body === undefined)
    return invalidRequest('The request body is not valid JSON: expected value at line 1 column 1');
  const counting = operation === 'count-tokens';
  return (
    refuseUnknown(body, counting ? KNOWN_TO_COUNT : KNOWN, strictness) ??
    refuseRequired(body, counting) ??
    refuseNumbers(body) ??
    refuseSystem(body) ??
    refuseMessages(body, strictness) ??
    refuseTools(body) ??
    refuseThinking(body) ??
    refuseCachePoints(body)
  );
}

function refuseUnknown(body: JsonObject, known: ReadonlySet<string>, strictness: Strictness): VendorError | undefined {
  const unknown = Object.keys(body).find((name) => !known.has(name));
  if (unknown === undefined || strictness.unknownFields === 'allow') return undefined;
  return invalidRequest(`${unknown}: Extra inputs are not permitted`);
}

function refuseRequired(body: JsonObject, counting: boolean): VendorError | undefined {
  const required = counting ? ['model', 'messages'] : ['model', 'max_tokens', 'messages'];
  const absent = required.find((name) => body[name] === undefined);
  if (absent !== undefined) return invalidRequest(`${absent}: Field required`);
  if (typeof body.model !== 'string') return invalidRequest('model: Input should be a valid string');
  if (counting) return undefined;
  const most = asNumber(body.max_tokens);
  if (most === undefined || !Number.isInteger(most))
    return invalidRequest('max_tokens: Input should be a valid integer');
  return most < 1 ? invalidRequest('max_tokens: Input should be greater than or equal to 1') : undefined;
}

function refuseNumbers(body: JsonObject): VendorError | undefined {
  for (const name of ['temperature', 'top_p']) {
    const value = body[name];
    if (value === undefined) continue;
    const number = asNumber(value);
    if (number === undefined) return invalidRequest(`${name}: Input should be a valid number`);
    if (number > 1) return invalidRequest(`${name}: Input should be less than or equal to 1`);
    if (number < 0) return invalidRequest(`${name}: Input should be greater than or equal to 0`);
  }
  const sequences = body.stop_sequences === undefined ? [] : asList(body.stop_sequences);
  if (sequences === undefined) return invalidRequest('stop_sequences: Input should be a valid list');
  const blank = sequences.findIndex((one) => typeof one !== 'string' || one.trim() === '');
  return blank < 0 ? undefined : invalidRequest('stop_sequences: each stop sequence must contain non-whitespace');
}

function refuseSystem(body: JsonObject): VendorError | undefined {
  if (body.system === undefined || typeof body.system === 'string') return undefined;
  if (asList(body.system) === undefined) return invalidRequest('system: Input should be a valid list');
  for (const [index, block] of objectsOf(body.system).entries()) {
    if (block.type !== 'text') return invalidRequest(`system.${index}.type: Input should be 'text'`);
    if (block.text === '') return invalidRequest('system: text content blocks must be non-empty');
  }
  return undefined;
}

/** Source: https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching («up to 4 cache breakpoints»). */
function refuseCachePoints(body: JsonObject): VendorError | undefined {
  const blocks = objectsOf(body.messages).flatMap((message) =>
    objectsOf(message.content).flatMap((block) => [block, ...objectsOf(block.content)]),
  );
  const marked = [...objectsOf(body.system), ...objectsOf(body.tools), ...blocks].filter(
    (block) => block.cache_control !== undefined && block.cache_control !== null,
  );
  const wrong = marked.find((block) => asObject(block.cache_control)?.type !== 'ephemeral');
  if (wrong !== undefined) return invalidRequest("cache_control.type: Input should be 'ephemeral'");
  return marked.length <= 4
    ? undefined
    : invalidRequest(`A maximum of 4 blocks with cache_control may be provided. Found ${marked.length}.`);
}
