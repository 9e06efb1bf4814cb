import type {
  MediaPart,
  Part,
  ReasoningPart,
  ServerToolCallPart,
  ServerToolResultPart,
  ToolCallPart,
  ToolResultPart,
} from '../../chat/parts.ts';
import { given, record } from '../shared/read.ts';
import { mergeAll } from './merge.ts';
import { CODE_EXECUTION } from './parts-read.ts';
import { responseObject, resultMedia, resultText } from './tool-results.ts';
import { FORMAT, ownNative, parseObject, type Wire } from './wire.ts';

/** What differs between writing for a provider and writing for a client. */
export interface PartWriter {
  readonly dropped: Set<string>;
  /** The `thoughtSignature` of a part; reports one that may not go there. */
  signature(part: Part): string | undefined;
  /** May this thinking be shown there at all? */
  keeps(part: ReasoningPart): boolean;
  /** Throws RequestError `media_url_unsupported` where the target takes no such source. */
  media(part: MediaPart, path: string): Wire;
  callId(part: ToolCallPart): string | undefined;
  resultId(part: ToolResultPart): string | undefined;
  toolName(name: string): string;
  /** The function that a result answers. */
  resultName(part: ToolResultPart): string;
  /** Does the target take media inside a function response? Else it follows as parts of its own. */
  readonly nestedMedia: boolean;
}

/** The arguments as the object that the API requires; free text and broken JSON stand in `input`. */
function callArguments(part: { input: string; custom?: boolean }): Wire {
  const object = part.custom === true ? undefined : parseObject(part.input);
  if (object !== undefined) return object;
  return part.input.trim() === '' ? {} : { input: part.input };
}

function finish(wire: Wire, part: Part, writer: PartWriter): Wire {
  const signature = writer.signature(part);
  if (signature !== undefined) wire['thoughtSignature'] = signature;
  mergeAll(wire, ownNative(part.native));
  return wire;
}

/** Is this no object, and not meant to be one? */
const isBroken = (part: ToolCallPart): boolean =>
  part.custom !== true && part.input.trim() !== '' && parseObject(part.input) === undefined;

function writeCall(part: ToolCallPart, writer: PartWriter, path: string): Wire {
  if (isBroken(part)) writer.dropped.add(`${path}.input`);
  return {
    functionCall: { ...given('id', writer.callId(part)), name: writer.toolName(part.name), args: callArguments(part) },
  };
}

function writeResult(part: ToolResultPart, writer: PartWriter, path: string): Wire[] {
  const media = resultMedia(part, (piece) => finish(writer.media(piece, path), piece, writer));
  const response = responseObject(resultText(part) ?? '{}', part.isError === true);
  const wire: Wire = { ...given('id', writer.resultId(part)), name: writer.resultName(part), response };
  if (media.length > 0 && writer.nestedMedia) wire['parts'] = media;
  for (const piece of part.content)
    if (piece.type === 'native' && piece.format !== FORMAT) writer.dropped.add(piece.name);
  return [finish({ functionResponse: wire }, part, writer), ...(writer.nestedMedia ? [] : media)];
}

function writeServerCall(part: ServerToolCallPart): Wire {
  const input = parseObject(part.input) ?? {};
  if (part.name === CODE_EXECUTION) return { executableCode: { ...input, ...given('id', part.id) } };
  return { toolCall: { ...given('id', part.id), toolType: part.name, args: input } };
}

function writeServerResult(part: ServerToolResultPart): Wire {
  const content = record(part.content) ?? {};
  if (part.name === CODE_EXECUTION) return { codeExecutionResult: { ...content, ...given('id', part.id) } };
  return { toolResponse: { ...given('id', part.id), ...given('toolType', part.name), response: content } };
}

function writeServerTool(part: ServerToolCallPart | ServerToolResultPart, writer: PartWriter): Wire[] {
  if (part.origin?.format !== FORMAT) {
    writer.dropped.add(part.name ?? part.type);
    return [];
  }
  return [finish(part.type === 'server-tool-call' ? writeServerCall(part) : writeServerResult(part), part, writer)];
}

function writeReasoning(part: ReasoningPart, writer: PartWriter): Wire[] {
  if (!writer.keeps(part)) {
    writer.dropped.add('reasoning');
    return [];
  }
  const wire = finish({ text: part.text, thought: true }, part, writer);
  return part.text === '' && wire['thoughtSignature'] === undefined ? [] : [wire];
}

function writeText(part: Part & { text: string }, writer: PartWriter): Wire[] {
  const wire = finish({ text: part.text }, part, writer);
  // An empty text is a 400, unless it is the place of a signature.
  return part.text === '' && wire['thoughtSignature'] === undefined ? [] : [wire];
}

/** The wire parts for one part; none for what can't be expressed, which is reported. `path` is where the client gave it. */
export function writePart(part: Part, writer: PartWriter, path: string): Wire[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return writeText(part, writer);
    case 'reasoning':
      return writeReasoning(part, writer);
    case 'tool-call':
      return [finish(writeCall(part, writer, path), part, writer)];
    case 'tool-result':
      return writeResult(part, writer, path);
    case 'server-tool-call':
    case 'server-tool-result':
      return writeServerTool(part, writer);
    case 'native':
      if (part.format === FORMAT) return [record(part.value) ?? {}];
      writer.dropped.add(part.name);
      return [];
    default:
      return [finish(writer.media(part, path), part, writer)];
  }
}
