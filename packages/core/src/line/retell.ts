import type { PlannedAttempt } from '../router/plan.ts';
import type { LineExchange } from './exchange.ts';

/** Says more of why an attempt is made: for whoever asks how the request was decided, and for the event that it begins. Gives the attempt that says so. */
export const retell = (exchange: LineExchange, planned: PlannedAttempt, why: string): PlannedAttempt =>
  replaced(exchange, planned, `${planned.reason}, ${why}`);

/** The attempt of the plan with another reason. */
export function replaced(exchange: LineExchange, planned: PlannedAttempt, reason: string): PlannedAttempt {
  const told = { ...planned, reason };
  exchange.plan = exchange.plan.map((one) => (one === planned ? told : one));
  return told;
}
