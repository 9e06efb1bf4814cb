import { hashOf } from '../kit/hash.ts';
import type { Question } from '../router/question.ts';
import { promptOf, sessionOf } from './affinity.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';
import { needed } from './needed.ts';
import { placesOf } from './relay/plan.ts';
import { invalid, listed } from './request-options.ts';

const NO_TAGS: readonly string[] = Object.freeze([]);

/** What the router is asked about a request. */
export function questionOf(exchange: LineExchange): Question {
  const { body, caller, fallbacks, line, peek, request } = exchange;
  const wanted = request.header('x-postern-tags');
  const { clock, random } = line.platform;
  const asks = line.router.asks(peek.model, fallbacks);
  return {
    model: peek.model,
    caller: callerIn(caller?.id ?? ''),
    tags: caller?.tags ?? NO_TAGS,
    ...(fallbacks === undefined ? {} : { fallbacks }),
    ...(wanted === undefined ? {} : { wanted: tagsIn(wanted) }),
    ...(caller?.regions === undefined ? {} : { regions: caller.regions }),
    stream: peek.stream,
    input: estimatedTokens(body?.size ?? 0),
    output: (peek.maxOutputTokens ?? 0) * (peek.made ?? peek.n ?? 1),
    session: asks.session ? sessionOf(exchange) : undefined,
    prompt: asks.prompt ? promptOf(exchange) : undefined,
    ...needed(exchange, asks),
    ...placesOf(exchange),
    ...(exchange.policy === undefined ? {} : { policy: exchange.policy }),
    now: clock.now(),
    seed: Math.floor(random() * 2 ** 32),
  };
}

/** UTF-16 units of a caller's id in a question, which records and explanations keep. */
const LONGEST_CALLER = 200;

/** An id that is longer than that is told apart from others by its hash. */
const callerIn = (id: string): string =>
  id.length <= LONGEST_CALLER ? id : `${id.slice(0, LONGEST_CALLER - 9)}~${hashOf(id).toString(16)}`;

/** UTF-16 units of the header, and tags in it, at most. */
const LONGEST_TAGS = 1_024;
const MOST_TAGS = 16;

/** Names between commas. None is left out: a tag that is not heeded would let the request go where it must not. */
function tagsIn(header: string): readonly string[] {
  const tags = header.length > LONGEST_TAGS ? undefined : listed(header);
  if (tags === undefined || tags.length > MOST_TAGS)
    throw invalid('x-postern-tags', `names more than ${MOST_TAGS} tags, or more than ${LONGEST_TAGS} characters`);
  return tags;
}
