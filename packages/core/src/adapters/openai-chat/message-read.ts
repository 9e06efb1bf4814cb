import type { AudioPart, ImagePart, Origin, Part, TextPart, ToolCallPart } from '../../chat/parts.ts';
import type { TokenLogprob } from '../../chat/reply.ts';
import { sourceOfUrl } from '../shared/data-uri.ts';
import { array, count, given, type Json, number, record, records, string, text } from '../shared/read.ts';
import { readAnnotation } from './annotations.ts';
import { readCarriers, thinkingText } from './carriers-read.ts';
import { inputOf, thoughtSignature } from './parse-calls.ts';
import { audioType } from './parse-content.ts';
import { restoreSignatures } from './signatures-read.ts';
import { FORMAT } from './wire.ts';

/** What reading an answer needs to know. */
export interface Reading {
  readonly origin: Origin;
  readonly audioFormat: string;
  /** The client's name of a tool. */
  readonly toolName: (name: string) => string;
  readonly newId: (prefix: string) => string;
}

/** The message of an answer as parts, in the order in which they are best shown: reasoning, text, refusal, media, calls. */
export function readMessage(message: Json, reading: Reading): Part[] {
  const refusal = text(message['refusal']);
  const parts: Part[] = [
    ...readCarriers(message, reading.origin),
    ...withAnnotations(readContent(message['content']), message['annotations']),
    ...(refusal === undefined ? [] : [{ type: 'refusal' as const, text: refusal }]),
    ...audio(message, reading),
    ...readImages(message['images'], reading),
    ...readCalls(message, reading),
  ];
  return restoreSignatures(parts, message['reasoning_details']);
}

/** Content as text, or as a list of chunks. Source of the list: https://docs.mistral.ai/capabilities/reasoning */
function readContent(content: unknown): Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return records(content).map((chunk): Part => {
    if (chunk['type'] === 'thinking') return { type: 'reasoning', text: thinkingText(chunk) };
    const words = string(chunk['text']);
    if (words !== undefined) return { type: 'text', text: words };
    return { type: 'native', format: FORMAT, name: text(chunk['type']) ?? 'content', value: chunk };
  });
}

/** Citations count their positions in the whole text, so they belong to the text when it is one part, else to its first part. */
function withAnnotations(parts: Part[], value: unknown): Part[] {
  const annotations = records(value).map(readAnnotation);
  const first = parts.find((part): part is TextPart => part.type === 'text');
  return annotations.length === 0 || first === undefined
    ? parts
    : parts.map((part) => (part === first ? { ...first, annotations } : part));
}

function audio(message: Json, reading: Reading): AudioPart[] {
  const body = record(message['audio']);
  return body === undefined ? [] : [readAudio(body, reading)];
}

/** The audio of an answer, or the beginning of it on a stream. */
export function readAudio(body: Json, reading: Reading): AudioPart {
  return {
    type: 'audio',
    ...given('id', text(body['id'])),
    origin: reading.origin,
    source: { kind: 'base64', data: string(body['data']) ?? '', mediaType: audioType(reading.audioFormat) },
    ...given('transcript', string(body['transcript'])),
    ...given('expiresAt', count(body['expires_at'])),
  };
}

/** Images of an answer. Source: https://openrouter.ai/docs/features/multimodal/image-generation */
export function readImages(value: unknown, reading: Reading): ImagePart[] {
  return records(value).flatMap((entry) => {
    const url = text(record(entry['image_url'])?.['url']) ?? text(entry['image_url']);
    return url === undefined
      ? []
      : [{ type: 'image' as const, source: sourceOfUrl(url, 'image/png'), origin: reading.origin }];
  });
}

function readCalls(message: Json, reading: Reading): ToolCallPart[] {
  const calls = records(message['tool_calls']).flatMap((call) => readCall(call, reading) ?? []);
  const deprecated = record(message['function_call']);
  const name = text(deprecated?.['name']);
  return name === undefined
    ? calls
    : [...calls, readFunction({ id: undefined }, name, deprecated?.['arguments'], reading)];
}

function readFunction(call: Json, name: string, input: unknown, reading: Reading): ToolCallPart {
  const callId = text(call['id']) ?? reading.newId('call_');
  return {
    type: 'tool-call',
    callId,
    name: reading.toolName(name),
    input: inputOf(input),
    ...thoughtSignature(call, reading.origin),
  };
}

/** A call of a tool without a name can't be answered by anybody, and is no call. */
function readCall(call: Json, reading: Reading): ToolCallPart | undefined {
  const custom = record(call['custom']);
  if (custom !== undefined) {
    const callId = text(call['id']) ?? reading.newId('call_');
    return {
      type: 'tool-call',
      callId,
      name: reading.toolName(string(custom['name']) ?? ''),
      input: string(custom['input']) ?? '',
      custom: true,
      ...thoughtSignature(call, reading.origin),
    };
  }
  const called = record(call['function']);
  const name = text(called?.['name']);
  return name === undefined ? undefined : readFunction(call, name, called?.['arguments'], reading);
}

function readLogprob(entry: Json): TokenLogprob {
  const plain = (value: Json) => ({
    token: string(value['token']) ?? '',
    logprob: number(value['logprob']) ?? 0,
    bytes: array(value['bytes'])?.filter((byte): byte is number => typeof byte === 'number') ?? null,
  });
  return { ...plain(entry), top_logprobs: records(entry['top_logprobs']).map(plain) };
}

/** Log probabilities of a choice or chunk; undefined when it has none. */
export function readLogprobs(value: unknown): { content?: TokenLogprob[]; refusal?: TokenLogprob[] } | undefined {
  const logprobs = record(value);
  const content =
    array(logprobs?.['content']) === undefined ? undefined : records(logprobs?.['content']).map(readLogprob);
  const refusal =
    array(logprobs?.['refusal']) === undefined ? undefined : records(logprobs?.['refusal']).map(readLogprob);
  return content === undefined && refusal === undefined
    ? undefined
    : { ...given('content', content), ...given('refusal', refusal) };
}
