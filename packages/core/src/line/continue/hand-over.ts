import type { Fault } from '../../chat/fault.ts';
import { addUsage, outputTotal } from '../../chat/usage.ts';
import type { PlannedAttempt } from '../../router/plan.ts';
import type { LineExchange } from '../exchange.ts';
import { closeAttempt } from '../record.ts';
import { replaced } from '../retell.ts';
import { streamUsage, tellWithheld } from '../stream-usage.ts';
import { upstreamError } from '../upstream-error.ts';
import type { GoingOn } from './going-on.ts';

/** The attempt under way ends in the middle of its stream: its record is written, and its connection closed. */
export function breakOff(exchange: LineExchange, fault: Fault): void {
  if (exchange.reading !== undefined) exchange.usage = streamUsage(exchange, exchange.reading);
  closeAttempt(exchange, 'fault', fault);
  exchange.abort?.abort(upstreamError(fault));
}

/** Another attempt follows: what the broken stream used is kept apart, and the exchange is as it was before it. */
export function leaveStream(exchange: LineExchange, going: GoingOn): void {
  const { reading, served, usage = {} } = exchange;
  exchange.spent = addUsage(exchange.spent, usage);
  exchange.usage = undefined;
  exchange.reading = undefined;
  exchange.firstTokenAt = undefined;
  going.used = outputTotal(exchange.spent);
  going.after = served?.deployment.id;
  if (reading !== undefined) tellWithheld(exchange, reading);
}

/** The attempt as it is called: behind a stream that broke it says so, also to whoever asks how the request was decided. */
export function calledAs(exchange: LineExchange, planned: PlannedAttempt): PlannedAttempt {
  const after = exchange.goingOn?.after;
  return after === undefined ? planned : replaced(exchange, planned, `continues ${after}`);
}
