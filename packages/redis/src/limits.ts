import type { Amounts, Call, Granted, Limits, Page, Refused, Reservation } from '@postern/core';
import { answerOf, type Fixed } from './answers.ts';
import { checkExpiry, checkedAmounts, checkedLimit, checkTimes } from './boundary.ts';
import { type Connection, NotSent, type Reply } from './connection.ts';
import { counterKey, idOf, type Prefix } from './keys.ts';
import { nonces } from './nonce.ts';
import { ADMIT, EXTEND, LIST, SETTLE, UNDO } from './scripts/limits.ts';
import type { Script } from './scripts/script.ts';
import { Undoing } from './undoing.ts';

const UNLIMITED: Granted = { granted: true, scopes: [] };
const PAGE_SIZE = 100;

/**
 * Limits in Redis, shared by all processes: each call is one script, so one round trip, and nothing comes in between.
 * Time is the caller's: a counter whose window has begun for one process has begun for all, and a clock that is behind brings back no window.
 *
 * A call that rejects because Redis didn't answer in time may have been carried out. Then: an admission is taken back as soon as Redis answers, and does
 * not count from then on (the caller of `admit` has been granted nothing); an extension goes on holding until the reservation is settled or expires,
 * and counts only with `onExpiry: 'spend'`; a settlement may have settled, and can be sent again.
 */
export class RedisLimits implements Limits {
  readonly #connection: Connection;
  readonly #prefix: Prefix;
  readonly #nonce = nonces();
  readonly #undoing: Undoing;

  /** @param pending admissions at the most that are remembered to be taken back */
  constructor(connection: Connection, prefix: Prefix, pending: number) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#undoing = new Undoing(({ id, nonce }, call) => this.#run(UNDO, id, [nonce], call), pending);
    connection.onReady(() => this.#undoing.again());
  }

  async admit(reservation: Reservation, call: Call): Promise<Granted | Refused> {
    const { id, attempt, scopes, onExpiry, expires } = reservation;
    const amounts = checkedAmounts(reservation.amounts);
    checkTimes(call.now, expires);
    checkExpiry(onExpiry);
    const claims = scopes.flatMap(({ scope, limits }) => limits.map((limit) => ({ scope, limit })));
    const limits = claims.map(({ limit }) => checkedLimit(limit));
    if (scopes.length === 0) return UNLIMITED;
    const fixed: Fixed = { id, scopes, onExpiry, ...(attempt === undefined ? {} : { attempt }) };
    const nonce = this.#nonce();
    const values = [nonce, expires, onExpiry, JSON.stringify(amounts), JSON.stringify(limits), JSON.stringify(fixed)];
    const counters = claims.map(({ scope, limit }) => counterKey(this.#prefix, scope, limit));
    try {
      return answerOf(await this.#settled(ADMIT, id, values, call, counters));
    } catch (error) {
      if (!(error instanceof NotSent)) this.#undoing.add({ id, nonce }, call.now);
      throw error;
    }
  }

  async extend(id: string, by: Amounts, expires: number, call: Call): Promise<Granted | Refused> {
    const amounts = checkedAmounts(by);
    checkTimes(call.now, expires);
    const reply = await this.#settled(EXTEND, id, [this.#nonce(), expires, JSON.stringify(amounts)], call);
    return reply[0] === 'unknown' ? UNLIMITED : answerOf(reply);
  }

  async settle(id: string, used: Amounts, call: Call): Promise<Granted> {
    const amounts = checkedAmounts(used);
    checkTimes(call.now);
    const reply = await this.#run(SETTLE, id, [JSON.stringify(amounts)], call);
    return reply[0] === 'unknown' ? UNLIMITED : (answerOf(reply) as Granted);
  }

  /** @throws RangeError when it is none that a page gave */
  async open(cursor: string | undefined, call: Call): Promise<Page<Reservation>> {
    checkTimes(call.now);
    const after = cursor ?? '0';
    if (!/^[0-9]{1,16}$/.test(after)) throw new RangeError(`${JSON.stringify(cursor)} is no cursor of this list.`);
    const [, ...fields] = await this.#settled(LIST, '', [after, PAGE_SIZE + 1], call);
    const items: Reservation[] = [];
    let last = after;
    for (let at = 0; at < fields.length && items.length < PAGE_SIZE; at += 4) {
      const [number = '', text = '', expires, amounts = ''] = fields.slice(at, at + 4);
      items.push({ ...(JSON.parse(text) as Fixed), amounts: numbersOf(amounts), expires: Number(expires) });
      last = number;
    }
    return fields.length > PAGE_SIZE * 4 ? { items, next: last } : { items };
  }

  /** Again while expired reservations stand in the way; a script ends a bounded number of them. */
  async #settled(script: Script, id: string, values: Values, call: Call, counters?: Counters): Promise<Reply> {
    const began = performance.now();
    let reply = await this.#run(script, id, values, call, counters);
    while (reply[0] === 'more') {
      const left = { now: call.now, deadline: call.deadline - (performance.now() - began) };
      reply = await this.#run(script, id, values, left, counters);
    }
    return reply;
  }

  async #run(script: Script, id: string, values: Values, call: Call, counters: Counters = []): Promise<Reply> {
    const prefix = this.#prefix;
    const name = idOf(id);
    const keys = [`${prefix}due`, `${prefix}open`, `${prefix}sequence`, `${prefix}r:${name}`, ...counters];
    return this.#connection.run(script, keys, [prefix, name, call.now, ...values], call);
  }
}

type Values = readonly (string | number)[];
type Counters = readonly string[];

function numbersOf(text: string): Amounts {
  const entries = Object.entries(JSON.parse(text) as Record<string, string>);
  return Object.fromEntries(entries.map(([name, amount]) => [name, Number(amount)]));
}
