import type { Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart } from '../../chat/parts.ts';
import type { Message } from '../../chat/request.ts';
import { isOwn } from '../shared/origin.ts';
import { given, type Json } from '../shared/read.ts';
import { extraContent, isSealed, vendorDetail } from './carriers-write.ts';
import { contentOf, contentPart, nameOf, type Rendering } from './render-content.ts';
import { has, isExact } from './row.ts';
import { nativeOf } from './wire.ts';

/** The `messages` of a call. Tool results become a message each; media that they can't hold follow in a message of the user. */
export function renderMessages(messages: readonly Message[], rendering: Rendering): Json[] {
  const rendered: Json[] = [];
  let moved: Json[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      for (const part of message.content)
        if (part.type === 'tool-result') rendered.push({ ...nativeOf(message), ...toolResult(part, rendering, moved) });
      continue;
    }
    // Results of one turn must follow their calls without anything between them, so moved media wait for the end of the run.
    if (moved.length > 0) rendered.push({ role: 'user', content: moved });
    moved = [];
    rendered.push(...otherMessage(message, rendering, moved));
  }
  if (moved.length > 0) rendered.push({ role: 'user', content: moved });
  return rendered;
}

function otherMessage(message: Message, rendering: Rendering, moved: Json[]): Json[] {
  if (message.role === 'assistant') return [assistant(message, rendering)];
  const results = message.content.filter((part): part is ToolResultPart => part.type === 'tool-result');
  const own = message.content.filter((part) => part.type !== 'tool-result');
  const before = results.map((part) => toolResult(part, rendering, moved));
  if (own.length === 0 && results.length > 0) return before;
  const content = contentOf(own.flatMap((part) => listed(contentPart(part, rendering))));
  return [...before, { ...nativeOf(message), role: message.role, ...given('name', message.name), content }];
}

/** Only text may stand in a result; files and media move to the user's next message, and are reported. */
function toolResult(part: ToolResultPart, rendering: Rendering, moved: Json[]): Json {
  if (part.isError === true) rendering.dropped.add('tool_result.is_error');
  const content: Json[] = [];
  for (const piece of part.content) {
    const body = contentPart(piece, rendering);
    if (body === undefined) continue;
    if (piece.type === 'text' || piece.type === 'native' || has(rendering.target.row, 'images-in-tool-results'))
      content.push(body);
    else {
      rendering.dropped.add(`tool_result.${piece.type}`);
      moved.push(body);
    }
  }
  return { role: 'tool', tool_call_id: rendering.callId(part.callId), content: contentOf(content) };
}

function assistant(message: Message, rendering: Rendering): Json {
  const calls = message.content.filter((part): part is ToolCallPart => part.type === 'tool-call');
  const said = spoken(message.content, rendering);
  const audioId = earlierAudio(message.content, rendering);
  const content =
    said.content.length > 0
      ? contentOf(said.content)
      : calls.length > 0 || audioId !== undefined || said.refusal !== undefined
        ? null
        : '';
  return {
    ...nativeOf(message),
    role: 'assistant',
    ...(message.goesOn === true ? goingOn(rendering) : {}),
    ...given('name', message.name),
    content,
    ...given('refusal', said.refusal),
    ...given('audio', audioId === undefined ? undefined : { id: audioId }),
    ...reasoning(message.content, rendering),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => toolCall(call, rendering)) }),
  };
}

/** How the API is told that its answer begins so, where the message alone does not say it. */
function goingOn({ target: { row } }: Rendering): Json {
  return {
    ...(has(row, 'prefix-message') ? { prefix: true } : {}),
    ...(has(row, 'partial-message') ? { partial: true } : {}),
  };
}

