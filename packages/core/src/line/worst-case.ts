import type { Target } from '../adapters/adapter.ts';
import { textLength } from '../chat/needs.ts';
import type { Price, TokenClass } from '../cost/price.ts';
import { type Pieces, worstCost } from '../cost/worst.ts';
import { LimitError } from '../kit/errors.ts';
import { amountsOf, type Demand, UNBOUNDED_OUTPUT } from '../limits/demand.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { Amounts, Limit, Reservation } from '../store/store.ts';
import { picksBehind } from './behind.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';
import { secondsAtMost, sizeOnItsWay } from './seconds.ts';
import { toolCalls } from './tool-calls.ts';
import { countable } from './used.ts';

/** What is reserved over these scopes; `unbounded`: for the longest answer, where nothing bounds it. Throws LimitError where a budget stands against a price that nobody knows. */
export function amountsFor(exchange: LineExchange, scopes: Reservation['scopes'], unbounded: boolean): Amounts {
  const demand = demandOf(exchange, unbounded);
  return holds(scopes, BUDGET) ? amountsOf(demand, worstOf(exchange, demand)) : amountsOf(demand);
}

/** What so many tokens more of the prompt may use. Throws as {@link amountsFor} does. */
export function amountsOfPrompt(exchange: LineExchange, scopes: Reservation['scopes'], input: number): Amounts {
  const demand = { input, output: 0 };
  const { requests: _, concurrency: __, ...more } = amountsOf(demand);
  return holds(scopes, BUDGET) ? { ...more, nanoUsd: worstOf(exchange, demand) } : more;
}

type Counts = Limit['counts'];
const BUDGET: readonly Counts[] = ['nanoUsd'];
const ANSWER: readonly Counts[] = ['tokens', 'outputTokens'];

/** May a limit of one of these kinds refuse something? */
const holds = (scopes: Reservation['scopes'], kinds: readonly Counts[]): boolean =>
  scopes.some(({ limits }) => limits.some(({ counts, soft }) => soft !== true && kinds.includes(counts)));

/**
 * Is it an answer without a bound, and may a limit refuse what it uses? A stream as well: what it thinks in silence, or sends in one burst, is known when
 * it is spent; but where the estimate is reserved, it reserves on its way. Where money is counted only and the answer costs none, no bound is needed.
 * Throws as {@link amountsFor} does.
 */
export function isUnbounded(exchange: LineExchange, scopes: Reservation['scopes']): boolean {
  const { peek, route } = exchange;
  if (route.operation !== 'chat' || (peek.maxOutputTokens ?? 0) > 0 || reservesOnItsWay(exchange)) return false;
  return holds(scopes, ANSWER) || (holds(scopes, BUDGET) && worstOf(exchange, SOME) > worstOf(exchange, NONE));
}

const reservesOnItsWay = ({ line, peek }: LineExchange): boolean => peek.stream && line.settings.reserve === 'estimate';

const NONE: Demand = Object.freeze({ input: 0, output: 0 });
const SOME: Demand = Object.freeze({ input: 0, output: 1_000_000 });

/** Nano-dollars at the dearest of the attempts that are planned. */
function worstOf(exchange: LineExchange, demand: Demand): number {
  const { line, model, plan } = exchange;
  let worst = 0n;
  for (const planned of plan) {
    const cost = worstAt(exchange, planned, demand);
    if (cost === undefined) {
      if (line.settings.unknownPrice === 'flag') continue;
      throw new LimitError(
        'budget_exhausted',
        `The model '${model.slice(0, 200)}' has no known price, and the caller has a budget.`,
        { shouldRetry: false },
      );
    }
    if (cost > worst) worst = cost;
  }
  return countable(worst);
}

/** Nano-dollars that an attempt may cost; undefined: nobody knows. */
function worstAt(exchange: LineExchange, { deployment }: PlannedAttempt, demand: Demand): bigint | undefined {
  const price = exchange.line.prices?.priceOf(deployment);
  if (price === undefined) return undefined;
  const { pieces, made } = piecesOf(exchange, price, deployment.target.row);
  const classes = exchange.route.operation === 'realtime' ? undefined : made > 0 ? IMAGES : TEXT;
  return worstCost(price, demand.input, demand.output + made, classes, pieces);
}

/**
 * `onBudget: 'cheaper'`: takes the attempts out of the plan that may cost most, and those of which nobody knows; deployments of the alias that were not picked take
 * their place. False, and nothing is taken out, where none would be left.
 */
