import type { Origin, Part, PartBase, ServerToolCallPart, ServerToolResultPart } from '../../chat/parts.ts';
import { boolean, record, string } from '../shared/read.ts';
import type { CallMatcher } from './call-ids.ts';
import { readMedia } from './media.ts';
import { unpackSignature } from './signature.ts';
import { FORMAT, rest, type Wire } from './wire.ts';

/** How the parts of one message are read: by whom they were made, and how calls and results find each other. */
export interface PartReader {
  /** Who made what is opaque in the parts. */
  readonly origin: Origin;
  /** Pairs the client's own functions. */
  readonly calls: CallMatcher;
  /** Pairs the tools that the vendor runs. */
  readonly server: CallMatcher;
  /** A name as the client knows it. */
  toolName(name: string): string;
  /** Is this a free-text tool that was sent as a function? */
  isCustom(name: string): boolean;
  readResult(response: Wire, callId: string): Part;
}

const COMMON = ['thought', 'thoughtSignature'];
const TEXT = new Set([...COMMON, 'text']);
const MEDIA = new Set([...COMMON, 'inlineData', 'fileData']);
const CALL = new Set([...COMMON, 'functionCall']);
const RESULT = new Set([...COMMON, 'functionResponse']);
const CODE = new Set([...COMMON, 'executableCode']);
const CODE_RESULT = new Set([...COMMON, 'codeExecutionResult']);
const TOOL_CALL = new Set([...COMMON, 'toolCall']);
const TOOL_RESPONSE = new Set([...COMMON, 'toolResponse']);
const ID = new Set(['id']);
const CALL_MEMBERS = new Set(['id', 'name', 'args']);

/** The name that calls of the code execution tool carry in the chat model. */
export const CODE_EXECUTION = 'code_execution';

function signed<Made extends Part>(made: Made, wire: Wire, reader: PartReader): Made {
  const signature = string(wire['thoughtSignature']);
  if (signature === undefined) return made;
  const carried = unpackSignature(signature);
  if (carried === undefined) return { ...made, signature, origin: reader.origin };
  const { summary, encrypted, id, ...base } = carried;
  if (made.type !== 'reasoning') return { ...made, ...base };
  const { summary: _, ...bare } = made;
  return {
    ...bare,
    ...base,
    ...(id !== undefined && { id }),
    ...(encrypted !== undefined && { encrypted }),
    ...(summary === true && { summary }),
  } as Made;
}

function finished<Made extends Part & PartBase>(
  made: Made,
  wire: Wire,
  known: ReadonlySet<string>,
  reader: PartReader,
  inner?: Wire,
): Made {
  const others = rest(wire, known);
  const part = signed(made, wire, reader);
  return others === undefined && inner === undefined
    ? part
    : { ...part, native: { [FORMAT]: { ...others, ...inner } } };
}

function readCall(wire: Wire, call: Wire, reader: PartReader): Part {
  const name = reader.toolName(string(call['name']) ?? '');
  const callId = reader.calls.callId(string(call['id']), name);
  const args = record(call['args']) ?? {};
  const others = rest(call, CALL_MEMBERS);
  const inner = others && { functionCall: others };
  if (reader.isCustom(name))
    return finished(
      { type: 'tool-call', callId, name, input: string(args['input']) ?? JSON.stringify(args), custom: true },
      wire,
      CALL,
      reader,
      inner,
    );
  return finished({ type: 'tool-call', callId, name, input: JSON.stringify(args) }, wire, CALL, reader, inner);
}

function readResult(wire: Wire, response: Wire, reader: PartReader): Part {
  const name = reader.toolName(string(response['name']) ?? '');
  const made = reader.readResult(response, reader.calls.resultId(string(response['id']), name));
  const part = made.type === 'tool-result' && name !== '' ? { ...made, name } : made;
  const inner = part.native?.[FORMAT];
  return finished(part, wire, RESULT, reader, inner);
}

type ServerPart = ServerToolCallPart | ServerToolResultPart;

/** `id` is kept beside `callId` only where the wire has one. */
function serverCall(id: unknown, name: string, input: unknown, reader: PartReader): ServerToolCallPart {
  const given = string(id);
  return {
    type: 'server-tool-call',
    ...(given !== undefined && { id: given }),
    callId: reader.server.callId(given, name),
    name,
    input: JSON.stringify(input),
    origin: reader.origin,
  };
}

function serverResult(id: unknown, name: string, content: unknown, reader: PartReader): ServerToolResultPart {
  const given = string(id);
  return {
    type: 'server-tool-result',
    ...(given !== undefined && { id: given }),
    callId: reader.server.resultId(given, name),
    name,
    content,
    origin: reader.origin,
  };
}

/** Calls and results of tools that the vendor runs. */
function readServerTool(wire: Wire, reader: PartReader): ServerPart | undefined {
  const code = record(wire['executableCode']);
  if (code !== undefined)
    return finished(serverCall(code['id'], CODE_EXECUTION, rest(code, ID) ?? {}, reader), wire, CODE, reader);
  const outcome = record(wire['codeExecutionResult']);
  if (outcome !== undefined)
    return finished(
      serverResult(outcome['id'], CODE_EXECUTION, rest(outcome, ID) ?? {}, reader),
      wire,
      CODE_RESULT,
      reader,
    );
  const call = record(wire['toolCall']);
  if (call !== undefined)
    return finished(
      serverCall(call['id'], string(call['toolType']) ?? '', call['args'] ?? {}, reader),
      wire,
      TOOL_CALL,
      reader,
    );
  const response = record(wire['toolResponse']);
  if (response === undefined) return undefined;
  return finished(
    serverResult(response['id'], string(response['toolType']) ?? '', response['response'] ?? {}, reader),
    wire,
    TOOL_RESPONSE,
    reader,
  );
}

function readText(wire: Wire, text: string, reader: PartReader): Part {
  if (boolean(wire['thought']) !== true) return finished({ type: 'text', text }, wire, TEXT, reader);
  // What the API shows of the thinking are summaries: https://ai.google.dev/gemini-api/docs/thinking#summaries
  return finished({ type: 'reasoning', text, summary: true }, wire, TEXT, reader);
}

/** One part of a content. A part of a kind that is not known is kept whole, for this format only. */
export function readPart(wire: Wire, reader: PartReader): Part {
  const call = record(wire['functionCall']);
  if (call !== undefined) return readCall(wire, call, reader);
  const response = record(wire['functionResponse']);
  if (response !== undefined) return readResult(wire, response, reader);
  const media = readMedia(wire);
  if (media !== undefined) return finished(media.part, wire, MEDIA, reader, media.native);
  const server = readServerTool(wire, reader);
  if (server !== undefined) return server;
  const text = string(wire['text']);
  const signature = string(wire['thoughtSignature']);
  if (text !== undefined) return readText(wire, text, reader);
  if (signature !== undefined && Object.keys(wire).every((key) => TEXT.has(key))) return readText(wire, '', reader);
  return { type: 'native', format: FORMAT, name: Object.keys(wire)[0] ?? 'part', value: wire };
}

/** Does this part say nothing at all? Streams are full of them: an empty text without a signature. */
export const isBlank = (part: Part): boolean =>
  (part.type === 'text' || part.type === 'reasoning') &&
  part.text === '' &&
  part.signature === undefined &&
  part.native === undefined &&
  !('encrypted' in part) &&
  part.id === undefined;
