import type { Target } from '../adapters/adapter.ts';
import { CAPABILITY_WORDS } from '../chat/capability.ts';
import { type Needs, needsOf, textLength } from '../chat/needs.ts';
import type { ChatRequest } from '../chat/request.ts';
import type { FallbackCause } from '../config/routing-fallbacks.ts';
import { RequestError } from '../kit/errors.ts';
import { follows } from '../router/fallbacks.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import { readChat } from './chat-of.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';

/** Tokens are counted without a tokeniser here, so only what is beyond the window by this factor is refused. */
const FAR_BEYOND = 2;

/**
 * The attempts whose model is not known to be incapable of what the request asks for. A request is looked into only where a model of its plan lacks
 * something, or its size lets doubt that it fits. Throws RequestError `unsupported_by_target` when no attempt is left.
 */
export function capable(exchange: LineExchange, plan: readonly PlannedAttempt[]): readonly PlannedAttempt[] {
  const size = estimatedTokens(exchange.body?.size ?? 0);
  if (!asksOfModels(exchange) || plan.every(({ deployment: { target } }) => isCapable(target, size))) return plan;
  const chat = understood(exchange);
  if (chat === undefined) return plan;
  const needs = needsOf(chat);
  const tokens = estimatedTokens(textLength(chat));
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
const isCapable = ({ lacks, contextWindow }: Target, size: number): boolean =>
  lacks === undefined && (contextWindow === undefined || size <= FAR_BEYOND * contextWindow);

/** What can't be read here may still be good for the provider: it is the one to judge. */
export function understood(exchange: LineExchange): ChatRequest | undefined {
  try {
    return readChat(exchange);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

interface Reason {
  /** Which fallbacks are meant for it. */
  readonly cause: FallbackCause;
  readonly says: string;
  readonly param: string;
}

function reason({ lacks = [], contextWindow }: Target, needs: Needs, tokens: number): Reason | undefined {
  const lacking = lacks.find((name) => needs.has(name));
  if (lacking !== undefined)
    return {
      cause: 'unsupported',
      says: `does not take ${CAPABILITY_WORDS[lacking]}`,
      param: needs.get(lacking) ?? '',
    };
  if (contextWindow === undefined || tokens <= FAR_BEYOND * contextWindow) return undefined;
  const says = `takes ${contextWindow} tokens, and this request has about ${tokens}`;
  return { cause: 'contextWindow', says, param: 'messages' };
}

function refusal(model: string, why: Reason | undefined): RequestError {
  const { says = 'can not serve this request', param } = why ?? {};
  return new RequestError('unsupported_by_target', `The model '${model.slice(0, 200)}' ${says}.`, {
    ...(param === undefined ? {} : { param }),
  });
}

/** Why a target can not serve what is asked for, in a few words; undefined where nothing is known that speaks against it. */
export function incapacity(exchange: LineExchange, target: Target): string | undefined {
  const chat = asksOfModels(exchange) ? understood(exchange) : undefined;
  return chat === undefined ? undefined : reason(target, needsOf(chat), estimatedTokens(textLength(chat)))?.says;
}
