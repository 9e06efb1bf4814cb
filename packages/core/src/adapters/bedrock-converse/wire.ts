/**
 * Small things that every file of this format needs. Wire facts of the folder:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and …/API_runtime_ConverseStream.html with the types they link to.
 */
import { eventMessage } from '../../transport/event-message.ts';
import { isObject } from '../anthropic-messages/wire.ts';
import { isEmpty, type Json } from '../shared/read.ts';

export { isObject, others, present } from '../anthropic-messages/wire.ts';

/** The name of the format, as it stands in origins, natives and extensions. */
export const FORMAT = 'bedrock-converse' as const;

/** The content type of its streams. */
export const EVENT_STREAM = 'application/vnd.amazon.eventstream';

/** The fields of `native` that belong to this format; an empty object where there are none. */
export function nativeFields(native: Record<string, Json> | undefined): Json {
  const fields = native?.[FORMAT];
  return isObject(fields) ? fields : {};
}

/** Fields as the value of a `native` member; undefined when there are none. */
export function nativeOf(fields: Json): Record<string, Json> | undefined {
  return isEmpty(fields) ? undefined : { [FORMAT]: fields };
}

/** The members of the unions that are read here: whatever else stands beside one of them, it is what the union says. */
const MEMBERS: ReadonlySet<string> = new Set([
  ...['text', 'image', 'document', 'video', 'audio', 'toolUse', 'toolResult', 'guardContent', 'cachePoint', 'json'],
  ...['reasoningContent', 'reasoningText', 'redactedContent', 'citationsContent', 'citation', 'searchResult'],
  ...['toolAddition', 'toolRemoval', 'toolSpec', 'systemTool', 'auto', 'any', 'tool', 'web'],
]);

const isSet = ([name, value]: [string, unknown]): boolean =>
  value !== null && value !== undefined && name !== '__type' && name !== 'type';

/**
 * The one member of a union that is set, such as `{ text: '…' }`, with its name. `__type` is none, and some servers write `type` beside it.
 * Source: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#shape-serialization
 */
export function memberOf(union: Json): [name: string, value: unknown] {
  const set = Object.entries(union).filter(isSet);
  return set.find(([name]) => MEMBERS.has(name)) ?? set[0] ?? ['unknown', undefined];
}

/** An event of the stream. */
export const eventFrame = (name: string, data: Json): Uint8Array =>
  eventMessage(
    { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' },
    JSON.stringify(data),
  );

/** An error in the stream; nothing follows it. */
export const exceptionFrame = (name: string, data: Json): Uint8Array =>
  eventMessage(
    { ':exception-type': name, ':content-type': 'application/json', ':message-type': 'exception' },
    JSON.stringify(data),
  );
