import type { Route } from '../adapters/routes.ts';
import type { Caller } from '../config/types.ts';
import type { LineExchange } from '../line/exchange.ts';
import type { ShadowCopied, ShadowCopy } from '../line/outcome.ts';
import { walk } from '../line/walk.ts';
import type { Body } from '../transport/body.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { GatewayRequest } from '../transport/gateway-request.ts';
import { requestInProcess } from './request.ts';

/**
 * The copy of a request goes down the line as one of its own, for the caller `shadow`: its limits and its records are that caller's. Its answer is read
 * to the end and thrown away. Never rejects.
 */
export async function castShadow(
  { route, request, caller }: ShadowCopied,
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
    const { body: answer } = await walk(exchange);
    if (typeof answer === 'string' || answer instanceof Uint8Array) return;
    for await (const _ of answer);
  } catch {
    // It is in the ledger, and nobody waits for it.
  }
}
