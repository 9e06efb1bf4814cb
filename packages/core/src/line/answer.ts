import type { ChatEvent } from '../chat/events.ts';
import type { Fault } from '../chat/fault.ts';
import type { ChatReply } from '../chat/reply.ts';
import type { Usage } from '../chat/usage.ts';
import type { Framing } from '../transport/frame-reader.ts';
import type { Chunk } from '../transport/gateway-request.ts';
import type { WireSocket } from '../transport/web-socket.ts';
import type { ContinuedStream } from './continue/continued-stream.ts';
import type { RelayStream } from './relay/stream.ts';
import type { AnswerStream } from './stream/answer-stream.ts';
import type { ByteStream } from './stream/byte-stream.ts';

/** What an attempt brought, before it is put into the client's format. */
export type Answer =
  /** A whole answer in the canonical model. */
  | { readonly kind: 'reply'; readonly reply: ChatReply }
  /** A stream in the canonical model, in batches as they arrive. */
  | { readonly kind: 'events'; readonly stream: AnswerStream<ChatEvent[]> }
  /** A whole answer that is in the client's format already: JSON text or bytes, or what `type` says. */
  | WholeAnswer
  /** A stream that is in the client's format already. */
  | { readonly kind: 'chunks'; readonly framing: Framing; readonly stream: AnswerStream<Chunk> }
  /** Audio, or another file, on its way through. */
  | { readonly kind: 'bytes'; readonly type: string; readonly stream: ByteStream }
  /** What is passed on as it is, whole or on its way. `value`: a whole one, parsed. */
  | { readonly kind: 'relayed'; readonly head: RelayHead; readonly body: Chunk; readonly value: unknown }
  | { readonly kind: 'relay'; readonly head: RelayHead; readonly stream: RelayStream }
  /** An open session. */
  | { readonly kind: 'socket'; readonly socket: WireSocket };

/** An answer on its way to the client: one attempt's, or a stream of several where one broke. */
export type Delivered = Answer | { readonly kind: 'continued'; readonly stream: ContinuedStream };

/** Status and headers of an answer that is passed on. */
export interface RelayHead {
  readonly status: number;
  /** Lower-case names; the content type is among them where there is one. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A class, since it holds the body until it is delivered (decisions/0006). */
export class WholeAnswer {
  readonly kind = 'whole';
  readonly body: Chunk;
  readonly usage: Usage | undefined;
  /** Its content type, where it isn't JSON. */
  readonly type: string | undefined;

  constructor(body: Chunk, usage: Usage | undefined, type?: string) {
    this.body = body;
    this.usage = usage;
    this.type = type;
  }
}

const KINDS: ReadonlySet<string> = new Set<Answer['kind']>([
  'reply',
  'events',
  'whole',
  'chunks',
  'bytes',
  'relayed',
  'relay',
  'socket',
]);

export function isAnswer(value: Answer | Fault): value is Answer {
  return KINDS.has(value.kind);
}

/** Is it still arriving? */
export function isStream(value: Answer | Fault): boolean {
  return 'stream' in value;
}
