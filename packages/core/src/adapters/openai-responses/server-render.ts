import type { Part } from '../../chat/parts.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { Usage } from '../../chat/usage.ts';
import type { Exchange } from '../adapter.ts';
import { tierWord } from '../openai-chat/wire.ts';
import { Dropped } from '../shared/dropped.ts';
import { given, type Json, record } from '../shared/read.ts';
import { echo } from './echo.ts';
import { outputItems } from './output-items.ts';
import { type Ending, endingOf } from './stop.ts';
import { usageBody } from './usage.ts';
import { itemId } from './wire.ts';

/** What all events of a stream and the whole answer say of the response. */
export type Head = Pick<ChatReply, 'id' | 'model' | 'created' | 'serviceTier'>;

/** A response without its output: what it repeats of the request, and who answers it. Postern keeps none, so `store` is false. */
export function responseHead(head: Head, exchange: Exchange): Json {
  return {
    id: itemId('resp_', head.id, exchange),
    object: 'response',
    created_at: head.created ?? exchange.created,
    background: false,
    error: null,
    ...(record(exchange.echo) ?? echo(undefined)),
    model: head.model ?? exchange.model,
    store: false,
  };
}

/** A response that is complete, or cut. The time of its end is not known to an adapter, and is the one of its beginning at the latest. */
export function endedResponse(
  head: Json,
  ending: Ending,
  output: readonly Json[],
  tier: string | undefined,
  usage: Usage | undefined,
): Json {
  return {
    ...head,
    ...given('service_tier', tierWord(tier) ?? 'default'),
    ...ending,
    completed_at: ending.status === 'completed' ? head.created_at : null,
    output,
    usage: usage === undefined ? null : usageBody(usage),
  };
}

const EMPTY: Choice = { content: [], stopReason: 'stop' };

/** Did the model refuse in words? */
const refusedInWords = (content: readonly Part[]): boolean =>
  content.some((part) => part.type === 'refusal' && part.text !== '');

/** A whole answer as a response. It holds one answer: others are dropped and reported. */
export function render(reply: ChatReply, exchange: Exchange): { body: unknown; dropped: string[] } {
  const dropped = new Dropped();
  const choice = reply.choices[0] ?? EMPTY;
  for (let index = 1; index < reply.choices.length; index++) dropped.add(`choices.${index}`);
  const ending = endingOf(choice.stopReason, refusedInWords(choice.content), choice.nativeStopReason);
  const output = outputItems(choice, ending, exchange, dropped);
  const body = endedResponse(responseHead(reply, exchange), ending, output, reply.serviceTier, reply.usage);
  return { body, dropped: dropped.list };
}
