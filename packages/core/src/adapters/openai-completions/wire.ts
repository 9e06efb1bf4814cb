import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { record } from '../shared/read.ts';

/** This wire format's name: OpenAI's older completions API, text in and text out. Source: https://platform.openai.com/docs/api-reference/completions */
export const FORMAT = 'openai-completions';

/** What the reader of the answer needs to know of the request. */
export interface Memo {
  /** How many choices were asked for, over all prompts. */
  readonly n: number;
  /** Id, time and model for what Postern writes into a passing stream. */
  readonly id: string;
  readonly created: number;
  readonly model: string;
  /** Did the client ask for usage on the stream? */
  readonly streamUsage: boolean;
}

/** The memo of a call of this adapter. */
export const memoOf = (call: UpstreamCall): Memo => call.memo as Memo;

/** The memo for an exchange. */
export const memoFor = (exchange: Exchange): Memo => ({
  n: exchange.peek.n ?? 1,
  id: exchange.newId('cmpl-'),
  created: exchange.created,
  model: exchange.model,
  streamUsage: exchange.peek.streamUsage === true,
});

/** The path of the operation: the row's own, with `{model}` filled in, or the format's. */
export function pathOf(target: Target): string {
  const own = target.row.paths?.chat;
  return own === undefined ? '/completions' : own.replaceAll('{model}', () => encodeURIComponent(target.model));
}

/** The headers of a call. Nothing of the client's request goes on. */
export const headersFor = (stream: boolean): Record<string, string> => ({
  'content-type': 'application/json',
  accept: stream ? 'text/event-stream' : 'application/json',
});

/** What the client of this format said of its prompt, for its own answer. */
export interface Notes {
  readonly format: typeof FORMAT;
  /** The prompt, when it is to stand before each answer. */
  readonly echo?: string;
}

/** The notes of an exchange whose client speaks this format; empty for others. */
export function notesOf(notes: unknown): Notes {
  const own = record(notes);
  return own?.['format'] === FORMAT ? (own as unknown as Notes) : { format: FORMAT };
}
