import type { Part, ReasoningPart } from '../../chat/parts.ts';
import type { Message } from '../../chat/request.ts';
import { RequestError } from '../../kit/errors.ts';
import { record } from '../shared/read.ts';
import { createMatcher, derivedId } from './call-ids.ts';
import { isBlank, type PartReader, readPart } from './parts-read.ts';
import { readToolResult } from './tool-results.ts';
import { camel, camelRecord, camelRecords, FORMAT, type Wire } from './wire.ts';

/** Members of a part whose own members are fields of the API too; their values may be the user's data. */
const NESTED = [
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
];

/** Reads the parts of a client's request; calls and results without ids are paired over the whole conversation. */
export function partReader(): PartReader {
  return {
    origin: { format: FORMAT },
    calls: createMatcher(derivedId),
    server: createMatcher(derivedId),
    toolName: (name) => name,
    isCustom: () => false,
    readResult: readToolResult,
  };
}

/** The part with all its fields in camelCase. */
function spelled(part: Wire, path: string): Wire {
  let changed = part;
  for (const key of NESTED) {
    const nested = record(part[key]);
    if (nested === undefined) continue;
    const value = camel(nested, `${path}.${key}`);
    const parts =
      key === 'functionResponse' && value['parts'] !== undefined
        ? {
            ...value,
            parts: camelRecords(value['parts'], `${path}.${key}.parts`).map((inner, index) =>
              spelled(inner, `${path}.${key}.parts.${index}`),
            ),
          }
        : value;
    if (parts !== nested) changed = { ...changed, [key]: parts };
  }
  return changed;
}

function readParts(value: unknown, path: string, reader: PartReader): Part[] {
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  return camelRecords(value, path).map((part, index) => readPart(spelled(part, `${path}.${index}`), reader));
}

const isBareThought = (part: Part | undefined): part is ReasoningPart =>
  part?.type === 'reasoning' &&
  part.origin === undefined &&
  part.signature === undefined &&
  part.encrypted === undefined;

/**
 * A client that keeps a stream's pieces sends another provider's thinking in pieces too, with its carrier on the last one:
 * what was signed is their whole.
 */
function joinThoughts(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    let text = part.type === 'reasoning' ? part.text : '';
    const carried = part.type === 'reasoning' && part.origin !== undefined && part.origin.format !== FORMAT;
    for (let last = joined.at(-1); carried && isBareThought(last); last = joined.at(-1)) {
      text = last.text + text;
      joined.pop();
    }
    joined.push(carried ? { ...part, text } : part);
  }
  return joined;
}

function roleOf(content: Wire, path: string): 'user' | 'assistant' {
  const role = content['role'];
  if (role === 'model') return 'assistant';
  if (role === undefined || role === null || role === '' || role === 'user' || role === 'function') return 'user';
  throw new RequestError('invalid_request', `"${path}.role" must be "user" or "model".`, { param: `${path}.role` });
}

/** Adds parts as one message; results of tools stand in messages of their own, and one role's contents in a row are one message. */
function addParts(messages: Message[], role: Message['role'], parts: readonly Part[]): void {
  for (const part of parts) {
    // Clients that keep a stream's pieces send back its empty last one.
    if (role === 'assistant' && isBlank(part)) continue;
    const own = part.type === 'tool-result' ? 'tool' : role;
    const last = messages.at(-1);
    if (last?.role === own) last.content.push(part);
    else messages.push({ role: own, content: [part] });
  }
}

/** `contents` as messages. Throws RequestError `invalid_request`. */
export function readContents(value: unknown, reader: PartReader): Message[] {
  if (typeof value === 'string') return [{ role: 'user', content: [{ type: 'text', text: value }] }];
  const messages: Message[] = [];
  for (const [index, content] of camelRecords(value, 'contents').entries()) {
    const path = `contents.${index}`;
    addParts(messages, roleOf(content, path), readParts(content['parts'], `${path}.parts`, reader));
  }
  return messages.map((message) =>
    message.role === 'assistant' ? { ...message, content: joinThoughts(message.content) } : message,
  );
}

/** The instruction, which may be a content, or a text by itself. */
export function readSystem(value: unknown, reader: PartReader): Message[] {
  const content = typeof value === 'string' ? { parts: value } : camelRecord(value, 'systemInstruction');
  if (content === undefined) return [];
  const parts = readParts(content['parts'], 'systemInstruction.parts', reader);
  return parts.length === 0 ? [] : [{ role: 'system', content: parts }];
}
