import { asText, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidParameter } from './errors.ts';

/** Tool messages answer the calls right before them, all of them, and no others. */
export function refusePlace(messages: readonly JsonObject[], index: number): VendorError | undefined {
  const message = messages[index];
  if (message?.role === 'tool') return refuseResult(messages, message, index);
  const calls = objectsOf(message?.tool_calls).map((call) => asText(call.id) ?? '');
  const answered = new Set<unknown>();
  for (let at = index + 1; messages[at]?.role === 'tool'; at += 1) answered.add(messages[at]?.tool_call_id);
  const open = calls.filter((id) => !answered.has(id));
  if (open.length === 0) return undefined;
  return invalidParameter(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(', ')}`,
    'messages',
    null,
  );
}

function refuseResult(messages: readonly JsonObject[], message: JsonObject, index: number): VendorError | undefined {
  const id = message.tool_call_id;
  if (typeof id !== 'string')
    return invalidParameter(
      "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.",
      `messages.[${index}].tool_call_id`,
      null,
    );
  let at = index - 1;
  while (messages[at]?.role === 'tool') at -= 1;
  const calls = objectsOf(messages[at]?.tool_calls);
  if (messages[at]?.role !== 'assistant' || calls.length === 0) {
    return invalidParameter(
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
      `messages.[${index}].role`,
      null,
    );
  }
  if (calls.some((call) => call.id === id)) return undefined;
  return invalidParameter(
    `Invalid parameter: 'tool_call_id' of '${id}' not found in 'tool_calls' of previous message.`,
    `messages.[${index}].tool_call_id`,
    null,
  );
}
