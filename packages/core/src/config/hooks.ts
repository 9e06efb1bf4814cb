import type { ChatEvent } from '../chat/events.ts';
import type { ChatReply } from '../chat/reply.ts';
import type { ChatRequest } from '../chat/request.ts';

/** What a hook may know of the request it runs in. */
export interface HookContext {
  readonly id: string;
  readonly operation: string;
  /** As the client asked for it. */
  readonly model: string;
  readonly caller: { readonly id: string } | undefined;
}

/**
 * Hooks may change or refuse; they are ordered and awaited. To refuse, throw a GuardError (any other throw is a 500).
 * A request that a hook looks into goes through the canonical model even where it could pass through.
 */
export interface Hooks {
  /** Chats and token counts, before anything is sent. A returned request replaces the old one; the model is no part of it, the plan stands. */
  readonly onRequest?: readonly ((
    request: ChatRequest,
    context: HookContext,
  ) => ChatRequest | undefined | Promise<ChatRequest | undefined>)[];
  /** The plan: `provider/model` of each attempt in order. A returned list restricts or reorders it (only names that were in it). */
  readonly onPlan?: readonly ((
    plan: readonly string[],
    context: HookContext,
  ) => readonly string[] | undefined | Promise<readonly string[] | undefined>)[];
  /** A whole answer before it is sent. */
  readonly onReply?: readonly ((
    reply: ChatReply,
    context: HookContext,
  ) => ChatReply | undefined | Promise<ChatReply | undefined>)[];
  /** Every event of a stream before it is sent; an empty list withholds it. */
  readonly onEvent?: readonly ((
    event: ChatEvent,
    context: HookContext,
  ) => ChatEvent | readonly ChatEvent[] | undefined | Promise<ChatEvent | readonly ChatEvent[] | undefined>)[];
}
