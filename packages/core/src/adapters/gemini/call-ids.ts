import type { ToolCallPart } from '../../chat/parts.ts';
import type { Message } from '../../chat/request.ts';

/** The id of the `index`-th function call of a conversation that came without one; the same for the same history. */
export const derivedId = (index: number, name: string): string => `call_${index}_${name}`;

/** Matches calls and results read from the wire, where ids are optional. */
export interface CallMatcher {
  /** The id of a call, made where the wire has none. */
  callId(id: string | undefined, name: string): string;
  /** The id of the call that a result answers. */
  resultId(id: string | undefined, name: string): string;
}

/** Results without an id belong to the oldest open call of their name, as the API itself pairs them. `make` gives the id of the `index`-th call. */
export function createMatcher(make: (index: number, name: string) => string): CallMatcher {
  let count = 0;
  const open: { callId: string; name: string }[] = [];
  const take = (index: number): string | undefined => (index < 0 ? undefined : open.splice(index, 1)[0]?.callId);
  return {
    callId(id, name) {
      const callId = id === undefined || id === '' ? make(count, name) : id;
      count += 1;
      open.push({ callId, name });
      return callId;
    },
    resultId(id, name) {
      if (id === undefined || id === '') return take(open.findIndex((call) => call.name === name)) ?? make(count, name);
      take(open.findIndex((call) => call.callId === id));
      return id;
    },
  };
}

/** What the history tells of one call. */
interface KnownCall {
  readonly name: string;
  /** Its place among all calls. */
  readonly order: number;
  /** Its id was derived from its place: the wire had none, and needs none. */
  readonly derived: boolean;
}

/** The calls of a conversation in the chat model, by id. */
export type CallIndex = ReadonlyMap<string, KnownCall>;

const callsOf = (message: Message): ToolCallPart[] => message.content.filter((part) => part.type === 'tool-call');

/** Indexes the calls of a conversation. */
export function indexCalls(messages: readonly Message[]): CallIndex {
  const index = new Map<string, KnownCall>();
  let order = 0;
  for (const message of messages) {
    for (const { callId, name } of callsOf(message)) {
      index.set(callId, { name, order, derived: callId === derivedId(order, name) });
      order += 1;
    }
  }
  return index;
}
