import type { Capability } from './capability.ts';
import type { Part } from './parts.ts';
import type { ChatRequest } from './request.ts';

/** What a request asks of a model, and where: the first place of each capability, as a path of the canonical model. */
export type Needs = ReadonlyMap<Need, string>;

/** What of a model can be needed; see {@link needsOf} for why reasoning is not. */
export type Need = Exclude<Capability, 'reasoning' | 'prefill'>;

/** Can a request need it? */
export const isNeed = (capability: Capability): capability is Need =>
  capability !== 'reasoning' && capability !== 'prefill';

/**
 * What a model must be capable of to serve the request. Reasoning is not among it: a model that doesn't reason answers all the same, and what could
 * not be expressed is told.
 */
export function needsOf({ messages, tools = [], toolChoice, responseFormat }: ChatRequest): Needs {
  const needs = new Map<Need, string>();
  const need = (capability: Need | undefined, path: string): void => {
    if (capability !== undefined && !needs.has(capability)) needs.set(capability, path);
  };
  for (const [index, { role, content }] of messages.entries())
    for (const part of content) for (const each of partsOf(part)) need(mediaNeed(each, role), `messages.${index}`);
  if (tools.some(({ type }) => type !== 'server') && toolChoice?.type !== 'none') need('tools', 'tools');
  if (toolChoice?.type === 'required' || toolChoice?.type === 'tool') need('toolChoice', 'tool_choice');
  if (responseFormat?.type === 'json-schema') need('jsonSchema', 'response_format');
  return needs;
}

/** Characters of text in the conversation, media not counted. */
export function textLength({ messages }: ChatRequest): number {
  let length = 0;
  for (const { content } of messages)
    for (const part of content) for (const each of partsOf(part)) if (each.type === 'text') length += each.text.length;
  return length;
}

const partsOf = (part: Part): readonly Part[] => (part.type === 'tool-result' ? part.content : [part]);

/** Media that the model itself made are told to it in words, if at all. */
function mediaNeed(part: Part, role: string): Need | undefined {
  if (role === 'assistant') return undefined;
  if (part.type === 'image') return 'vision';
  if (part.type === 'audio' || part.type === 'video') return part.type;
  return part.type === 'file' && part.source.mediaType === 'application/pdf' ? 'pdf' : undefined;
}
