import type { Part, ReasoningPart } from '../../chat/parts.ts';
import { array, type Json } from '../shared/read.ts';
import { nativeOf, PARAGRAPH, rest } from './wire.ts';

/** Do two neighbouring texts belong to one message? Without ids they do. */
export const sameItem = (first: Part, next: Part): boolean =>
  first.id === next.id && nativeOf(next).message === undefined;

const LISTS: ReadonlySet<string> = new Set(['summary', 'content']);

const summaryText = (text: string): Json => ({ type: 'summary_text', text });

/** What a reasoning item says: its own lists where they were kept, else the text as a summary of one piece. */
export function reasoningBody(part: ReasoningPart): Json {
  const own = nativeOf(part);
  const content = array(own.content);
  const summary = array(own.summary) ?? (content !== undefined || part.text === '' ? [] : [summaryText(part.text)]);
  return { ...rest(own, LISTS), summary, ...(content === undefined ? {} : { content }) };
}

/** The pieces of a summary that came as one text. */
export const summaryOf = (pieces: readonly string[]): Json[] => pieces.map(summaryText);

/** One text of several pieces. */
export const joinedSummary = (pieces: readonly string[]): string => pieces.join(PARAGRAPH);
