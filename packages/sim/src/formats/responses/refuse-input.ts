import { asObject, asText, inWords, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { Strictness } from '../format.ts';
import { invalidParameter, missing } from '../openai/errors.ts';
import type { VendorError } from '../vendor-error.ts';
import { isResult } from './read.ts';

/** Source: openai-openapi `InputMessage`, `OutputMessage`: what may stand in the content of each role. */
const CONTENT: Readonly<Record<string, readonly string[]>> = {
  assistant: ['output_text', 'refusal'],
  user: ['input_text', 'input_image', 'input_file'],
  system: ['input_text', 'input_image', 'input_file'],
  developer: ['input_text', 'input_image', 'input_file'],
};
/** The prefix that the id of an item must have, where it is given. Source: api.openai.com, `Expected an ID that begins with …`. */
const PREFIXES: Readonly<Record<string, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  custom_tool_call: 'ctc',
};

/** What is wrong with the items of an input; the words are api.openai.com's. */
export function refuseInput(items: readonly JsonObject[], strictness: Strictness): VendorError | undefined {
  for (const [index, item] of items.entries()) {
    const refused = refuseItem(item, `input[${index}]`, strictness);
    if (refused !== undefined) return refused;
  }
  return refusePairs(items);
}

function refuseItem(item: JsonObject, at: string, strictness: Strictness): VendorError | undefined {
  const type = asText(item.type) ?? 'message';
  const prefix = Object.hasOwn(PREFIXES, type) ? PREFIXES[type] : undefined;
  if (prefix !== undefined && item.id !== undefined && !String(item.id).startsWith(prefix))
    return invalidParameter(
      `Invalid '${at}.id': '${inWords(item.id)}'. Expected an ID that begins with '${prefix}'.`,
      `${at}.id`,
      'invalid_value',
    );
  if (type === 'message') return refuseMessage(item, at);
  if (type === 'reasoning') return refuseReasoning(item, at, strictness);
  if (type === 'function_call') {
    if (typeof item.arguments !== 'string') return missing(`${at}.arguments`);
    if (typeof item.name !== 'string') return missing(`${at}.name`);
  }
  if (isResult(item) && item.output === undefined) return missing(`${at}.output`);
  return undefined;
}

function refuseMessage(item: JsonObject, at: string): VendorError | undefined {
  const role = asText(item.role) ?? '';
  const allowed = Object.hasOwn(CONTENT, role) ? CONTENT[role] : undefined;
  if (allowed === undefined)
    return invalidParameter(
      `Invalid value: '${role}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.`,
      `${at}.role`,
      'invalid_value',
    );
  for (const [place, part] of objectsOf(item.content).entries()) {
    if (allowed.includes(String(part.type))) continue;
    return invalidParameter(
      `Invalid value: '${inWords(part.type)}'. Supported values are: ${allowed.map((one) => `'${one}'`).join(', ')}.`,
      `${at}.content[${place}]`,
      'invalid_value',
    );
  }
  return undefined;
}

/** Encrypted reasoning that comes back must be as it was given. Source: api.openai.com, code `invalid_encrypted_content`. */
function refuseReasoning(item: JsonObject, at: string, strictness: Strictness): VendorError | undefined {
  if (!Array.isArray(item.summary)) return missing(`${at}.summary`);
  const encrypted = asText(item.encrypted_content);
  if (encrypted === undefined || strictness.signer.verify('responses', '', encrypted)) return undefined;
  return invalidParameter(
    `The encrypted content for item ${inWords(item.id ?? '')} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
    null,
    'invalid_encrypted_content',
  );
}

/** Calls and their results belong together. */
function refusePairs(items: readonly JsonObject[]): VendorError | undefined {
  const calls = items.filter((item) => item.type === 'function_call' || item.type === 'custom_tool_call');
  const results = items.filter(isResult);
  const orphan = results.find((result) => !calls.some((call) => call.call_id === result.call_id));
  if (orphan !== undefined)
    return invalidParameter(
      `No tool call found for function call output with call_id ${inWords(orphan.call_id)}.`,
      'input',
      null,
    );
  const open = calls.find((call) => !results.some((result) => result.call_id === call.call_id));
  if (open === undefined || asObject(items.at(-1)) === open) return undefined;
  return invalidParameter(`No tool output found for function call ${inWords(open.call_id)}.`, 'input', null);
}
