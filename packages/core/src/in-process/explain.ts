import { asGatewayError, type GatewayError } from '../kit/errors.ts';
import { dryRun } from '../line/dry-run.ts';
import type { LineExchange } from '../line/exchange.ts';
import type { Explanation } from '../line/explanation.ts';
import { read } from '../line/read.ts';
import { settle, settleCancelled } from '../line/settle.ts';
import { start } from '../line/walk.ts';

/** How a request would be served, without a call. Rejects with GatewayError. */
export async function explainInProcess(exchange: LineExchange, refusal?: GatewayError): Promise<Explanation> {
  exchange.dry = true;
  try {
    if (refusal !== undefined) throw refusal;
    start(exchange);
    await read(exchange);
    const told = await dryRun(exchange);
    settle(exchange, 'ok', 200);
    return told;
  } catch (thrown) {
    const error = asGatewayError(thrown);
    settleCancelled(exchange, error);
    throw error;
  }
}
