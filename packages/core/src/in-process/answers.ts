import type { ChatEvent } from '../chat/events.ts';
import type { ChatReply, StopReason } from '../chat/reply.ts';
import type { Usage } from '../chat/usage.ts';
import type { AttemptRecord } from '../store/store.ts';
import type { Chunk } from '../transport/gateway-request.ts';
import type { ToolCall, ToolSet } from './tools.ts';

/** A whole answer, read. */
export interface ChatResult<Tools extends ToolSet = ToolSet> {
  /** The request's id, as in headers, events and the ledger. */
  readonly id: string;
  /** All text of the first choice. */
  readonly text: string;
  /** All reasoning of the first choice. */
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall<Tools>[];
  readonly stopReason: StopReason;
  readonly usage: Usage | undefined;
  /** Every wire call that was made for it, the last one being the one that answered. */
  readonly attempts: readonly AttemptRecord[];
  readonly dropped: readonly string[];
  readonly inserted: readonly string[];
  /** The answer in the canonical model, whole. */
  readonly reply: ChatReply;
}

/** A stream, to be iterated once and by one consumer. Iterating rejects with GatewayError when the stream breaks or is cancelled. */
export interface StreamResult<Tools extends ToolSet = ToolSet> extends AsyncIterable<ChatEvent> {
  readonly id: string;
  /** The whole answer, once somebody has iterated to its end. Rejects with GatewayError when the stream broke, was cancelled or was left. */
  readonly result: Promise<ChatResult<Tools>>;
  /** Ends the stream early and cancels the upstream, as leaving the loop does. After the end it changes nothing. */
  cancel(reason?: unknown): void;
}

/** An answer in a wire format's own form. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined when the answer is a stream. */
  readonly body: unknown;
  /** The bytes or text of a stream as they come, to be iterated once; leaving the loop cancels. Undefined when the answer is whole, as errors are. */
  readonly stream: AsyncIterable<Chunk> | undefined;
  /** Ends a stream early and cancels the upstream. After the end it changes nothing. */
  cancel(reason?: unknown): void;
}
