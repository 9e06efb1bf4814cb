import type { WireFormat } from '../adapters/format.ts';
import { policyHash } from '../config/policy-hash.ts';
import { asGatewayError } from '../kit/errors.ts';
import { newTrace, recordOf, scoresOf, type Trace } from '../router/decision.ts';
import type { Deployment } from '../router/deployment.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { Question } from '../router/question.ts';
import type { LineExchange } from './exchange.ts';
import { tellMissed } from './tell-release.ts';

/** Asks the router, and writes down how it came to its plan where somebody wants to know. Throws what the router throws. */
export function decide(
  exchange: LineExchange,
  question: Question,
  format: WireFormat | undefined,
): readonly PlannedAttempt[] {
  let plan = NO_PLAN;
  try {
    plan = decided(exchange, question, format);
    return plan;
  } finally {
    if (!exchange.dry) tellMissed(exchange, question, plan);
  }
}

const NO_PLAN: readonly PlannedAttempt[] = Object.freeze([]);

function decided(
  exchange: LineExchange,
  question: Question,
  format: WireFormat | undefined,
): readonly PlannedAttempt[] {
  const { dry, line } = exchange;
  const told = !dry && line.events.listens('decision');
  if (!told && !dry && line.explained === undefined) return line.router.plan(question, format);
  const trace = newTrace(dry);
  let plan: readonly PlannedAttempt[] = [];
  let refused: string | undefined;
  try {
    plan = line.router.plan(question, format, trace);
    return plan;
  } catch (error) {
    refused = asGatewayError(error).code;
    throw error;
  } finally {
    const candidates = candidatesOf(exchange, trace, question.model);
    const record = recordOf(exchange.id, policyHash(line.settings), question, trace, candidates, plan, refused);
    exchange.candidates = candidates;
    exchange.leftOut = trace.unfit;
    exchange.decision = record;
    exchange.scores = scoresOf(plan, question);
    if (told) line.events.emit('decision', record);
  }
}

/** Where the request could have gone: to any deployment of the aliases that were looked at, or of the one name that is asked for. */
function candidatesOf({ line }: LineExchange, { turns }: Trace, model: string): readonly Deployment[] {
  const aliases = turns.size === 0 ? [model] : [...turns.keys()];
  return aliases.flatMap((alias) => line.router.deployments(alias));
}
