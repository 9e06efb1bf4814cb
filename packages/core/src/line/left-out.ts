import type { PlannedAttempt } from '../router/plan.ts';
import { incapacity } from './capable.ts';
import type { LineExchange } from './exchange.ts';

/** Notes of the deployments that are in the plan no longer why they are not, where somebody may ask; `why`: where nothing better is known. */
export function noteLeftOut(exchange: LineExchange, before: readonly PlannedAttempt[], why: string): void {
  const { decision, plan } = exchange;
  if (decision === undefined || before === plan) return;
  const left = new Set(plan.map(({ deployment }) => deployment.id));
  exchange.leftOut ??= new Map();
  for (const { deployment } of before)
    if (!left.has(deployment.id) && !exchange.leftOut.has(deployment.id))
      exchange.leftOut.set(deployment.id, incapacity(exchange, deployment.target) ?? why);
}
