import type { Question } from '../router/question.ts';
import type { LineExchange } from './exchange.ts';
import type { ShadowCopy } from './outcome.ts';

/**
 * The copy of a request that is to be made once it is answered. Only chats are copied: what makes something, or has a provider call other servers, would
 * do so twice.
 */
export function shadowOf(exchange: LineExchange, question: Question): ShadowCopy | undefined {
  const { body, isCopy, line, peek, route } = exchange;
  if (isCopy || body === undefined || route.operation !== 'chat' || peek.remoteTools === true) return undefined;
  const to = line.router.shadow(question);
  return to === undefined ? undefined : { to, body: body.bytes() };
}
