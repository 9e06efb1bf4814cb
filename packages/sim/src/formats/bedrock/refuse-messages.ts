import { asList, asObject, asText, inWords, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalid } from './errors.ts';
import { blocksOf } from './read.ts';
import { refuseBlock } from './refuse-block.ts';

/** What is wrong with `messages`; the words are the service's where they are known. */
export function refuseMessages(body: JsonObject, strictness: Strictness): VendorError | undefined {
  const list = asList(body.messages);
  if (list === undefined || list.length === 0) return invalid('The messages field must hold a message at least.');
  const messages = list.map((message) => asObject(message) ?? {});
  if (messages[0]?.role === 'assistant')
    return invalid(
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    );
  for (const [index, message] of messages.entries()) {
    const refused = refuseMessage(message, index, messages[index - 1], strictness);
    if (refused !== undefined) return refused;
  }
  return refusePairs(messages) ?? refuseToldTools(messages, body);
}

function refuseMessage(
  message: JsonObject,
  index: number,
  before: JsonObject | undefined,
  strictness: Strictness,
): VendorError | undefined {
  if (message.role !== 'user' && message.role !== 'assistant')
    return invalid(
      `Value '${inWords(message.role)}' at 'messages.${index}.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]`,
    );
  if (message.role === before?.role)
    return invalid(
      `A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.`,
    );
  const content = asList(message.content);
  if (content === undefined || content.length === 0)
    return invalid(
      `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the content field and try again.`,
    );
  const extra = Object.keys(message).find((name) => name !== 'role' && name !== 'content');
  if (extra !== undefined && strictness.unknownFields === 'refuse')
    return invalid(`extraneous key [${extra}] is not permitted`);
  for (const [place, one] of content.entries()) {
    const block = asObject(one) ?? {};
    const refused = refuseBlock(block, `messages.${index}.content.${place}`, inWords(message.role), strictness);
    if (refused !== undefined) return refused;
  }
  return refuseLoneDocument(blocksOf(message), index);
}

/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html (content) */
function refuseLoneDocument(blocks: readonly JsonObject[], index: number): VendorError | undefined {
  const documents = objectsOf(blocks.map((block) => block.document));
  if (documents.length === 0) return undefined;
  if (!blocks.some((block) => block.text !== undefined || block.guardContent !== undefined))
    return invalid(
      `Documents must be used in conjunction with text. Add a text block to messages.${index} and try again.`,
    );
  const names = documents.map(({ name }) => name);
  return new Set(names).size < names.length ? invalid('Documents must have names of their own.') : undefined;
}

const idsOf = (message: JsonObject | undefined, kind: 'toolUse' | 'toolResult'): string[] =>
  blocksOf(message).flatMap((block) => {
    const value = asObject(block[kind]);
    return value === undefined ? [] : [asText(value.toolUseId) ?? ''];
  });

/** Every toolUse is answered by one toolResult at the beginning of the next message, and every toolResult answers one. */
function refusePairs(messages: readonly JsonObject[]): VendorError | undefined {
  const seen = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const called = idsOf(message, 'toolUse');
    const next = blocksOf(messages[index + 1]);
    const others = next.findIndex((block) => block.toolResult === undefined && block.cachePoint === undefined);
    const answered = idsOf({ content: others < 0 ? next : next.slice(0, others) }, 'toolResult');
    const open = called.filter((id) => !answered.includes(id));
    if (open.length > 0)
      return invalid(
        `Expected toolResult blocks at messages.${index + 1}.content for the following Ids: ${open.join(', ')}`,
      );
    const results = idsOf(message, 'toolResult');
    const before = idsOf(messages[index - 1], 'toolUse');
    if (results.some((id) => !before.includes(id)) || new Set(results).size < results.length)
      return invalid(
        `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`,
      );
    if (called.some((id) => seen.has(id)))
      return invalid(`The ids of toolUse blocks at messages.${index} must be unique.`);
    for (const id of called) seen.add(id);
  }
  return undefined;
}

function refuseToldTools(messages: readonly JsonObject[], body: JsonObject): VendorError | undefined {
  const told = messages.some((message) =>
    blocksOf(message).some((block) => block.toolUse !== undefined || block.toolResult !== undefined),
  );
  if (!told || objectsOf(asObject(body.toolConfig)?.tools).length > 0) return undefined;
  return invalid('The toolConfig field must be defined when using toolUse and toolResult content blocks.');
}
