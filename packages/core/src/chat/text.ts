import type { Part } from './parts.ts';
import type { ChatRequest } from './request.ts';

/** What of the parts a model reads, or wrote, as text: media and what is sealed are not. */
export function textOfParts(parts: readonly Part[]): string {
  return parts.map(textOfPart).filter(Boolean).join('\n');
}

function textOfPart(part: Part): string {
  if ('text' in part) return part.text;
  if ('input' in part) return `${part.name} ${part.input}`;
  return part.type === 'tool-result' ? textOfParts(part.content) : '';
}

/** What of a request a model reads as text: the conversation, and what its tools are for. */
export function textOfRequest({ messages, tools = [] }: ChatRequest): string {
  const described = tools.map((tool) => JSON.stringify({ ...tool, native: undefined, cache: undefined }));
  return [...described, ...messages.map(({ role, content }) => `${role}\n${textOfParts(content)}`)].join('\n');
}
