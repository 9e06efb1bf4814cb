import type { Question } from '../router/question.ts';
import { promptOf, sessionOf } from './affinity.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';

const NO_TAGS: readonly string[] = Object.freeze([]);

/** What the router is asked about a request. */
export function questionOf(exchange: LineExchange): Question {
  const { body, caller, line, peek } = exchange;
  const { clock, random } = line.platform;
  const asks = line.router.asks(peek.model);
  return {
    model: peek.model,
    caller: caller?.id ?? '',
    tags: caller?.tags ?? NO_TAGS,
    stream: peek.stream,
    input: estimatedTokens(body?.size ?? 0),
    output: peek.maxOutputTokens ?? 0,
    session: asks.session ? sessionOf(exchange) : undefined,
    prompt: asks.prompt ? promptOf(exchange) : undefined,
    now: clock.now(),
    seed: Math.floor(random() * 2 ** 32),
  };
}
