import type { Fields } from '../../transport/body.ts';
import { parsedOr, record, string } from '../shared/read.ts';
import type { ResourceKind } from './table.ts';

/**
 * What of an answer the provider keeps, when the request asks it to: a chat with `store: true`, a response unless `store: false`. undefined: nothing.
 * Source: https://platform.openai.com/docs/api-reference/chat/create and https://platform.openai.com/docs/api-reference/responses/create (store)
 */
export function storedKind(format: string | undefined, operation: string, fields: Fields): ResourceKind | undefined {
  if (operation !== 'chat') return undefined;
  if (format === 'openai-chat') return fields.get('store') === true ? 'chat completion' : undefined;
  if (format === 'openai-responses') return fields.get('store') === false ? undefined : 'response';
  return undefined;
}

/** How ids of what is kept look, in the first event of a stream that tells of it. */
const IN_STREAM: Readonly<Partial<Record<ResourceKind, RegExp>>> = {
  'chat completion': /"id"\s*:\s*"(chatcmpl[\w-]+)"/,
  response: /"id"\s*:\s*"(resp[\w-]+)"/,
  thread: /"(?:thread_id|id)"\s*:\s*"(thread[\w-]+)"/,
};

/** The id of what is kept, in the text of a stream so far. */
export const streamedId = (text: string, kind: ResourceKind): string | undefined => IN_STREAM[kind]?.exec(text)?.[1];

/** The id of what is kept, in a whole answer. */
export function wholeId(text: string): string | undefined {
  return string(record(parsedOr(text, undefined))?.['id']);
}