/** Text and refusals. One refusal alone has a field of its own; with text beside it both are parts. */
function spoken(parts: readonly Part[], rendering: Rendering): { content: Json[]; refusal?: string } {
  const content: Json[] = has(rendering.target.row, 'thinking-content-back') ? thinkingChunks(parts, rendering) : [];
  const refusals = parts.filter((part) => part.type === 'refusal');
  const alone = refusals.length === 1 && !parts.some((part) => part.type === 'text') ? refusals[0]?.text : undefined;
  for (const part of parts) {
    if (part.type === 'text') content.push(...text(part, rendering));
    else if (part.type === 'refusal' && alone === undefined) content.push({ type: 'refusal', refusal: part.text });
    else if (part.type === 'native') content.push(...listed(contentPart(part, rendering)));
    else if (isUnsayable(part)) rendering.dropped.add(nameOf(part));
  }
  return { content, ...given('refusal', alone) };
}

const listed = (body: Json | undefined): Json[] => (body === undefined ? [] : [body]);

/** What an assistant's message of this format can't hold. Audio, reasoning and calls have their own fields. */
function isUnsayable(part: Part): boolean {
  return (
    part.type === 'image' ||
    part.type === 'video' ||
    part.type === 'file' ||
    part.type === 'server-tool-call' ||
    part.type === 'server-tool-result'
  );
}

function text(part: TextPart, rendering: Rendering): Json[] {
  if (part.signature !== undefined) rendering.dropped.add('reasoning.signature');
  if (part.annotations !== undefined && part.annotations.length > 0) rendering.dropped.add('annotations');
  return listed(contentPart(part, rendering));
}

/** The provider keeps earlier audio under its id; of any other provider's only the words remain. */
function earlierAudio(parts: readonly Part[], rendering: Rendering): string | undefined {
  const part = parts.find((candidate) => candidate.type === 'audio');
  if (part === undefined) return undefined;
  const id = part.source.kind === 'file' ? part.source.fileId : part.id;
  if (id !== undefined && (part.origin === undefined || isOwn(part.origin, rendering.target))) return id;
  rendering.dropped.add('audio');
  return undefined;
}

function toolCall(part: ToolCallPart, rendering: Rendering): Json {
  const name = rendering.toolName(part.name);
  const called =
    part.custom === true
      ? { type: 'custom', custom: { name, input: part.input } }
      : { type: 'function', function: { name, arguments: part.input } };
  const { extra_content: came, ...own } = nativeOf(part);
  const extra = part.signature === undefined ? came : signatureBack(part, came, rendering);
  return { ...own, id: rendering.callId(part.callId), ...called, ...given('extra_content', extra) };
}

/** A call's signature goes back to the provider that gave it, or as the client wrote it to an API that may know it; else it is reported. */
function signatureBack(part: ToolCallPart, came: unknown, rendering: Rendering): unknown {
  if (isOwn(part.origin, rendering.target)) return extraContent(part);
  if (came !== undefined && !isExact(rendering.target.row)) return came;
  rendering.dropped.add('reasoning.signature');
  return undefined;
}

const reasoningParts = (parts: readonly Part[]): ReasoningPart[] =>
  parts.filter((part): part is ReasoningPart => part.type === 'reasoning');

/** The reasoning that this API may see: sealed blocks only at their own origin, plain text only where it is taken. The rest is reported. */
function reasoning(parts: readonly Part[], rendering: Rendering): Json {
  const { row } = rendering.target;
  if (has(row, 'thinking-content-back')) return {};
  let words = '';
  const details: Json[] = [];
  for (const part of reasoningParts(parts)) {
    const foreign = isSealed(part) && !isOwn(part.origin, rendering.target);
    if (!foreign && has(row, 'reasoning-details-back'))
      details.push(
        part.native === undefined && !isSealed(part) ? { type: 'reasoning.text', text: part.text } : vendorDetail(part),
      );
    else if (!foreign && has(row, 'reasoning-content-back') && part.text !== '') words += part.text;
    else rendering.dropped.add('reasoning');
  }
  return {
    ...given('reasoning_content', words === '' ? undefined : words),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
  };
}

function thinkingChunks(parts: readonly Part[], rendering: Rendering): Json[] {
  return reasoningParts(parts).flatMap((part) => {
    if (!isSealed(part) || isOwn(part.origin, rendering.target))
      return [{ type: 'thinking', thinking: [{ type: 'text', text: part.text }] }];
    rendering.dropped.add('reasoning');
    return [];
  });
}
