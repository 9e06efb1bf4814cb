import { isMedia } from '../../chat/media.ts';
import type { Message } from '../../chat/request.ts';
import { type Json, put } from '../shared/read.ts';
import { blocksOf, refuse } from './parts-write.ts';
import type { Rendering } from './rendering.ts';
import { nativeFields } from './wire.ts';

/** One message on its way to the wire. Tool results are kept apart, since they come first in their message. */
interface Turn {
  role: 'user' | 'assistant' | 'system';
  /** Where the first of its messages stands in the request. */
  readonly at: number;
  readonly results: Json[];
  readonly content: Json[];
  /** Fields of the message itself. */
  readonly native: Json;
}

/** The messages of the request and its system prompt, as the API takes them. */
export interface Conversation {
  readonly system: readonly Json[];
  readonly messages: readonly Json[];
}

const isSystem = ({ role }: Message): boolean => role === 'system' || role === 'developer';

/** The system prompt holds texts, guarded ones among them, and cache points. */
function systemBlocks(message: Message, at: number, rendering: Rendering): Json[] {
  return message.content.flatMap((part, index) => {
    const path = `messages.${at}.content.${index}`;
    if (part.type === 'text' || part.type === 'native') return blocksOf(part, path, rendering);
    refuse(part, path, rendering);
    return [];
  });
}

const isReasoning = (block: Json): boolean => block.reasoningContent !== undefined;
const isPlain = (block: Json): boolean => block.text !== undefined || block.toolUse !== undefined;

/**
 * Reasoning comes first; the client's tool calls come last, unless other blocks stand among them: such an answer is given back in the order it
 * came, because its signatures cover that.
 */
function inOrder(content: Json[]): Json[] {
  if (content.some(isReasoning)) {
    if (content[0] !== undefined && isReasoning(content[0])) return content;
    return [...content.filter(isReasoning), ...content.filter((block) => !isReasoning(block))];
  }
  if (!content.every(isPlain)) return content;
  return [
    ...content.filter((block) => block.toolUse === undefined),
    ...content.filter((block) => block.toolUse !== undefined),
  ];
}

function turnOf(message: Message, at: number, rendering: Rendering): Turn {
  const native = nativeFields(message.native);
  if (message.name !== undefined) rendering.dropped.add(`messages.${at}.name`);
  if (isSystem(message))
    return { role: 'system', at, results: [], content: systemBlocks(message, at, rendering), native };
  const results: Json[] = [];
  const content: Json[] = [];
  message.content.forEach((part, index) => {
    // Media stand in messages of the user only: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html
    if (message.role === 'assistant' && isMedia(part)) {
      refuse(part, `messages.${at}.content.${index}`, rendering);
      return;
    }
    const blocks = blocksOf(part, `messages.${at}.content.${index}`, rendering);
    (part.type === 'tool-result' ? results : content).push(...blocks);
  });
  return message.role === 'assistant'
    ? { role: 'assistant', at, results, content: inOrder(content), native }
    : { role: 'user', at, results, content, native };
}

const holdsNothing = (turn: Turn): boolean => turn.content.length === 0 && turn.results.length === 0;

/** What stands for words that the API requires and the client did not give. */
const PLACEHOLDER = '(empty)';

/** A last user message without content would have the answer before it continued. */
function fillLast(turns: readonly Turn[], rendering: Rendering): void {
  const last = turns.at(-1);
  if (last === undefined || last.role !== 'user' || !holdsNothing(last)) return;
  last.content.push({ text: PLACEHOLDER });
  rendering.inserted.push(`messages.${last.at}.content=${PLACEHOLDER}`);
}

/** A document needs a text beside it. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html */
function accompany(turn: Turn, rendering: Rendering): void {
  if (!turn.content.some((block) => block.document !== undefined)) return;
  if (turn.content.some((block) => block.text !== undefined || block.guardContent !== undefined)) return;
  turn.content.push({ text: PLACEHOLDER });
  rendering.inserted.push(`messages.${turn.at}.content=${PLACEHOLDER}`);
}

/** Joins a turn to the one before it, when both speak with one role: roles have to alternate. */
function append(turns: Turn[], turn: Turn): void {
  const last = turns.at(-1);
  if (last === undefined || last.role !== turn.role) turns.push(turn);
  else {
    last.results.push(...turn.results);
    last.content.push(...turn.content);
  }
}

/** Later system messages keep their role where the model knows it, and become user text elsewhere, reported. */
function placed(turn: Turn, rendering: Rendering): Turn {
  if (turn.role !== 'system' || rendering.can.midSystem) return turn;
  rendering.dropped.add(`messages.${turn.at}.role`);
  return { ...turn, role: 'user' };
}

/** "A conversation must start with a user message", says the API otherwise. */
function begun(turns: readonly Turn[], rendering: Rendering): readonly Turn[] {
  if (turns[0]?.role !== 'assistant') return turns;
  rendering.inserted.push(`messages=${PLACEHOLDER}`);
  return [{ role: 'user', at: 0, results: [], content: [{ text: PLACEHOLDER }], native: {} }, ...turns];
}

function wireTurn(turn: Turn): Json {
  const message: Json = { role: turn.role };
  put(message, 'content', [...turn.results, ...turn.content]);
  return { ...message, ...turn.native };
}

/** Does the last answer call tools without having begun with reasoning, as another model's does? */
export function goesOnUnthought({ messages }: Conversation): boolean {
  const content = messages.findLast(({ role }) => role === 'assistant')?.content;
  const blocks = (Array.isArray(content) ? content : []) as readonly Json[];
  return blocks.some((block) => block.toolUse !== undefined) && !(blocks[0] !== undefined && isReasoning(blocks[0]));
}

/** Names of the tools that the conversation tells of, in their order; undefined when it tells of none. */
export function toolsTold({ messages }: Conversation): readonly string[] | undefined {
  const blocks = messages.flatMap(({ content }) => (content as readonly Json[] | undefined) ?? []);
  if (!blocks.some((block) => block.toolUse !== undefined || block.toolResult !== undefined)) return undefined;
  const names = blocks.flatMap(({ toolUse }) => (toolUse === undefined ? [] : [(toolUse as { name: string }).name]));
  return [...new Set(names)];
}

/** System prompt and messages for the API: roles merged and alternating, tool results first, nothing blank. */
export function renderConversation(messages: readonly Message[], rendering: Rendering): Conversation {
  const first = messages.findIndex((message) => !isSystem(message));
  const leading = first < 0 ? messages.length : first;
  const system = messages.slice(0, leading).flatMap((message, at) => systemBlocks(message, at, rendering));
  const turns = messages.slice(leading).map((message, index) => turnOf(message, leading + index, rendering));
  fillLast(turns, rendering);
  const joined: Turn[] = [];
  for (const turn of turns) if (!holdsNothing(turn)) append(joined, placed(turn, rendering));
  for (const turn of joined) accompany(turn, rendering);
  if (joined.length > 0) return { system, messages: begun(joined, rendering).map(wireTurn) };
  // The API wants a message: a lone system prompt is asked as one.
  if (system.length === 0) return { system, messages: [] };
  rendering.dropped.add(`messages.${leading - 1}.role`);
  return { system: [], messages: [{ role: 'user', content: system }] };
}
