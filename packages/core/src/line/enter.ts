import type { Fault } from '../chat/fault.ts';
import { UpstreamError } from '../kit/errors.ts';
import { hasRoom, isUsable, mayProbe } from '../router/condition.ts';
import type { Health } from '../router/health.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import { restError } from '../router/rest-error.ts';
import type { Room, Waiter } from '../router/room.ts';
import type { LineExchange } from './exchange.ts';
import { openAttempt } from './record.ts';
import { retell } from './retell.ts';

/**
 * Begins an attempt as soon as its deployment has room for it: at once, or when its turn comes. Gives the fault that it failed with before it was begun,
 * since its deployment rests by now. Throws UpstreamError `upstream_overloaded` where too many wait, or it waited too long; and why the request is over.
 */
export function enter(exchange: LineExchange, planned: PlannedAttempt): undefined | Promise<Fault | undefined> {
  const { health } = planned.deployment;
  if (health.room !== undefined && !hasRoom(health)) return new Waiting(exchange, planned, health.room).entered;
  const rests = health.tripped ? restsByNow(exchange, planned) : undefined;
  if (rests !== undefined) return Promise.resolve(rests);
  openAttempt(exchange, planned);
  return undefined;
}

/** Since the plan was made its deployment began to rest, or another request tries it. Where there is no other deployment it is asked all the same. */
function restsByNow({ line, plan }: LineExchange, { deployment, probe }: PlannedAttempt): Fault | undefined {
  const now = line.platform.clock.now();
  const { health } = deployment;
  const may = probe === true ? mayProbe : isUsable;
  if (may(health, now) || !plan.some((other) => other.deployment !== deployment)) return undefined;
  return restFault(health, now);
}

function restFault(health: Health, now: number): Fault {
  const error = restError(health, now);
  return { kind: health.fault ?? 'unavailable', message: error.message, error };
}

/** A request in the queue of a deployment. */
class Waiting implements Waiter {
  readonly caller: string;
  readonly entered: Promise<Fault | undefined>;
  readonly #exchange: LineExchange;
  readonly #planned: PlannedAttempt;
  readonly #room: Room;
  readonly #since: number;
  #stopTimer: () => void = () => {};
  #resolve: (fault: Fault | undefined) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(exchange: LineExchange, planned: PlannedAttempt, room: Room) {
    const { clock } = exchange.line.platform;
    this.caller = exchange.caller?.id ?? '';
    this.#exchange = exchange;
    this.#planned = planned;
    this.#room = room;
    this.#since = clock.now();
    this.entered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    exchange.abort = this;
    if (room.wait(this)) this.#stopTimer = clock.timer(room.patience, () => this.#leave(tooLong(room)));
    else this.#reject(tooMany(room));
  }

  /** There is room. A deployment that has begun to rest meanwhile is not asked. */
  enter(): boolean {
    this.#stopTimer();
    const now = this.#exchange.line.platform.clock.now();
    const { health } = this.#planned.deployment;
    if (!isUsable(health, now)) {
      this.#resolve(restFault(health, now));
      return false;
    }
    openAttempt(this.#exchange, retell(this.#exchange, this.#planned, `waited ${now - this.#since} ms for room`));
    this.#resolve(undefined);
    return true;
  }

  refuse(): void {
    this.#stopTimer();
    this.#reject(tooMany(this.#room));
  }

  /** The request is over. */
  abort(reason: unknown): void {
    this.#leave(reason);
  }

  #leave(reason: unknown): void {
    this.#stopTimer();
    this.#room.leave(this);
    this.#reject(reason);
  }
}

const full = (why: string, { retryAfter }: Room): UpstreamError =>
  new UpstreamError('upstream_overloaded', `All deployments of this model are busy, and ${why}.`, { retryAfter });
const tooMany = (room: Room): UpstreamError => full('too many requests wait for them', room);
const tooLong = (room: Room): UpstreamError => full('none had room for this request in time', room);
