import type { Question } from '../router/question.ts';
import { promptOf, sessionOf } from './affinity.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';
import { needed } from './needed.ts';
import { placesOf } from './relay/plan.ts';

const NO_TAGS: readonly string[] = Object.freeze([]);

/** What the router is asked about a request. */
export function questionOf(exchange: LineExchange): Question {
  const { body, caller, fallbacks, line, peek, request } = exchange;
  const wanted = request.header('x-postern-tags');
  const { clock, random } = line.platform;
  const asks = line.router.asks(peek.model, fallbacks);
  return {
    model: peek.model,
    caller: caller?.id ?? '',
    tags: caller?.tags ?? NO_TAGS,
    ...(fallbacks === undefined ? {} : { fallbacks }),
    ...(wanted === undefined ? {} : { wanted: tagsIn(wanted) }),
    ...(caller?.regions === undefined ? {} : { regions: caller.regions }),
    stream: peek.stream,
    input: estimatedTokens(body?.size ?? 0),
    output: peek.maxOutputTokens ?? 0,
    session: asks.session ? sessionOf(exchange) : undefined,
    prompt: asks.prompt ? promptOf(exchange) : undefined,
    ...needed(exchange, asks),
    ...placesOf(exchange),
    ...(exchange.policy === undefined ? {} : { policy: exchange.policy }),
    now: clock.now(),
    seed: Math.floor(random() * 2 ** 32),
  };
}

/** Names between commas; what is no tag of a deployment can be no tag here. */
const tagsIn = (header: string): readonly string[] =>
  header
    .slice(0, 1_024)
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
