import type { Fault } from '../chat/fault.ts';
import type { Usage } from '../chat/usage.ts';
import { weightOf, weightOfBytes } from '../chat/weight.ts';
import type { RequestError } from '../kit/errors.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import { sizeOf } from '../transport/byte-source.ts';
import { type Answer, isAnswer } from './answer.ts';
import { calledAs } from './continue/hand-over.ts';
import { dispatch } from './dispatch.ts';
import { enter } from './enter.ts';
import { estimatedUsage } from './estimate.ts';
import type { LineExchange } from './exchange.ts';
import { closeAttempt, releaseHeld } from './record.ts';
import { allowanceOf } from './stream/allowance.ts';
import { KeptText } from './tokens/kept.ts';
import { transportFault } from './upstream-error.ts';
import type { Work } from './work/work.ts';

/** What came of an attempt: RequestError where it was never made, since the target can't express the request. */
export type Tried = Answer | Fault | RequestError;

/** Makes an attempt: one call, and what is noted of it. Throws why the request is over, and what {@link enter} throws. */
export async function callOnce(exchange: LineExchange, from: PlannedAttempt, work: Work): Promise<Answer | Fault> {
  if (exchange.cancelled !== undefined) throw exchange.cancelled;
  const planned = calledAs(exchange, from);
  exchange.served = planned;
  exchange.sentBytes = sizeOf(work.call.body);
  if (exchange.line.settings.tokenizer !== undefined && exchange.route.operation === 'chat')
    exchange.kept = new KeptText(exchange, planned.deployment.target);
  exchange.dropped = work.call.dropped;
  const { filled } = exchange;
  exchange.inserted = filled.length === 0 ? work.call.inserted : [...filled, ...work.call.inserted];
  const entering = enter(exchange, planned);
  const rests = entering === undefined ? undefined : await entering;
  if (exchange.cancelled !== undefined) throw exchange.cancelled;
  if (rests !== undefined) {
    releaseHeld(exchange);
    exchange.uncountedHold = undefined;
    return rests;
  }
  let outcome: Answer | Fault;
  try {
    outcome = await dispatch(exchange, planned, work);
  } catch (error) {
    if (exchange.cancelled !== undefined) throw exchange.cancelled;
    outcome = caught(error, exchange);
  }
  if (!isAnswer(outcome)) closeAttempt(exchange, 'fault', outcome);
  return outcome;
}

/** An answer is there, or begins: from here on there is no other attempt. */
export function land(exchange: LineExchange, outcome: Answer): void {
  if (outcome.kind === 'reply' || outcome.kind === 'whole') {
    exchange.usage = usageOf(exchange, outcome);
    if (exchange.kept !== undefined) exchange.kept.whole = outcome;
    closeAttempt(exchange, 'ok');
  } else if (outcome.kind === 'relayed') closeAttempt(exchange, 'ok');
  else if (outcome.kind === 'relay') exchange.forgetRequest();
  else if (outcome.kind !== 'socket') {
    exchange.reading = outcome.stream.interpreter;
    if (outcome.kind !== 'bytes') outcome.stream.allowance = allowanceOf(exchange);
    exchange.forgetRequest();
    const now = exchange.line.platform.clock.now();
    exchange.firstTokenAt = now;
    const { open } = exchange;
    open?.planned.deployment.health.spoke(now - open.startedAt, now);
  }
}

/** What a whole answer used: as its provider told, which may be 0; of a chat that was told nothing about, estimated. */
function usageOf(
  { route, sentBytes }: LineExchange,
  answer: Extract<Answer, { kind: 'reply' | 'whole' }>,
): Usage | undefined {
  const told = answer.kind === 'reply' ? answer.reply.usage : answer.usage;
  if (told !== undefined || route.operation !== 'chat') return told;
  return estimatedUsage(sentBytes, weightIn(answer));
}

function weightIn(answer: Extract<Answer, { kind: 'reply' | 'whole' }>): number {
  if (answer.kind === 'reply') return weightOf(JSON.stringify(answer.reply.choices.map(({ content }) => content)));
  return typeof answer.body === 'string' ? weightOf(answer.body) : weightOfBytes(answer.body);
}

function caught(error: unknown, exchange: LineExchange): Fault {
  try {
    return transportFault(error);
  } catch {
    closeAttempt(exchange, 'fault');
    throw error;
  }
}
