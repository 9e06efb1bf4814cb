import type { ChatRequest } from './request.ts';

/** The request with so much of its answer given: behind an answer that the client has begun itself, or in a message of its own. */
export function begunWith({ messages, ...rest }: ChatRequest, text: string): ChatRequest {
  const last = messages.at(-1);
  const end = last?.role === 'assistant' ? last.content.at(-1) : undefined;
  if (last === undefined || end?.type !== 'text')
    return { ...rest, messages: [...messages, { role: 'assistant', content: [{ type: 'text', text }], goesOn: true }] };
  const content = [...last.content.slice(0, -1), { ...end, text: end.text + text }];
  return { ...rest, messages: [...messages.slice(0, -1), { ...last, content, goesOn: true }] };
}

/** May another model go on with what this one's answer has begun, as far as the request tells? Only one plain text can be, and no thinking ahead of it. */
export function isPlainText({
  tools = [],
  responseFormat,
  modalities,
  reasoning,
  n = 1,
  logprobs,
}: ChatRequest): boolean {
  if (tools.length > 0 || n > 1 || logprobs === true) return false;
  if (responseFormat !== undefined && responseFormat.type !== 'text') return false;
  if (modalities?.some((kind) => kind.toLowerCase() !== 'text')) return false;
  if (reasoning === undefined || reasoning.enabled === false || reasoning.effort === 'none') return true;
  return reasoning.enabled === undefined && reasoning.effortScope === 'answer';
}
