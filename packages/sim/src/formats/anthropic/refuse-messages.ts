import { asList, asObject, inWords, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidRequest } from './errors.ts';
import { blocksOf } from './read.ts';
import { refuseBlock } from './refuse-block.ts';
import { refusePairs } from './refuse-pairs.ts';

/** What is wrong with `messages`; the words are api.anthropic.com's. Two messages of one role in a row are fine: the API joins them. */
export function refuseMessages(body: JsonObject, strictness: Strictness): VendorError | undefined {
  const list = asList(body.messages);
  if (list === undefined) return invalidRequest('messages: Input should be a valid list');
  if (list.length === 0) return invalidRequest('messages: at least one message is required');
  const messages = list.map((message) => asObject(message) ?? {});
  for (const [index, message] of messages.entries()) {
    const refused = refuseMessage(message, index, index === messages.length - 1, strictness);
    if (refused !== undefined) return refused;
  }
  // Source: https://docs.anthropic.com/en/api/messages, `messages`.
  if (messages[0]?.role !== 'user') return invalidRequest('messages: first message must use the "user" role');
  return refusePairs(messages) ?? refuseEnd(messages.at(-1));
}

function refuseMessage(
  message: JsonObject,
  index: number,
  last: boolean,
  strictness: Strictness,
): VendorError | undefined {
  if (message.role === 'system') {
    return invalidRequest(
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    );
  }
  if (message.role !== 'user' && message.role !== 'assistant') {
    return invalidRequest(
      message.role === undefined
        ? `messages.${index}.role: Field required`
        : `messages: Unexpected role "${inWords(message.role)}". Allowed roles are "user" or "assistant"`,
    );
  }
  const extra = Object.keys(message).find((name) => name !== 'role' && name !== 'content');
  if (extra !== undefined && strictness.unknownFields === 'refuse')
    return invalidRequest(`messages.${index}.${extra}: Extra inputs are not permitted`);
  return refuseContent(message, index, last, strictness);
}

function refuseContent(
  message: JsonObject,
  index: number,
  last: boolean,
  strictness: Strictness,
): VendorError | undefined {
  const { content } = message;
  if (content === undefined) return invalidRequest(`messages.${index}.content: Field required`);
  if (typeof content !== 'string' && asList(content) === undefined)
    return invalidRequest(`messages.${index}.content: Input should be a valid list`);
  const isEmpty = content === '' || asList(content)?.length === 0;
  if (isEmpty && !(last && message.role === 'assistant')) {
    return invalidRequest(
      `messages.${index}: all messages must have non-empty content except for the optional final assistant message`,
    );
  }
  if (isEmpty) return undefined;
  for (const [place, block] of blocksOf(message).entries()) {
    const refused = refuseBlock(block, `messages.${index}.content.${place}`, inWords(message.role), strictness);
    if (refused !== undefined) return refused;
  }
  return objectsOf(content).length === (asList(content)?.length ?? 0)
    ? undefined
    : invalidRequest(`messages.${index}.content: Input should be a valid dictionary`);
}

/** The start of an answer may be given, but not with blanks at its end. */
function refuseEnd(message: JsonObject | undefined): VendorError | undefined {
  if (message?.role !== 'assistant') return undefined;
  const text = blocksOf(message).at(-1)?.text;
  return typeof text === 'string' && text !== text.trimEnd()
    ? invalidRequest('messages: final assistant content cannot end with trailing whitespace')
    : undefined;
}
