import { inputTotal, outputTotal } from '../../chat/usage.ts';
import type { Price } from '../../cost/price.ts';
import { type Pieces, worstCost } from '../../cost/worst.ts';
import type { LimitError } from '../../kit/errors.ts';
import type { Amounts } from '../../store/store.ts';
import { estimatedTokens, estimatedUsage, partialUsage } from '../estimate.ts';
import type { LineExchange } from '../exchange.ts';
import { expiryOf, extendHeld } from '../held.ts';
import type { Held } from '../outcome.ts';
import { subjectOf } from '../subject.ts';
import { toolCalls } from '../tool-calls.ts';
import { countable } from '../used.ts';
import { TEXT } from '../worst-case.ts';
import type { Allowance, Cut, Seen } from './answer-stream.ts';

/** What formats call the client's bound on its answer. */
const BOUND = /max.*tokens$|(?:num|n)_predict$|max_new/i;

/** Answer tokens that a running stream reserves at a time, beyond what it has. */
const STEP = 500;
/** More is asked for when so many are left, so that nobody waits for the store. */
const AHEAD = STEP / 4;
/** The smallest step that is still asked for, where a larger one was refused. */
const LEAST = 32;

/** The allowance of a stream that begins; undefined where no limit can refuse it anything, so that it costs such streams nothing. */
export function allowanceOf(exchange: LineExchange): Allowance | undefined {
  const { hold, held } = exchange;
  if (hold?.metered !== true && held?.metered !== true) return undefined;
  if (exchange.route.operation !== 'chat') return undefined;
  const metered = [hold, held].filter((one) => one !== undefined).filter((one) => one.metered);
  return new StreamAllowance(exchange, metered);
}

/**
 * What a running stream may still use of its caller's limits: what is reserved for it, and more where there is more. Counted by the usage that the
 * provider tells on the way, else by the weight of its text. Up to a bound that the client set nothing is asked for: the provider ends it there. A bound
 * of the gateway's own is not trusted so far, as a row may not have it told.
 */
class StreamAllowance implements Allowance {
  readonly #exchange: LineExchange;
  readonly #held: readonly Held[];
  readonly #price: Price | undefined;
  /** Stay reserved beside what the answer grows by. */
  readonly #pieces: Pieces | undefined;
  readonly #upstream: LineExchange['abort'];
  readonly #bound: number;
  readonly #expires: number;
  #input: number;
  /** Answer tokens that are reserved. */
  #output: number;
  /** Answer tokens when it was last looked at. */
  #used = 0;
  #asking: Promise<void> | undefined;
  #refused: LimitError | undefined;

  constructor(exchange: LineExchange, held: readonly Held[]) {
    const { line, peek, served } = exchange;
    this.#exchange = exchange;
    this.#held = held;
    this.#price = served && line.prices?.priceOf(served.deployment);
    // Now: the request is forgotten once its answer has begun.
    if (this.#price !== undefined && served !== undefined && held.some(({ amounts }) => amounts.nanoUsd !== undefined))
      this.#pieces = { tools: toolCalls(exchange, this.#price, served.deployment.target.row) };
    this.#upstream = exchange.abort;
    // One that the gateway put in, or that this provider is not told of, is no reason to look away.
    const trusted = exchange.bound === undefined && !exchange.dropped.some((name) => BOUND.test(name));
    const bound = trusted ? peek.maxOutputTokens : undefined;
    this.#bound = (peek.made ?? peek.n ?? 1) * (bound || Number.POSITIVE_INFINITY);
    this.#expires = expiryOf(exchange, line.platform.clock.now());
    this.#input = Math.min(...held.map(({ amounts }) => amounts.inputTokens ?? 0));
    this.#output = Math.min(...held.map(({ amounts }) => amounts.outputTokens ?? 0));
  }

  goOn({ usage, content }: Seen): boolean | Promise<boolean> {
    if (this.#output >= this.#bound) return true;
    let used = estimatedTokens(content);
    if (usage !== undefined) {
      used = Math.max(used, outputTotal(usage));
      this.#input = Math.max(this.#input, inputTotal(usage));
    }
    // The next piece will be as large as the last one was.
    const next = used + used - this.#used;
    this.#used = used;
    if (next + AHEAD < this.#output) return true;
    if (next > this.#output) return this.#wait(next);
    if (this.#refused === undefined) this.#asking ??= this.#ask(next);
    return true;
  }

  cut({ usage, content }: Seen): Cut {
    const exchange = this.#exchange;
    const error = this.#refused;
    if (error === undefined) throw new TypeError('a stream that nobody refused anything');
    exchange.cut = error;
    this.#upstream?.abort(error);
    const { events } = exchange.line;
    if (events.listens('answer-cut')) events.emit('answer-cut', { ...subjectOf(exchange), error });
    return { code: error.code, usage: partialUsage(usage, estimatedUsage(exchange.sentBytes, content)) };
  }

  /** What was refused ahead of time may be there now, as others give back what they don't use. */
  async #wait(next: number): Promise<boolean> {
    await this.#asking;
    if (next > this.#output) await this.#ask(next);
    return next <= this.#output || this.#refused === undefined;
  }

  async #ask(next: number): Promise<void> {
    for (let step = STEP; step >= LEAST; step >>= 1) {
      const output = Math.min(Math.max(next, this.#output) + step, this.#bound);
      const wanted = this.#amounts(output);
      const lacks = ({ amounts }: Held) => lacking(amounts, wanted);
      this.#refused = await extendHeld(this.#exchange, this.#held, lacks, this.#expires);
      if (this.#refused === undefined) this.#output = output;
      // A store that is away has no more for a smaller step.
      if (this.#refused === undefined || this.#refused.code === 'store_unavailable') break;
    }
    this.#asking = undefined;
  }

  #amounts(output: number): Amounts {
    const input = this.#input;
    const tokens = { tokens: input + output, inputTokens: input, outputTokens: output };
    const price = this.#price;
    if (price === undefined) return tokens;
    return { ...tokens, nanoUsd: countable(worstCost(price, input, output, TEXT, this.#pieces)) };
  }
}

/** What an amount lacks of another one; money only where money is reserved at all. undefined: nothing. */
function lacking(amounts: Amounts, wanted: Amounts): Amounts | undefined {
  const by: Partial<Record<keyof Amounts, number>> = {};
  for (const name of Object.keys(wanted) as (keyof Amounts)[]) {
    const more = (wanted[name] ?? 0) - (amounts[name] ?? wanted[name] ?? 0);
    if (more > 0) by[name] = more;
  }
  return Object.keys(by).length === 0 ? undefined : by;
}
