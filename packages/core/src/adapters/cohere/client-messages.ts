import type { Message } from '../../chat/request.ts';
import { isBlank, isEmpty, type Json } from '../shared/read.ts';
import { AssistantMessage, PLACEHOLDER, refuse, shorthand, toolMessage, userBlock } from './client-parts.ts';
import type { Rendering } from './rendering.ts';
import { nativeFields } from './wire.ts';

const isSystem = ({ role }: Message): boolean => role === 'system' || role === 'developer';

function systemBlocks(message: Message, at: number, rendering: Rendering): Json[] {
  return message.content.flatMap((part, index) => {
    if (part.cache !== undefined) rendering.dropped.add('cache_control');
    if (part.type === 'text') return isBlank(part.text) ? [] : [{ type: 'text', text: part.text }];
    refuse(part, `messages.${at}.content.${index}`, rendering);
    return [];
  });
}

/** A message, and what of it are results of tools, which are messages of their own and come first. */
function rendered(message: Message, at: number, rendering: Rendering, moved: Json[]): Json[] {
  if (message.name !== undefined) rendering.dropped.add(`messages.${at}.name`);
  const messages = message.content.flatMap((part, index) =>
    part.type === 'tool-result' ? [toolMessage(part, `messages.${at}.content.${index}`, rendering, moved)] : [],
  );
  const own = message.role === 'assistant' ? answer(message, at, rendering) : said(message, at, rendering);
  return [...messages, ...(own === undefined ? [] : [{ ...own, ...nativeFields(message.native) }])];
}

function answer(message: Message, at: number, rendering: Rendering): Json | undefined {
  const writer = new AssistantMessage(rendering);
  message.content.forEach((part, index) => {
    if (part.type !== 'tool-result') writer.add(part, `messages.${at}.content.${index}`);
  });
  return writer.message;
}

function said(message: Message, at: number, rendering: Rendering): Json | undefined {
  const content: Json[] = [];
  message.content.forEach((part, index) => {
    const block =
      part.type === 'tool-result' ? undefined : userBlock(part, `messages.${at}.content.${index}`, rendering);
    if (block !== undefined) content.push(block);
  });
  return content.length === 0 ? undefined : { role: 'user', content: shorthand(content) };
}

/** System messages become one, which stands first; later ones, which the API refuses, become words of the user, reported. */
function systemOf(messages: readonly Message[], rendering: Rendering): Json[] {
  const content = messages.flatMap((message, at) => systemBlocks(message, at, rendering));
  const native: Json = Object.assign({}, ...messages.map((message) => nativeFields(message.native)));
  if (content.length === 0 && isEmpty(native)) return [];
  return [{ role: 'system', content: shorthand(content), ...native }];
}

/** A conversation that ends with nothing said is answered all the same. */
function filled(messages: Json[], list: readonly Message[], rendering: Rendering): Json[] {
  const last = list.at(-1);
  const lost = last?.role === 'user' && messages.at(-1)?.role !== 'user';
  if (!lost && messages.some(({ role }) => role !== 'system')) return messages;
  rendering.inserted.add(`messages.${lost ? list.length - 1 : list.length}.content=${PLACEHOLDER}`);
  return [...messages, { role: 'user', content: PLACEHOLDER }];
}

/**
 * The `messages` of a call; documents in them are put beside them. Source: https://docs.cohere.com/reference/chat, and for the place of system messages
 * https://docs.cohere.com/reference/errors ("system turn must be the first in the list")
 */
export function renderMessages(list: readonly Message[], rendering: Rendering): Json[] {
  const first = list.findIndex((message) => !isSystem(message));
  const leading = first < 0 ? list.length : first;
  const messages = systemOf(list.slice(0, leading), rendering);
  let moved: Json[] = [];
  list.slice(leading).forEach((message, index) => {
    const at = leading + index;
    if (isSystem(message)) rendering.dropped.add(`messages.${at}.role`);
    // Results follow their calls without anything between them, so moved images wait for the end of the run.
    if (message.role !== 'tool' && moved.length > 0) {
      messages.push({ role: 'user', content: moved });
      moved = [];
    }
    messages.push(...rendered(message, at, rendering, moved));
  });
  if (moved.length > 0) messages.push({ role: 'user', content: moved });
  return filled(messages, list, rendering);
}
