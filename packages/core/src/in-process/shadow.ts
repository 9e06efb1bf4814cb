import type { Route } from '../adapters/routes.ts';
import type { Caller, Log } from '../config/types.ts';
import type { Clock } from '../kit/clock.ts';
import type { Events } from '../kit/events.ts';
import type { GatewayEvents } from '../line/events.ts';
import type { LineExchange } from '../line/exchange.ts';
import type { ShadowCopied, ShadowCopy } from '../line/outcome.ts';
import { walk } from '../line/walk.ts';
import type { Body } from '../transport/body.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { GatewayReply, GatewayRequest } from '../transport/gateway-request.ts';
import { requestInProcess } from './request.ts';

/** Characters of an answer that listeners are told. */
const MOST_KEPT = 1_000_000;
/** Copies under way at once: each holds its body, and a target that hangs holds it for long. */
const MOST_OPEN = 100;
/** Milliseconds between two warnings. */
const QUIET = 60_000;

type Begin = (route: Route, request: GatewayRequest) => LineExchange;

/** The copies of one gateway. Of those that are too many none is made: the event `shadow-dropped` tells of each, and a warning once a minute. */
export class Shadows {
  readonly #begin: Begin;
  readonly #events: Pick<Events<GatewayEvents>, 'emit'>;
  readonly #clock: Clock;
  #open = 0;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(begin: Begin, events: Pick<Events<GatewayEvents>, 'emit'>, clock: Clock) {
    this.#begin = begin;
    this.#events = events;
    this.#clock = clock;
  }

  async cast(copied: ShadowCopied, copy: ShadowCopy, log: Pick<Log, 'warn'>): Promise<void> {
    if (this.#open >= MOST_OPEN) {
      this.#drop(copied, copy, log);
      return;
    }
    this.#open++;
    await castShadow(copied, copy, this.#begin);
    this.#open--;
  }

  #drop({ id: of }: ShadowCopied, { to: model }: ShadowCopy, log: Pick<Log, 'warn'>): void {
    this.#events.emit('shadow-dropped', { of, model });
    const now = this.#clock.now();
    if (now < this.#warnedAt + QUIET) return;
    this.#warnedAt = now;
    log.warn('copies of requests are dropped: too many are under way', { model, open: MOST_OPEN });
  }
}

/**
 * The copy of a request goes down the line as one of its own, for the caller `shadow`: its limits and its records are that caller's. Its answer is read
 * to the end, and goes to those who listen to the event `shadow`. Never rejects.
 */
async function castShadow(
  { id: of, route, request, caller }: ShadowCopied,
  { to, body }: ShadowCopy,
  begin: Begin,
): Promise<void> {
  const named = route.parameters['model'] === undefined ? undefined : { ...route.parameters, model: to };
  const { regions } = caller ?? {};
  // Where its caller may not be served its copy may not either.
  const shadow: Caller = { id: 'shadow', ...(regions === undefined ? {} : { regions }) };
  const made = (): Body => {
    const limits = exchange.line.settings.body;
    const whole = bodyOf(body, limits);
    return named === undefined ? bodyOf(whole.edit(new Map([['model', to]])), limits) : whole;
  };
  const exchange = begin(
    named === undefined ? route : { ...route, parameters: named },
    requestInProcess(request.path, made, { caller: shadow }),
  );
  exchange.caller = shadow;
  exchange.isCopy = true;
  try {
    const { body: answer, status } = await walk(exchange);
    const { events } = exchange.line;
    const text = await readToEnd(answer, events.listens('shadow') ? MOST_KEPT : 0);
    if (events.listens('shadow')) events.emit('shadow', { id: exchange.id, of, model: to, status, answer: text });
  } catch {
    // It is in the ledger, and nobody waits for it.
  }
}

/** Reads an answer, and gives the first so many bytes of it, or a few more, as text. */
async function readToEnd(answer: GatewayReply['body'], most: number): Promise<string> {
  const decoder = new TextDecoder();
  const pieces = typeof answer === 'string' || answer instanceof Uint8Array ? [answer] : answer;
  let text = '';
  for await (const piece of pieces)
    if (text.length < most) text += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
  return text.slice(0, most);
}
