import type { Target } from '../adapters/adapter.ts';
import { type Needs, needsOf, textLength } from '../chat/needs.ts';
import type { ChatRequest } from '../chat/request.ts';
import type { FallbackCause } from '../config/routing-fallbacks.ts';
import { RequestError } from '../kit/errors.ts';
import { isBeyond, lackOf, saysBeyond, saysLack } from '../router/able.ts';
import { follows } from '../router/fallbacks.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import { readChat } from './chat-of.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';

/**
 * The attempts whose model is not known to be incapable of what the request asks for. A request is looked into only where a model of its plan lacks
 * something, or its size lets doubt that it fits. Throws RequestError `unsupported_by_target` when no attempt is left.
 */
export function capable(exchange: LineExchange, plan: readonly PlannedAttempt[]): readonly PlannedAttempt[] {
  const size = estimatedTokens(exchange.body?.size ?? 0);
  if (!asksOfModels(exchange) || plan.every(({ deployment: { target } }) => isCapable(target, size))) return plan;
  const asked = exchange.needs ?? needsIn(exchange);
  if (asked === undefined) return plan;
  const { needs, text: tokens } = asked;
  const left = plan.filter(({ deployment: { target } }) => reason(target, needs, tokens) === undefined);
  const [first] = plan;
  if (first === undefined || first === left[0]) return left;
  const why = reason(first.deployment.target, needs, tokens);
  const next = why === undefined ? -1 : left.findIndex((one) => follows(one, first, why.cause, true));
  if (next < 0) throw refusal(exchange.model, why);
  return left.slice(next);
}

const asksOfModels = ({ route: { operation } }: LineExchange): boolean => operation === 'chat';

/** Of anything, whatever is asked of it. */
const isCapable = (target: Target, size: number): boolean => target.lacks === undefined && !isBeyond(target, size);

/** What can't be read here may still be good for the provider: it is the one to judge. */
export function understood(exchange: LineExchange): ChatRequest | undefined {
  try {
    return readChat(exchange);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

/** What the request needs of a model, and tokens of its text; undefined: it can't be read. */
export function needsIn(exchange: LineExchange): LineExchange['needs'] {
  const chat = understood(exchange);
  return chat === undefined ? undefined : { needs: needsOf(chat), text: estimatedTokens(textLength(chat)) };
}

interface Reason {
  /** Which fallbacks are meant for it. */
  readonly cause: FallbackCause;
  readonly says: string;
  readonly param: string;
}

function reason(target: Target, needs: Needs, tokens: number): Reason | undefined {
  const lacking = lackOf(target, [...needs.keys()]);
  if (lacking !== undefined) return { cause: 'unsupported', says: saysLack(lacking), param: needs.get(lacking) ?? '' };
  return isBeyond(target, tokens)
    ? { cause: 'contextWindow', says: saysBeyond(target, tokens), param: 'messages' }
    : undefined;
}

function refusal(model: string, why: Reason | undefined): RequestError {
  const { says = 'can not serve this request', param } = why ?? {};
  return new RequestError('unsupported_by_target', `The model '${model.slice(0, 200)}' ${says}.`, {
    ...(param === undefined ? {} : { param }),
  });
}

/** Why a target can not serve what is asked for, in a few words; undefined where nothing is known that speaks against it. */
export function incapacity(exchange: LineExchange, target: Target): string | undefined {
  const asked = asksOfModels(exchange) ? needsIn(exchange) : undefined;
  return asked === undefined ? undefined : reason(target, asked.needs, asked.text)?.says;
}
