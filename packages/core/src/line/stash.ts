import { createCollector } from '../chat/collect.ts';
import type { ChatEvent } from '../chat/events.ts';
import type { Origin, Part, ReasoningPart, ToolCallPart } from '../chat/parts.ts';
import type { ChatReply } from '../chat/reply.ts';
import type { ChatRequest, Message } from '../chat/request.ts';
import type { LineExchange } from './exchange.ts';
import { storeCall } from './store-call.ts';

/** How long what a client did not send back is kept, in ms. */
const KEPT = 3_600_000;
/** Entries of the stash; the oldest go first. */
const CAPACITY = 10_000;
/** Longest entry in bytes; thinking beyond it is not kept. */
const MAX_BYTES = 262_144;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a tool call needs to be continued: the reasoning before it, signed or not (some APIs want its plain words back), and its own signature. */
interface Stashed {
  readonly reasoning: ReasoningPart[];
  readonly signature?: string;
  readonly origin?: Origin;
}

const mapOf = (exchange: LineExchange) => exchange.line.store.shared('reasoning', CAPACITY, { forget: 'oldest' });
/** Length-prefixed, so that no caller id and call id can be cut to make another pair's key. */
const keyOf = (exchange: LineExchange, callId: string): string => {
  const caller = exchange.caller?.id ?? '';
  return `${caller.length}:${caller}:${callId}`;
};

const isReasoning = (part: Part): part is ReasoningPart => part.type === 'reasoning';
const isCall = (part: Part): part is ToolCallPart => part.type === 'tool-call';
const isSigned = (part: Part): boolean =>
  part.signature !== undefined || (part.type === 'reasoning' && part.encrypted !== undefined);

/** Keeps the reasoning of an answer by its tool calls, for clients that send back only role, content and tool calls. */
export function stashReply(exchange: LineExchange, reply: ChatReply): void {
  for (const { content } of reply.choices) {
    const first = content.find(isCall);
    if (first === undefined) continue;
    const reasoning = content.filter(isReasoning);
    for (const call of content.filter(isCall)) keep(exchange, call, call === first ? reasoning : []);
  }
}

function keep(exchange: LineExchange, call: ToolCallPart, reasoning: ReasoningPart[]): void {
  if (reasoning.length === 0 && call.signature === undefined) return;
  const { signature, origin } = call;
  const stashed: Stashed = {
    reasoning,
    ...(signature === undefined ? {} : { signature }),
    ...(origin === undefined ? {} : { origin }),
  };
  const bytes = encoder.encode(JSON.stringify(stashed));
  if (bytes.length > MAX_BYTES) return;
  mapOf(exchange)
    .add(keyOf(exchange, call.callId), bytes, KEPT, storeCall(exchange))
    .catch(() => {
      // A stash that can't be written costs the thinking of one turn and must not cost the answer.
    });
}

/** The same for a stream: watches its parts go by, and keeps them when it ends. */
export function stashEvents(exchange: LineExchange, batches: AsyncIterator<ChatEvent[]>): AsyncIterator<ChatEvent[]> {
  const collector = createCollector();
  return {
    async next() {
      const step = await batches.next();
      if (step.done === true) stashReply(exchange, collector.reply());
      else for (const event of step.value) if (matters(event)) collector.push(event);
      return step;
    },
    return: () => batches.return?.() ?? Promise.resolve({ done: true, value: undefined }),
  };
}

/** Text and tool input are not kept, so that a long answer costs nothing. */
function matters(event: ChatEvent): boolean {
  return event.type === 'part-start' || event.type === 'part-end' || event.type === 'reasoning-delta';
}

/** The request with the reasoning put back that its client left out. The same object, at once, when there is nothing to put back. */
export function restoreReasoning(exchange: LineExchange, chat: ChatRequest): ChatRequest | Promise<ChatRequest> {
  return chat.messages.some(lacksReasoning) ? withReasoning(exchange, chat) : chat;
}

async function withReasoning(exchange: LineExchange, chat: ChatRequest): Promise<ChatRequest> {
  const messages: Message[] = [];
  for (const message of chat.messages)
    messages.push(lacksReasoning(message) ? await restored(exchange, message) : message);
  return { ...chat, messages };
}

function lacksReasoning(message: Message): boolean {
  return message.role === 'assistant' && message.content.some(isCall) && !message.content.some(isSigned);
}

async function restored(exchange: LineExchange, message: Message): Promise<Message> {
  const content: Part[] = [];
  const kept: ReasoningPart[] = [];
  for (const part of message.content) {
    const stashed = part.type === 'tool-call' ? await stashedFor(exchange, part.callId) : undefined;
    if (stashed === undefined) content.push(part);
    else {
      const { reasoning, ...signed } = stashed;
      kept.push(...reasoning);
      content.push({ ...part, ...signed });
    }
  }
  // The same thinking in the client's own, unsigned words is what signed parts replace; unsigned ones have nothing on it.
  if (kept.length === 0 || (content.some(isReasoning) && !kept.some(isSigned))) return { ...message, content };
  return { ...message, content: [...kept, ...content.filter((part) => !isReasoning(part))] };
}

async function stashedFor(exchange: LineExchange, callId: string): Promise<Stashed | undefined> {
  const found = await mapOf(exchange)
    .get(keyOf(exchange, callId), storeCall(exchange))
    .catch(() => undefined);
  return found === undefined ? undefined : (JSON.parse(decoder.decode(found.value)) as Stashed);
}
