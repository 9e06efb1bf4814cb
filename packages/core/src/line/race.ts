import type { Fault } from '../chat/fault.ts';
import { asGatewayError, UpstreamError } from '../kit/errors.ts';
import { type Answer, isAnswer } from './answer.ts';
import type { LineExchange } from './exchange.ts';
import { closeAttempt, releaseHeld } from './record.ts';

/**
 * The same request with the state of an attempt of its own: what is written stays here, and what is not is the request's, also when that changes. For
 * steps that belong to an attempt only; whatever ends a request is done to the request.
 */
function twinOf(exchange: LineExchange): LineExchange {
  const twin = Object.create(exchange) as LineExchange;
  twin.abort = undefined;
  return twin;
}

/** An attempt that failed in a race, by its place in the plan. */
export interface Failed {
  readonly index: number;
  readonly fault: Fault;
}

const LOST = new UpstreamError('upstream_timeout', 'Another deployment answered first.');

/** Attempts that are made at once, each with a twin of the request: who speaks first is heard, and the others are ended. */
export class Race {
  readonly #exchange: LineExchange;
  readonly #running: LineExchange[] = [];
  readonly #failed: Failed[] = [];
  #resolve: (came: Answer | readonly Failed[]) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #stopTimer: () => void = () => {};
  /** What is no fault of a provider's, where it came while another attempt was under way. */
  #thrown: unknown;
  /** The first answer; or how all failed, in the order of the plan. */
  readonly result: Promise<Answer | readonly Failed[]>;

  constructor(exchange: LineExchange) {
    this.#exchange = exchange;
    exchange.abort = this;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Nobody waits for one whose first attempt never came to a call.
    this.result.catch(() => {});
  }

  /** Nobody runs any more. */
  get over(): boolean {
    return this.#running.length === 0;
  }

  /** An attempt takes part: gives the twin for it. */
  enter(): LineExchange {
    const twin = twinOf(this.#exchange);
    this.#running.push(twin);
    return twin;
  }

  /** There is nothing to call for it after all. */
  withdraw(twin: LineExchange): void {
    if (!this.#leaves(twin)) return;
    releaseHeld(twin);
    if (!this.over) return;
    if (this.#failed.length > 0) this.#allFailed();
    else if (this.#thrown !== undefined) {
      this.#stopTimer();
      this.#reject(this.#thrown);
    }
  }

  /** Its call, which stands at `index` of the plan, is under way. */
  follow(twin: LineExchange, index: number, calling: Promise<Answer | Fault>): void {
    calling.then(
      (outcome) => this.#came(twin, index, outcome),
      (error: unknown) => this.#threw(twin, error),
    );
  }

  /** Calls `run` once the first attempt was under way for so many ms and nothing is over. One that waits for room is not under way. */
  after(ms: number, run: () => void, first: LineExchange): void {
    if (this.over) return;
    const { clock } = this.#exchange.line.platform;
    const left = first.open === undefined ? ms : first.open.startedAt + ms - clock.now();
    if (left <= 0) run();
    else this.#stopTimer = clock.timer(left, () => this.after(ms, run, first));
  }

  /** The request is over: all that is under way is ended, and in the books. */
  abort(reason: unknown): void {
    const error = asGatewayError(reason);
    const late = error.code === 'upstream_timeout' ? { kind: 'timeout' as const, message: error.message } : undefined;
    for (const twin of this.#drained()) end(twin, reason, error.kind === 'gone' ? 'cancelled' : 'fault', late);
    this.#reject(reason);
  }

  #came(twin: LineExchange, index: number, outcome: Answer | Fault): void {
    if (!this.#leaves(twin)) return;
    if (isAnswer(outcome)) {
      for (const loser of this.#drained()) lose(loser);
      // From here on its attempt is the request's.
      Object.assign(this.#exchange, twin);
      this.#resolve(outcome);
      return;
    }
    this.#failed.push({ index, fault: outcome });
    if (this.over) this.#allFailed();
  }

  #threw(twin: LineExchange, error: unknown): void {
    this.#thrown ??= error;
    this.withdraw(twin);
  }

  #allFailed(): void {
    this.#stopTimer();
    this.#resolve(this.#failed.sort((left, right) => left.index - right.index));
  }

  /** False: it had lost before. */
  #leaves(twin: LineExchange): boolean {
    const at = this.#running.indexOf(twin);
    if (at >= 0) this.#running.splice(at, 1);
    return at >= 0;
  }

  #drained(): LineExchange[] {
    this.#stopTimer();
    return this.#running.splice(0);
  }
}

/** Its upstream is closed; what it used is billed, as far as that can be known. */
function lose(twin: LineExchange): void {
  const { line, open, peek } = twin;
  const now = line.platform.clock.now();
  open?.planned.deployment.health.silent(now - open.startedAt, peek.stream, now);
  twin.cancelled = LOST;
  end(twin, LOST, 'cancelled');
}

function end(twin: LineExchange, reason: unknown, outcome: 'cancelled' | 'fault', fault?: Fault): void {
  twin.abort?.abort(reason);
  closeAttempt(twin, outcome, fault);
  releaseHeld(twin);
}
