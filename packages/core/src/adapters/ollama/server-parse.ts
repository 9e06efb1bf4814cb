import type { ChatRequest, Message, ResponseFormat } from '../../chat/request.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Inbound } from '../adapter.ts';
import { readProviderOptions } from '../options/check.ts';
import { boolean, count, type Json, put, record, string } from '../shared/read.ts';
import { formOf } from './form.ts';
import { readOptions } from './options.ts';
import { object, optional, refuse } from './refuse.ts';
import { parseImages, parseMessages } from './server-messages.ts';
import { parseTools } from './server-tools.ts';
import { readThink } from './think.ts';
import { FORMAT } from './wire.ts';

/** Members that are read here; all others go on to a target of this format and are reported for any other. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['model', 'stream', 'options', 'format', 'think', 'logprobs', 'top_logprobs', 'providerOptions'],
  ...['messages', 'tools'],
]);
/** Those of `/api/generate`. */
const GENERATE: ReadonlySet<string> = new Set([...KNOWN, 'prompt', 'system', 'images', 'suffix']);

/** A request of `/api/chat` or `/api/generate` in the canonical model. Throws RequestError. */
export function parse(value: unknown, inbound: Inbound): ChatRequest {
  const body = record(value) ?? refuse('body', 'a JSON object');
  const form = formOf(inbound);
  const request: ChatRequest = {
    messages: form === 'chat' ? parseMessages(body['messages']) : promptMessages(body),
  };
  if (form === 'chat') put(request, 'tools', parseTools(body['tools']));
  put(request, 'reasoning', readThink(body['think']));
  put(request, 'logprobs', boolean(body['logprobs']));
  put(request, 'topLogprobs', count(body['top_logprobs']));
  const left = [
    ...readOptions(object(body['options'], 'options') ?? {}, request),
    ...unread(body, request),
    ...unnamed(body, form === 'chat' ? KNOWN : GENERATE),
  ];
  put(request, 'responseFormat', responseFormat(body['format']));
  put(request, 'providerOptions', readProviderOptions(body['providerOptions']));
  if (left.length > 0) request.extensions = { [FORMAT]: Object.fromEntries(left) };
  return request;
}

/** What says nothing is no loss: null, `raw: false`, an empty template or context. */
const isSaid = (value: unknown): boolean => value !== null && value !== undefined && value !== false && value !== '';

function unnamed(body: Json, known: ReadonlySet<string>): [string, unknown][] {
  return Object.entries(body).filter(([name, value]) => !known.has(name) && isSaid(value));
}

/** Members with a place in the chat model whose values have none, such as a level of thinking that is new. */
function unread(body: Json, request: ChatRequest): [string, unknown][] {
  const places = [
    ['think', request.reasoning],
    ['logprobs', request.logprobs],
    ['top_logprobs', request.topLogprobs],
  ] as const;
  return places.flatMap(([name, read]): [string, unknown][] =>
    read === undefined && isSaid(body[name]) ? [[name, body[name]]] : [],
  );
}

/** The prompt of `/api/generate` as a conversation. Source: https://docs.ollama.com/api/generate */
function promptMessages(body: Json): Message[] {
  const prompt = optional(body['prompt'], 'prompt', string, 'a string') ?? '';
  const system = optional(body['system'], 'system', string, 'a string') ?? '';
  const images = parseImages(body['images'], 'images');
  if (prompt === '' && images.length === 0) refuse('prompt', 'a text to answer');
  const suffix = optional(body['suffix'], 'suffix', string, 'a string') ?? '';
  if (suffix !== '')
    throw new RequestError('unsupported_by_target', 'A chat model can not fill in what stands before a suffix.', {
      param: 'suffix',
    });
  const words = prompt === '' ? [] : [{ type: 'text' as const, text: prompt }];
  const user: Message = { role: 'user', content: [...words, ...images] };
  return system === '' ? [user] : [{ role: 'system', content: [{ type: 'text', text: system }] }, user];
}

function responseFormat(value: unknown): ResponseFormat | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (value === 'json') return { type: 'json' };
  return { type: 'json-schema', schema: record(value) ?? refuse('format', '"json" or a JSON schema') };
}
