import type { ChatEvent } from '../chat/events.ts';
import type { Fault } from '../chat/fault.ts';
import type { ChatReply } from '../chat/reply.ts';
import type { Usage } from '../chat/usage.ts';
import type { Framing } from '../transport/frame-reader.ts';
import type { Chunk } from '../transport/gateway-request.ts';
import type { WireSocket } from '../transport/web-socket.ts';
import type { AnswerStream } from './answer-stream.ts';

/** What an attempt brought, before it is put into the client's format. */
export type Answer =
  /** A whole answer in the canonical model. */
  | { readonly kind: 'reply'; readonly reply: ChatReply }
  /** A stream in the canonical model, in batches as they arrive. */
  | { readonly kind: 'events'; readonly stream: AnswerStream<ChatEvent[]> }
  /** A whole answer that is in the client's format already: JSON text or bytes. */
  | WholeAnswer
  /** A stream that is in the client's format already. */
  | { readonly kind: 'chunks'; readonly framing: Framing; readonly stream: AnswerStream<Chunk> }
  /** An open session. */
  | { readonly kind: 'socket'; readonly socket: WireSocket };

/** A class, since it holds the body until it is delivered (decisions/0006). */
export class WholeAnswer {
  readonly kind = 'whole';
  readonly body: Chunk;
  readonly usage: Usage | undefined;

  constructor(body: Chunk, usage: Usage | undefined) {
    this.body = body;
    this.usage = usage;
  }
}

export function isAnswer(value: Answer | Fault): value is Answer {
  return value.kind === 'reply' || value.kind === 'whole' || value.kind === 'socket' || isStream(value);
}

/** Is it still arriving? */
export function isStream(value: Answer | Fault): boolean {
  return value.kind === 'events' || value.kind === 'chunks';
}
