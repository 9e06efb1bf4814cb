import type { ChatEvent } from '../chat/events.ts';
import type { Fault } from '../chat/fault.ts';
import type { ChatReply } from '../chat/reply.ts';
import type { Usage } from '../chat/usage.ts';
import type { Framing } from '../transport/frame-reader.ts';
import type { Chunk } from '../transport/gateway-request.ts';
import type { AnswerStream } from './answer-stream.ts';
import type { ByteStream } from './byte-stream.ts';

/** What an attempt brought, before it is put into the client's format. */
export type Answer =
  /** A whole answer in the canonical model. */
  | { readonly kind: 'reply'; readonly reply: ChatReply }
  /** A stream in the canonical model, in batches as they arrive. */
  | { readonly kind: 'events'; readonly stream: AnswerStream<ChatEvent[]> }
  /** A whole answer that is in the client's format already: JSON text or bytes, or what `type` says. */
  | { readonly kind: 'whole'; readonly body: Chunk; readonly usage: Usage | undefined; readonly type?: string }
  /** A stream that is in the client's format already. */
  | { readonly kind: 'chunks'; readonly framing: Framing; readonly stream: AnswerStream<Chunk> }
  /** Audio, or another file, on its way through. */
  | { readonly kind: 'bytes'; readonly type: string; readonly stream: ByteStream };

const KINDS: ReadonlySet<string> = new Set<Answer['kind']>(['reply', 'events', 'whole', 'chunks', 'bytes']);

export function isAnswer(value: Answer | Fault): value is Answer {
  return KINDS.has(value.kind);
}

/** Is it still arriving? */
export function isStream(value: Answer | Fault): boolean {
  return 'stream' in value;
}
