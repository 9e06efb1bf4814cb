import type { Fault } from '../../chat/fault.ts';
import { isPlainText } from '../../chat/goes-on.ts';
import { replyToEvents } from '../../chat/replay.ts';
import type { ChatReply } from '../../chat/reply.ts';
import { asGatewayError, isGatewayError, RequestError } from '../../kit/errors.ts';
import { textOf } from '../../kit/text-of.ts';
import { CONSEQUENCES } from '../../router/faults.ts';
import type { Delivered } from '../answer.ts';
import { attempt, attemptAfter } from '../attempt.ts';
import { chatOf } from '../chat-of.ts';
import type { LineExchange } from '../exchange.ts';
import { ContinuedStream, type Next, type Source } from './continued-stream.ts';
import { canGoOn, GoingOn } from './going-on.ts';
import { Joint } from './joint.ts';

/** attempt, and further ones where its stream breaks and another deployment can go on with what the client has by then. */
export async function attemptOn(exchange: LineExchange): Promise<Delivered> {
  const going = goingOnOf(exchange);
  if (going === undefined) return attempt(exchange);
  exchange.goingOn = going;
  const answer = await attempt(exchange);
  if (answer.kind !== 'events') return answer;
  return {
    kind: 'continued',
    stream: new ContinuedStream(answer.stream, going, (fault) => goOn(exchange, going, fault)),
  };
}

/** undefined: it is not asked for, the request is none whose answer another one could go on with, or nobody could. */
function goingOnOf(exchange: LineExchange): GoingOn | undefined {
  const { keeps, peek, plan, route } = exchange;
  const settings = plan[0]?.alias.continuation;
  if (settings === undefined || route.operation !== 'chat' || !peek.stream || keeps !== undefined) return undefined;
  if (plan.length < 2 || !plan.some(({ deployment }) => canGoOn(deployment.target, settings))) return undefined;
  try {
    const chat = chatOf(exchange);
    if (isPlainText(chat)) return new GoingOn(chat, settings);
    return undefined;
  } catch (error) {
    // What can't be read here may still be good for the provider.
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

/** Never rejects. */
async function goOn(exchange: LineExchange, going: GoingOn, fault: Fault): Promise<Next> {
  if (exchange.cancelled !== undefined || fault.error !== undefined || !CONSEQUENCES[fault.kind].fallBack)
    return { fault };
  try {
    const answer = await attemptAfter(exchange, going, fault);
    const source =
      answer.kind === 'events' ? answer.stream : answer.kind === 'reply' ? new Whole(answer.reply) : undefined;
    return source === undefined ? { fault } : { source, joint: new Joint(going, exchange.spent) };
  } catch (thrown) {
    const { cancelled, id, line } = exchange;
    if (!isGatewayError(thrown))
      line.settings.log.error('an answer was not gone on with', { request: id, cause: textOf(thrown) });
    // Why the last one can't go on is in its record; the client is told what broke, or why all is over.
    if (cancelled === undefined) return { fault };
    const error = asGatewayError(cancelled);
    return { fault: { kind: 'unavailable', message: error.message, error } };
  }
}

/** The answer of a provider that doesn't stream. */
class Whole implements Source {
  onEnd: Source['onEnd'] = () => {};
  #reply: ChatReply | undefined;

  constructor(reply: ChatReply) {
    this.#reply = reply;
  }

  next(): ReturnType<Source['next']> {
    const reply = this.#reply;
    this.#reply = undefined;
    if (reply !== undefined) return Promise.resolve({ done: false, value: replyToEvents(reply) });
    return this.return();
  }

  return(): ReturnType<Source['return']> {
    this.readOn();
    return Promise.resolve({ done: true, value: undefined });
  }

  readOn(): void {
    const { onEnd } = this;
    this.onEnd = () => {};
    onEnd(undefined);
  }
}
