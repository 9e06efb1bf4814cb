import type { Part } from '../../chat/parts.ts';
import type { StopReason } from '../../chat/reply.ts';
import type { Dropped } from '../shared/dropped.ts';

/** The words of an answer's part; undefined, and reported, when this format has no place for it. */
export function wordsOf(part: Part, dropped: Dropped): string | undefined {
  for (const { kind } of part.annotations ?? []) dropped.add(`annotation.${kind}`);
  if (part.type === 'text' || part.type === 'refusal') return part.text;
  dropped.add('name' in part && part.name !== undefined ? part.name : part.type);
  return undefined;
}

/** `finish_reason`: an end of its own, the bound, or a filter. Source: https://platform.openai.com/docs/api-reference/completions/object */
export function finishWord(reason: StopReason): 'stop' | 'length' | 'content_filter' {
  if (reason === 'length' || reason === 'context-window') return 'length';
  return reason === 'content-filter' || reason === 'refusal' ? 'content_filter' : 'stop';
}
