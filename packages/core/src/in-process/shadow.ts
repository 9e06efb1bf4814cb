import type { Route } from '../adapters/routes.ts';
import type { Caller } from '../config/types.ts';
import type { LineExchange } from '../line/exchange.ts';
import type { ShadowCopied, ShadowCopy } from '../line/outcome.ts';
import { walk } from '../line/walk.ts';
import type { Body } from '../transport/body.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { GatewayReply, GatewayRequest } from '../transport/gateway-request.ts';
import { requestInProcess } from './request.ts';

/** Characters of an answer that listeners are told. */
const MOST_KEPT = 1_000_000;

/**
 * The copy of a request goes down the line as one of its own, for the caller `shadow`: its limits and its records are that caller's. Its answer is read
 * to the end, and goes to those who listen to the event `shadow`. Never rejects.
 */
export async function castShadow(
  { id: of, route, request, caller }: ShadowCopied,
  { to, body }: ShadowCopy,
  begin: (route: Route, request: GatewayRequest) => LineExchange,
): Promise<void> {
  const named = route.parameters['model'] === undefined ? undefined : { ...route.parameters, model: to };
  const { regions } = caller ?? {};
  // Where its caller may not be served its copy may not either.
  const shadow: Caller = { id: 'shadow', ...(regions === undefined ? {} : { regions }) };
  const made = (): Body => {
    const limits = exchange.line.settings.body;
    const whole = bodyOf(body, limits);
    return named === undefined ? bodyOf(whole.edit(new Map([['model', to]])), limits) : whole;
  };
  const exchange = begin(
    named === undefined ? route : { ...route, parameters: named },
    requestInProcess(request.path, made, { caller: shadow }),
  );
  exchange.caller = shadow;
  exchange.isCopy = true;
  try {
    const { body: answer, status } = await walk(exchange);
    const { events } = exchange.line;
    const text = await readToEnd(answer, events.listens('shadow') ? MOST_KEPT : 0);
    if (events.listens('shadow')) events.emit('shadow', { id: exchange.id, of, model: to, status, answer: text });
  } catch {
    // It is in the ledger, and nobody waits for it.
  }
}

/** Reads an answer, and gives the first so many bytes of it, or a few more, as text. */
async function readToEnd(answer: GatewayReply['body'], most: number): Promise<string> {
  const decoder = new TextDecoder();
  const pieces = typeof answer === 'string' || answer instanceof Uint8Array ? [answer] : answer;
  let text = '';
  for await (const piece of pieces)
    if (text.length < most) text += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
  return text.slice(0, most);
}
