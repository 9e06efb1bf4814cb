import type { Fault } from '../chat/fault.ts';
import { RequestError } from '../kit/errors.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { Answer } from './answer.ts';
import type { LineExchange } from './exchange.ts';
import { holdAttempt } from './hold-attempt.ts';
import { releaseHeld } from './record.ts';
import { render } from './render.ts';
import type { Work } from './work/work.ts';

/** What is to be called; or the answer itself; or why this target can't serve the request; or why it may not now. */
type Ready = Prepared | Fault;
type Prepared = Work | Answer | RequestError;

export const isWork = (ready: Ready): ready is Work => !(ready instanceof RequestError) && 'call' in ready;

/** What is to be called, reserved over where it goes. Throws LimitError where the store is away and what it would count is closed then. */
export function ready(exchange: LineExchange, planned: PlannedAttempt): Ready | Promise<Ready> {
  unbind(exchange);
  exchange.number = ++exchange.root.numbers;
  const preparing = prepared(exchange, planned);
  const holds = exchange.line.limits.holdsAttempts(exchange.caller);
  return holds || preparing instanceof Promise ? reserved(exchange, planned, preparing, holds) : preparing;
}

/** What the limits of the last attempt made of the request is not the next one's. */
export function unbind(exchange: LineExchange): void {
  if (exchange.unbound === undefined) return;
  exchange.bound = undefined;
  exchange.peek = exchange.unbound;
  exchange.unbound = undefined;
}

async function reserved(
  exchange: LineExchange,
  planned: PlannedAttempt,
  preparing: Prepared | Promise<Prepared>,
  holds: boolean,
): Promise<Ready> {
  const work = await preparing;
  if (!holds || !isWork(work)) return work;
  const { bound } = exchange;
  const refused = await holdAttempt(exchange, planned);
  if (refused !== undefined || exchange.bound === bound) return refused ?? work;
  const again = await prepared(exchange, planned);
  if (again instanceof RequestError) releaseHeld(exchange);
  return again;
}

/** render, and whether the request may go to this target at all. */
function prepared(exchange: LineExchange, planned: PlannedAttempt): Prepared | Promise<Prepared> {
  const { goingOn } = exchange;
  try {
    if (goingOn?.after !== undefined) exchange.chat = goingOn.requestFor(planned.deployment.target);
    const work = render(exchange, planned.deployment.target);
    return work instanceof Promise
      ? work.then((done) => checked(exchange, done)).catch(unfit)
      : checked(exchange, work);
  } catch (error) {
    return unfit(error);
  }
}

function checked(exchange: LineExchange, work: Work | Answer): Work | Answer {
  if ('call' in work) refuseDropped(exchange, work.call.dropped);
  return work;
}

function unfit(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  throw error;
}

/** `strict`: what the target can't express is a refusal, before anything is sent. */
function refuseDropped(exchange: LineExchange, dropped: readonly string[]): void {
  const [first] = dropped;
  if (!exchange.line.settings.strict || first === undefined) return;
  throw new RequestError(
    'unsupported_by_target',
    `The model '${exchange.model}' can not express: ${dropped.join(', ')}.`,
    { param: first },
  );
}
