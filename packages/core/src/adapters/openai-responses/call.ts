import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import type { Names } from '../shared/tool-names.ts';

/** What the reader of the answer needs to know of the request. */
export interface Memo {
  /** Id and time for an answer that has none. */
  readonly id: string;
  readonly created: number;
  /** The client's names of tools behind the ones that went out. */
  readonly names?: Names;
  /** The answer passes as it came, to the end of its connection. */
  readonly untouched?: boolean;
}

/** The memo of a call of this adapter. */
export function memoOf(call: UpstreamCall): Memo {
  return call.memo as Memo;
}

/** The part of the memo that every call has. */
export function memoFor(exchange: Exchange): Memo {
  return { id: exchange.newId('resp_'), created: exchange.created };
}

const PATHS = { chat: '/responses', 'count-tokens': '/responses/input_tokens', compact: '/responses/compact' } as const;

/** The path of an operation: the row's own, with `{model}` filled in, or the format's. */
export function pathOf(operation: keyof typeof PATHS, target: Target): string {
  const own = target.row.paths?.[operation];
  return own === undefined ? PATHS[operation] : own.replaceAll('{model}', () => encodeURIComponent(target.model));
}

/** The headers of a call. Nothing of the client's request goes on. */
export function headersFor(stream: boolean): Record<string, string> {
  return { 'content-type': 'application/json', accept: stream ? 'text/event-stream' : 'application/json' };
}
