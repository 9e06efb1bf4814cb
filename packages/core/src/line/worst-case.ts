import { textLength } from '../chat/needs.ts';
import type { TokenClass } from '../cost/price.ts';
import { type Pieces, worstCost } from '../cost/worst.ts';
import { LimitError } from '../kit/errors.ts';
import { amountsOf, type Demand, UNBOUNDED_OUTPUT } from '../limits/demand.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { Amounts, Reservation } from '../store/store.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';
import { countable } from './used.ts';

/** What is reserved over these scopes. Throws LimitError where a budget stands against a price that nobody knows. */
export function amountsFor(exchange: LineExchange, scopes: Reservation['scopes']): Amounts {
  const demand = demandOf(exchange);
  if (!scopes.some(({ limits }) => limits.some(({ counts, soft }) => counts === 'nanoUsd' && soft !== true)))
    return amountsOf(demand);
  return amountsOf(demand, worstOf(exchange, demand));
}

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
  const { pieces, made } = piecesOf(exchange);
  const classes = exchange.route.operation === 'realtime' ? undefined : made > 0 ? IMAGES : TEXT;
  return worstCost(price, demand.input, demand.output + made, classes, pieces);
}

/**
 * `onBudget: 'cheaper'`: takes the attempts out of the plan that may cost most, and those of which nobody knows. False, and nothing is taken out, where
 * none would be left.
 */
export function leaveOutDearest(exchange: LineExchange): boolean {
  const { plan } = exchange;
  if (plan[0]?.alias.onBudget !== 'cheaper') return false;
  const demand = demandOf(exchange);
  const worst = worstOf(exchange, demand);
  const left = plan.filter((planned) => {
    const cost = worstAt(exchange, planned, demand);
    return cost !== undefined && countable(cost) < worst;
  });
  if (left.length === 0) return false;
  exchange.plan = left.map((planned) => ({ ...planned, reason: `${planned.reason}, within the budget` }));
  return true;
}

/** What a chat's tokens are, but for media: those that are there are counted when they are known. */
export const TEXT: readonly TokenClass[] = ['input', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'output', 'reasoning'];

/** What images are made of, where they are sold by their tokens. */
const IMAGES: readonly TokenClass[] = ['input', 'cacheRead', 'inputImage', 'outputImage'];

/** What is sold by the piece, as far as the request tells it, and tokens of the images that it asks for. */
function piecesOf({ body, peek, route }: LineExchange): { readonly pieces: Pieces; readonly made: number } {
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
function demandOf(exchange: LineExchange): Demand {
  const { body, chat, line, peek, plan, route } = exchange;
  if (route.operation === 'realtime') return RESPONSE;
  const characters = body === undefined ? (chat === undefined ? 0 : textLength(chat)) : body.size;
  const input = estimatedTokens(characters);
  if (route.operation !== 'chat') return { input, output: 0 };
  const answers = peek.made ?? peek.n ?? 1;
  // What a bound of 0 means differs: to some none at all.
  const most = peek.maxOutputTokens || unboundedOutput(plan);
  // Only a stream can ask for more on its way.
  const first = peek.stream && line.settings.reserve === 'estimate' ? Math.min(most, FIRST_SLICE) : most;
  return { input, output: Math.min(answers * first, MOST_TOKENS) };
}

/** No model of the plan answers longer than this, or it is a guess. */
function unboundedOutput(plan: LineExchange['plan']): number {
  let longest = 0;
  for (const { deployment } of plan) longest = Math.max(longest, deployment.target.maxOutputTokens ?? UNBOUNDED_OUTPUT);
  return Math.min(longest, UNBOUNDED_OUTPUT);
}
