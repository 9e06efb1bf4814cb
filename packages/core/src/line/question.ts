import type { Question } from '../router/question.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';

const NO_TAGS: readonly string[] = Object.freeze([]);

/** What the router is asked about a request. */
export function questionOf({ body, caller, fallbacks, line, peek }: LineExchange): Question {
  const { clock, random } = line.platform;
  return {
    model: peek.model,
    caller: caller?.id ?? '',
    tags: caller?.tags ?? NO_TAGS,
    ...(fallbacks === undefined ? {} : { fallbacks }),
    stream: peek.stream,
    input: estimatedTokens(body?.size ?? 0),
    output: peek.maxOutputTokens ?? 0,
    now: clock.now(),
    seed: Math.floor(random() * 2 ** 32),
  };
}
