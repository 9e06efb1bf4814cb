import type { Part, ToolCallPart, ToolResultPart } from '../../chat/parts.ts';
import type { Message } from '../../chat/request.ts';
import { RequestError } from '../../kit/errors.ts';
import { isSealed } from '../openai-chat/carriers-write.ts';
import type { Dropped } from '../shared/dropped.ts';
import { given, type Json, parsedOr, record } from '../shared/read.ts';
import { nativeOf } from './wire.ts';

/** The `messages` of a call. What can't be expressed is reported by its place. */
export function renderMessages(messages: readonly Message[], dropped: Dropped): Json[] {
  return messages.flatMap((message, index) => {
    const at = `messages.${index}`;
    if (message.name !== undefined) dropped.add(`${at}.name`);
    for (const part of message.content) if (part.cache !== undefined) dropped.add('cache_control');
    return message.role === 'assistant' ? [assistant(message, at, dropped)] : others(message, at, dropped);
  });
}

/** Results are a message each; everything else of the message keeps its order. */
function others(message: Message, at: string, dropped: Dropped): Json[] {
  const results = message.content.filter((part): part is ToolResultPart => part.type === 'tool-result');
  const own = message.content.filter((part) => part.type !== 'tool-result');
  const rendered = results.map((part) => toolResult(part, at, dropped));
  if (own.length === 0 && results.length > 0) return rendered;
  const role = message.role === 'developer' ? 'system' : message.role;
  return [...rendered, ...saidIn(own, at, dropped).map((said) => ({ ...nativeOf(message), role, ...said }))];
}

/** Words and images as far as one message holds them. */
interface Said {
  content: string;
  images?: string[];
}

/** Several texts are several messages, as the vendor's own translation of list content does it; an image stands with the text before it. */
function saidIn(parts: readonly Part[], at: string, dropped: Dropped): Said[] {
  const said: Said[] = [];
  let current: Said | undefined;
  for (const [index, part] of parts.entries()) {
    const image = imageOf(part, `${at}.content.${index}`, dropped);
    const words = wordsOf(part);
    if (image === undefined && words === undefined) continue;
    if (current === undefined || (words !== undefined && current.content !== '')) {
      current = { content: '' };
      said.push(current);
    }
    if (words !== undefined) current.content = words;
    if (image !== undefined) current.images = [...(current.images ?? []), image];
  }
  return said.length === 0 ? [{ content: '' }] : said;
}

const wordsOf = (part: Part): string | undefined =>
  part.type === 'text' || part.type === 'refusal' ? part.text : undefined;

/** The base64 of an image. Another medium is reported; an image by its address is refused, since another target may take it. */
function imageOf(part: Part, at: string, dropped: Dropped): string | undefined {
  if (wordsOf(part) !== undefined) return undefined;
  if (part.type !== 'image') {
    dropped.add(part.type === 'native' ? part.name : `${at} (${part.type})`);
    return undefined;
  }
  if (part.detail !== undefined) dropped.add(`${at}.detail`);
  if (part.source.kind === 'base64') return part.source.data;
  if (part.source.kind === 'url')
    throw new RequestError('media_url_unsupported', 'The model takes images as bytes only, not by their address.', {
      param: at,
    });
  dropped.add(`${at} (image)`);
  return undefined;
}

/** Sources: https://docs.ollama.com/capabilities/tool-calling (`tool_name`), https://github.com/ollama/ollama/blob/main/api/types.go (`Message`: both). The id is for models that are trained on one. */
function toolResult(part: ToolResultPart, at: string, dropped: Dropped): Json {
  if (part.isError === true) dropped.add('tool_result.is_error');
  const said = saidIn(part.content, at, dropped);
  const images = said.flatMap((piece) => piece.images ?? []);
  return {
    role: 'tool',
    content: said.map(({ content }) => content).join('\n'),
    ...given('images', images.length === 0 ? undefined : images),
    ...given('tool_name', part.name),
    tool_call_id: part.callId,
  };
}

function assistant(message: Message, at: string, dropped: Dropped): Json {
  const calls: Json[] = [];
  let content = '';
  let thinking = '';
  const images: string[] = [];
  for (const [index, part] of message.content.entries()) {
    const path = `${at}.content.${index}`;
    if ((part.annotations ?? []).length > 0) dropped.add('annotations');
    if (part.type === 'tool-call') calls.push(toolCall(part, path, dropped));
    else if (part.type === 'reasoning') {
      // What somebody else signed or sealed stays with who made it; plain thinking helps the model to go on.
      if (isSealed(part)) dropped.add('reasoning');
      else thinking += part.text;
    } else {
      if (part.signature !== undefined) dropped.add('reasoning.signature');
      content += wordsOf(part) ?? '';
      const image = imageOf(part, path, dropped);
      if (image !== undefined) images.push(image);
    }
  }
  return {
    ...nativeOf(message),
    role: 'assistant',
    content,
    ...(thinking === '' ? {} : { thinking }),
    ...(images.length === 0 ? {} : { images }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function toolCall(part: ToolCallPart, at: string, dropped: Dropped): Json {
  if (part.signature !== undefined) dropped.add('reasoning.signature');
  const parsed = part.custom === true ? { input: part.input } : objectIn(part.input);
  if (parsed === undefined) dropped.add(`${at}.input`);
  return { id: part.callId, function: { name: part.name, arguments: parsed ?? { input: part.input } } };
}

/** The text as a JSON object; undefined when it is anything else. A model wrote it. */
export function objectIn(input: string): Json | undefined {
  if (input.trim() === '') return {};
  return record(parsedOr(input, undefined));
}
