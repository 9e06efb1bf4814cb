import type { Part, ToolResultPart } from '../../chat/parts.ts';
import type { Message } from '../../chat/request.ts';
import type { Target } from '../adapter.ts';
import { type CallIndex, indexCalls } from './call-ids.ts';
import { isGemini3 } from './model.ts';
import { type PartWriter, writePart } from './parts-write.ts';
import { requestWriter } from './request-writer.ts';
import type { ToolMemo } from './tool-names.ts';
import type { Wire } from './wire.ts';

/** One content on its way to the wire. */
interface Content {
  readonly parts: Wire[];
  readonly role: 'user' | 'model';
}

/** Stands for a signature that the history does not have: https://ai.google.dev/gemini-api/docs/thought-signatures#faqs */
const NO_SIGNATURE = 'skip_thought_signature_validator';

interface Draft {
  readonly contents: Content[];
  readonly system: Wire[];
  readonly writer: PartWriter;
  readonly calls: CallIndex;
}

function append(draft: Draft, role: Content['role'], parts: readonly Wire[]): void {
  if (parts.length === 0) return;
  const last = draft.contents.at(-1);
  if (last?.role === role) last.parts.push(...parts);
  else draft.contents.push({ parts: [...parts], role });
}

function writeAll(content: readonly Part[], draft: Draft, path: string): Wire[] {
  return content.flatMap((part, index) => {
    if (part.cache !== undefined) draft.writer.dropped.add('cache_control');
    return writePart(part, draft.writer, `${path}.content.${index}`);
  });
}

const isResult = (part: Part): part is ToolResultPart => part.type === 'tool-result';
const orderOf = (part: Part, calls: CallIndex): number =>
  isResult(part) ? (calls.get(part.callId)?.order ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER;

/** The messages from `start` on that hold results of one step: they answer in the order of the calls, whatever order the client sent. */
function resultsFrom(messages: readonly Message[], start: number, draft: Draft): Part[] {
  const parts: Part[] = [];
  for (let at = start; messages[at]?.role === 'tool'; at += 1) parts.push(...(messages[at]?.content ?? []));
  return parts.sort((one, other) => orderOf(one, draft.calls) - orderOf(other, draft.calls));
}

function addMessage(messages: readonly Message[], at: number, draft: Draft): void {
  const message = messages[at];
  if (message === undefined) return;
  const path = `messages.${at}`;
  const { role } = message;
  if (message.name !== undefined) draft.writer.dropped.add(`${path}.name`);
  if (role === 'system' || role === 'developer') {
    // The API knows one instruction, before everything else.
    if (draft.contents.length > 0) draft.writer.dropped.add(`${path}.role`);
    draft.system.push(...writeAll(message.content, draft, path));
  } else if (role === 'tool') {
    if (messages[at - 1]?.role !== 'tool')
      append(draft, 'user', writeAll(resultsFrom(messages, at, draft), draft, path));
  } else append(draft, role === 'assistant' ? 'model' : 'user', writeAll(message.content, draft, path));
}

const startsTurn = (content: Content): boolean =>
  content.role === 'user' && content.parts.some((part) => !('functionResponse' in part));

/** Gemini 3 refuses a step of the current turn whose first call carries no signature. */
function fillSignatures(contents: readonly Content[], inserted: Set<string>): void {
  for (const content of contents.slice(contents.findLastIndex(startsTurn) + 1)) {
    const first = content.role === 'model' ? content.parts.find((part) => 'functionCall' in part) : undefined;
    if (first === undefined || 'thoughtSignature' in first) continue;
    first['thoughtSignature'] = NO_SIGNATURE;
    inserted.add(`thoughtSignature=${NO_SIGNATURE}`);
  }
}

/** A conversation as `contents` and `systemInstruction`. What is dropped or inserted is added to the sets. */
export function renderContents(
  messages: readonly Message[],
  target: Target,
  memo: ToolMemo,
  dropped: Set<string>,
  inserted: Set<string>,
): Wire {
  const calls = indexCalls(messages);
  const draft: Draft = { contents: [], system: [], calls, writer: requestWriter(target, memo, calls, dropped) };
  for (const at of messages.keys()) addMessage(messages, at, draft);
  if (isGemini3(target.model)) fillSignatures(draft.contents, inserted);
  if (draft.contents.length === 0 && draft.system.length > 0) {
    // There must be a content to answer.
    inserted.add('contents=systemInstruction');
    return { contents: [{ parts: draft.system, role: 'user' }] };
  }
  return { ...(draft.system.length > 0 && { systemInstruction: { parts: draft.system } }), contents: draft.contents };
}
