import type { Message } from '../../chat/request.ts';
import { isEmpty, type Json, record } from '../shared/read.ts';
import { assistantBlock, refuse, resultBlock, shorthand, userBlock } from './client-parts.ts';
import type { Rendering } from './rendering.ts';
import { FORMAT, present } from './wire.ts';

/** One message on its way to the wire. Tool results are kept apart, since they come first in their message. */
interface Turn {
  role: 'user' | 'assistant' | 'system';
  /** Where the first of its messages stands in the request. */
  at: number;
  results: Json[];
  content: Json[];
  /** Fields of the message itself. */
  native: Json | undefined;
}

/** The messages of the request and its system prompt, as the API takes them. */
export interface Conversation {
  readonly system: readonly Json[];
  readonly messages: Json[];
}

const isSystem = (message: Message): boolean => message.role === 'system' || message.role === 'developer';

function systemBlocks(message: Message, at: number, rendering: Rendering): Json[] {
  return message.content.flatMap((part, index) => {
    const path = `messages.${at}.content.${index}`;
    return present(
      part.type === 'text' || part.type === 'native' ? userBlock(part, path, rendering) : refuse(part, path, rendering),
    );
  });
}

const REASONING: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking']);

/**
 * Thinking comes first; the client's tool calls come last, unless reasoning or the vendor's own tools stand among them:
 * such an answer is given back in the order it came, because its signatures cover that.
 */
function inOrder(content: Json[]): Json[] {
  if (content.length < 2) return content;
  const thinks = content.some((block) => REASONING.has(block.type));
  if (thinks) {
    if (REASONING.has(content[0]?.type)) return content;
    return [
      ...content.filter((block) => REASONING.has(block.type)),
      ...content.filter((block) => !REASONING.has(block.type)),
    ];
  }
  const plain = content.every((block) => block.type === 'text' || block.type === 'tool_use');
  if (!plain) return content;
  return [...content.filter((block) => block.type === 'text'), ...content.filter((block) => block.type === 'tool_use')];
}

function turnOf(message: Message, at: number, rendering: Rendering): Turn {
  const native = filled(message.native?.[FORMAT]);
  if (message.name !== undefined) rendering.dropped.add(`messages.${at}.name`);
  if (isSystem(message))
    return { role: 'system', at, results: [], content: systemBlocks(message, at, rendering), native };
  const answers = message.role === 'assistant';
  const results: Json[] = [];
  const content: Json[] = [];
  message.content.forEach((part, index) => {
    const path = `messages.${at}.content.${index}`;
    if (part.type === 'tool-result') {
      results.push(resultBlock(part, path, rendering));
      return;
    }
    const block = answers ? assistantBlock(part, path, rendering) : userBlock(part, path, rendering);
    if (block !== undefined) content.push(block);
  });
  return answers
    ? { role: 'assistant', at, results, content: inOrder(content), native }
    : { role: 'user', at, results, content, native };
}

const filled = (fields: Json | undefined): Json | undefined =>
  fields === undefined || isEmpty(fields) ? undefined : fields;

/** A system message may hold nothing but its own settings. */
const holdsNothing = (turn: Turn): boolean =>
  turn.content.length === 0 && turn.results.length === 0 && !(turn.role === 'system' && turn.native !== undefined);

/** What stands for a last user message that holds nothing: without it the answer before it would be continued. */
const PLACEHOLDER = '(empty)';

function fillLast(turns: readonly Turn[], rendering: Rendering): void {
  const last = turns.at(-1);
  if (last === undefined || last.role !== 'user' || !holdsNothing(last)) return;
  last.content.push({ type: 'text', text: PLACEHOLDER });
  rendering.inserted.push(`messages.${last.at}.content=${PLACEHOLDER}`);
}

/** Joins a turn to the one before it, which takes what it holds, when both speak with one role; fields of the message itself keep it apart. */
function append(turns: Turn[], turn: Turn): void {
  const last = turns.at(-1);
  const joins = last !== undefined && last.role === turn.role && last.native === undefined && turn.native === undefined;
  if (!joins) turns.push(turn);
  else {
    last.results.push(...turn.results);
    last.content.push(...turn.content);
  }
}

function merged(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) if (!holdsNothing(turn)) append(joined, turn);
  return joined;
}

/**
 * May a system message stand here? It must follow a user message or the vendor's own tools, and end the list or come before an answer.
 * Source: https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
 */
function fits(before: Turn | undefined, after: Turn | undefined): boolean {
  if (after !== undefined && after.role !== 'assistant') return false;
  if (before?.role === 'user') return true;
  const end = before?.content.at(-1)?.type;
  return (
    before?.role === 'assistant' &&
    typeof end === 'string' &&
    (end === 'server_tool_use' || end.endsWith('_tool_result'))
  );
}

/** Later system messages keep their role where the model and the place allow it, and become user text elsewhere, reported. */
function placed(turns: Turn[], rendering: Rendering): Turn[] {
  if (!turns.some((turn) => turn.role === 'system')) return turns;
  const done: Turn[] = [];
  turns.forEach((turn, index) => {
    if (turn.role === 'system' && !(rendering.can.midSystem && fits(done.at(-1), turns[index + 1]))) {
      rendering.dropped.add(`messages.${turn.at}.role`);
      const said = { ...turn, role: 'user' as const, native: undefined };
      if (!holdsNothing(said)) append(done, said);
    } else append(done, turn);
  });
  return done;
}

function wireTurn(turn: Turn): Json {
  const content = turn.results.length === 0 ? turn.content : [...turn.results, ...turn.content];
  const message: Json = { role: turn.role };
  if (content.length > 0) message.content = shorthand(content);
  return turn.native === undefined ? message : { ...message, ...turn.native };
}

/** Does the last answer call tools without having begun with thinking, as another model's does? */
export function goesOnUnthought(messages: readonly Json[]): boolean {
  const content = messages.findLast((message) => message.role === 'assistant')?.content;
  const blocks: readonly unknown[] = Array.isArray(content) ? content : [];
  return blocks.some((block) => record(block)?.type === 'tool_use') && !REASONING.has(record(blocks[0])?.type);
}

/** System prompt and messages for the API: roles merged, tool results first, nothing blank. */
export function renderConversation(messages: readonly Message[], rendering: Rendering): Conversation {
  const first = messages.findIndex((message) => !isSystem(message));
  const leading = first < 0 ? messages.length : first;
  const system = messages.slice(0, leading).flatMap((message, at) => systemBlocks(message, at, rendering));
  const turns = messages.slice(leading).map((message, index) => turnOf(message, leading + index, rendering));
  fillLast(turns, rendering);
  const spoken = placed(merged(turns), rendering);
  if (spoken.length > 0) return { system, messages: spoken.map(wireTurn) };
  // The API wants a message: a lone system prompt is asked as one.
  if (system.length > 0) rendering.dropped.add(`messages.${leading - 1}.role`);
  return { system: [], messages: system.length === 0 ? [] : [{ role: 'user', content: shorthand(system) }] };
}
