import { isMedia } from '../../chat/media.ts';
import type { MediaPart, NativePart, ToolResultPart } from '../../chat/parts.ts';
import { given, record, records, string } from '../shared/read.ts';
import { readMedia, writeMedia } from './media.ts';
import { FORMAT, parseObject, rest, type Wire } from './wire.ts';

const MEMBERS = new Set(['id', 'name', 'response', 'parts']);

/** The only member of an object, when it is this one and a string that is itself no JSON object. */
function onlyText(response: Wire, key: string): string | undefined {
  const value = string(response[key]);
  return value !== undefined && Object.keys(response).length === 1 && parseObject(value) === undefined
    ? value
    : undefined;
}

/** Text and error flag of a `response`: `{ result }` and `{ error }` are envelopes, any other object is the result itself. */
function readResponse(response: Wire): { text: string; isError?: true } {
  const plain = onlyText(response, 'result');
  if (plain !== undefined) return { text: plain };
  const error = onlyText(response, 'error');
  if (error !== undefined) return { text: error, isError: true };
  return { text: JSON.stringify(response) };
}

function readNested(part: Wire): MediaPart | NativePart {
  const media = readMedia(part);
  if (media === undefined) return { type: 'native', format: FORMAT, name: Object.keys(part)[0] ?? 'part', value: part };
  return media.native === undefined ? media.part : { ...media.part, native: { [FORMAT]: media.native } };
}

/** A `functionResponse`. Source: https://ai.google.dev/api/caching#FunctionResponse */
export function readToolResult(response: Wire, callId: string): ToolResultPart {
  const object = record(response['response']);
  const { text, isError } = object === undefined ? { text: undefined, isError: undefined } : readResponse(object);
  const others = rest(response, MEMBERS);
  return {
    type: 'tool-result',
    callId,
    content: [
      ...(text === undefined ? [] : [{ type: 'text' as const, text }]),
      ...records(response['parts']).map(readNested),
    ],
    ...given('isError', isError),
    ...(others !== undefined && { native: { [FORMAT]: { functionResponse: others } } }),
  };
}

/** The text of a result as an object, which the API requires: an object stays what it is, other text is put into `result` or `error`. */
export function responseObject(text: string, isError: boolean): Wire {
  const object = parseObject(text);
  if (object === undefined) return isError ? { error: text } : { result: text };
  return isError ? { error: object } : object;
}

/** The text of a result; several texts stand on lines of their own. */
export function resultText(part: ToolResultPart): string | undefined {
  const texts = part.content.filter((piece) => piece.type === 'text').map((piece) => piece.text);
  return texts.length === 0 ? undefined : texts.join('\n');
}

/** The media inside a result, each as a wire part. */
export function resultMedia(part: ToolResultPart, write: (media: MediaPart) => Wire = writeMedia): Wire[] {
  return part.content.flatMap((piece) => {
    if (isMedia(piece)) return [write(piece)];
    return piece.type === 'native' && piece.format === FORMAT ? [record(piece.value) ?? {}] : [];
  });
}
