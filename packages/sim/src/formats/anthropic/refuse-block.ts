import { asObject, asText, inWords, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidRequest } from './errors.ts';

/** Blocks of each role. Source: anthropic-sdk-typescript `ContentBlockParam`; tools run by the server are let through unread. */
const USER = ['text', 'image', 'document', 'search_result', 'tool_result', 'container_upload'];
const ASSISTANT = ['text', 'thinking', 'redacted_thinking', 'tool_use', 'server_tool_use'];

/** Source: `Base64ImageSource.media_type`. */
const IMAGES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/** Source: the pattern that the API's own errors quote. */
const ID = /^[a-zA-Z0-9_-]+$/;

/** What is wrong with one block at a place such as `messages.1.content.0`. */
export function refuseBlock(
  block: JsonObject,
  at: string,
  role: string,
  strictness: Strictness,
): VendorError | undefined {
  const type = asText(block.type);
  if (type === undefined) return invalidRequest(`${at}.type: Field required`);
  const allowed = role === 'user' ? USER : ASSISTANT;
  if (!allowed.includes(type) && !type.endsWith('_tool_result')) {
    return invalidRequest(
      `${at}: Input tag '${type}' found using 'type' does not match any of the expected tags: ${allowed.map((one) => `'${one}'`).join(', ')}`,
    );
  }
  switch (type) {
    case 'text':
      return refuseText(block, at);
    case 'image':
      return refuseImage(block, at);
    case 'thinking':
    case 'redacted_thinking':
      return refuseThought(block, at, type, strictness);
    case 'tool_use':
      return refuseUse(block, at);
    case 'tool_result':
      return refuseResult(block, at);
    default:
      return undefined;
  }
}

function refuseText(block: JsonObject, at: string): VendorError | undefined {
  if (typeof block.text !== 'string')
    return invalidRequest(
      `${at}.text.text: ${block.text === undefined ? 'Field required' : 'Input should be a valid string'}`,
    );
  if (block.text === '') return invalidRequest('messages: text content blocks must be non-empty');
  return block.text.trim() === ''
    ? invalidRequest('messages: text content blocks must contain non-whitespace text')
    : undefined;
}

function refuseImage(block: JsonObject, at: string): VendorError | undefined {
  const source = asObject(block.source);
  if (source === undefined) return invalidRequest(`${at}.image.source: Field required`);
  if (source.type === 'url' || source.type === 'file') return undefined;
  if (source.type !== 'base64')
    return invalidRequest(
      `${at}.image.source: Input tag '${inWords(source.type)}' found using 'type' does not match any of the expected tags: 'base64', 'url', 'file'`,
    );
  if (!IMAGES.includes(asText(source.media_type) ?? '')) {
    return invalidRequest(
      `${at}.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`,
    );
  }
  return /^[A-Za-z0-9+/]+={0,2}$/.test(asText(source.data) ?? '')
    ? undefined
    : invalidRequest(`${at}.image.source.base64.data: Invalid base64 data`);
}

/** The signature binds the block byte for byte. Source: `ThinkingBlockParam.signature` («a modified block results in a 400»). */
function refuseThought(block: JsonObject, at: string, type: string, strictness: Strictness): VendorError | undefined {
  if (type === 'redacted_thinking') {
    const genuine = strictness.signer.verify('anthropic-redacted', '', asText(block.data) ?? '');
    return genuine ? undefined : invalidRequest(`${at}: Invalid \`data\` in \`redacted_thinking\` block`);
  }
  if (typeof block.thinking !== 'string') return invalidRequest(`${at}.thinking.thinking: Field required`);
  if (typeof block.signature !== 'string') return invalidRequest(`${at}.thinking.signature: Field required`);
  const genuine = strictness.signer.verify('anthropic-thinking', block.thinking, block.signature);
  return genuine ? undefined : invalidRequest(`${at}: Invalid \`signature\` in \`thinking\` block`);
}

function refuseUse(block: JsonObject, at: string): VendorError | undefined {
  for (const name of ['id', 'name', 'input'])
    if (block[name] === undefined) return invalidRequest(`${at}.tool_use.${name}: Field required`);
  if (!ID.test(asText(block.id) ?? ''))
    return invalidRequest(`${at}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
  return asObject(block.input) === undefined
    ? invalidRequest(`${at}.tool_use.input: Input should be a valid dictionary`)
    : undefined;
}

function refuseResult(block: JsonObject, at: string): VendorError | undefined {
  if (typeof block.tool_use_id !== 'string') return invalidRequest(`${at}.tool_result.tool_use_id: Field required`);
  if (block.content !== undefined && typeof block.content !== 'string' && !Array.isArray(block.content))
    return invalidRequest(`${at}.tool_result.content: Input should be a valid list`);
  const empty = objectsOf(block.content).some((one) => one.type === 'text' && one.text === '');
  return empty ? invalidRequest('messages: text content blocks must be non-empty') : undefined;
}