export function leaveOutDearest(exchange: LineExchange): boolean {
  const { plan } = exchange;
  const [first] = plan;
  if (first?.alias.onBudget !== 'cheaper') return false;
  const demand = demandOf(exchange);
  const worst = worstOf(exchange, demand);
  const isOwn = ({ alias, fallback }: PlannedAttempt): boolean => alias === first.alias && fallback === first.fallback;
  const own = plan.filter(isOwn);
  let room = own.length;
  const left = [...own, ...picksBehind(exchange, first, Number.POSITIVE_INFINITY), ...plan.filter((one) => !isOwn(one))]
    .filter((planned) => {
      const cost = worstAt(exchange, planned, demand);
      return cost !== undefined && countable(cost) < worst;
    })
    .filter((planned) => !isOwn(planned) || room-- > 0);
  if (left.length === 0) return false;
  exchange.plan = left.map((planned) => ({ ...planned, reason: `${planned.reason}, within the budget` }));
  return true;
}

/** What a chat's tokens are, but for media: those that are there are counted when they are known. */
export const TEXT: readonly TokenClass[] = ['input', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'output', 'reasoning'];

/** What images are made of, where they are sold by their tokens. */
const IMAGES: readonly TokenClass[] = ['input', 'cacheRead', 'inputImage', 'outputImage'];

/** What is sold by the piece, as far as the request tells it, and tokens of the images that it asks for. */
function piecesOf(
  exchange: LineExchange,
  price: Price,
  row: Target['row'],
): { readonly pieces: Pieces; readonly made: number } {
  const { body, peek, route } = exchange;
  switch (route.operation) {
    case 'images':
    case 'image-edits':
    case 'image-variations': {
      const outputImages = Math.min(Math.max(1, peek.n ?? 1), MOST_TOKENS);
      return { pieces: { outputImages }, made: outputImages * UNBOUNDED_OUTPUT };
    }
    case 'speech':
      return { pieces: { inputCharacters: body?.size ?? 0 }, made: 0 };
    case 'rerank':
      return { pieces: { searchUnits: 1 }, made: 0 };
    case 'transcriptions':
    case 'translations':
      return { pieces: { inputSeconds: secondsAtMost(exchange) }, made: 0 };
    case 'chat':
      return { pieces: { tools: toolCalls(exchange, price, row) }, made: 0 };
    default:
      return { pieces: {}, made: 0 };
  }
}

/** More than anybody can pay for, and far below 2^53, so that a sum of them is a whole number still. */
const MOST_TOKENS = 2 ** 38;

/** Answer tokens of a stream that are reserved at first where `reserve` is `estimate`. */
const FIRST_SLICE = 1_000;
/** A session reserves ahead of each response, so that who has nothing left can't have even one; each then adds what it used. */
const RESPONSE: Demand = Object.freeze({ input: 1_000, output: 1_000 });

/** The dearest that the request may turn out to be, over the attempts that are planned. */
function demandOf(exchange: LineExchange, unbounded = false): Demand {
  const { body, chat, peek, plan, route } = exchange;
  if (route.operation === 'realtime') return RESPONSE;
  const characters = body === undefined ? (chat === undefined ? 0 : textLength(chat)) : body.size;
  const input = estimatedTokens(body?.more === undefined ? characters : sizeOnItsWay(exchange));
  const longest = longestAnswer(plan) ?? UNBOUNDED_OUTPUT;
  // No field of it could bound it.
  if (route.operation === 'compact') return { input, output: Math.min(longest, UNBOUNDED_OUTPUT) };
  if (route.operation !== 'chat') return { input, output: 0 };
  const answers = peek.made ?? peek.n ?? 1;
  // What a bound of 0 means differs: to some none at all.
  const most = peek.maxOutputTokens || (unbounded ? longest : Math.min(longest, UNBOUNDED_OUTPUT));
  const first = reservesOnItsWay(exchange) ? Math.min(most, FIRST_SLICE) : most;
  return { input, output: Math.min(answers * first, MOST_TOKENS) };
}

/** Tokens that no model of the plan can answer more than; undefined: of one of them nobody knows. An answer is never longer than a window. */
export function longestAnswer(plan: LineExchange['plan']): number | undefined {
  let longest = 0;
  for (const { deployment } of plan) {
    const { contextWindow, maxOutputTokens = contextWindow } = deployment.target;
    if (maxOutputTokens === undefined) return undefined;
    longest = Math.max(longest, maxOutputTokens);
  }
  return longest;
}
