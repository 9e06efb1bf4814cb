import type { SimOptions } from '@postern/sim';
import type { ChatFormat } from '../kit/formats.ts';
import type { RequestView, StopView } from './neutral.ts';
import { bedrockOf } from './rows/bedrock.ts';
import { responsesOf } from './rows/responses.ts';

/** What a client must be told, in neutral words; each member that is given is asserted. */
export interface Told {
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly input?: unknown }[];
  readonly images?: readonly string[];
  readonly citations?: readonly string[];
  /** Default `stop`. */
  readonly stop?: StopView;
  readonly stopSequence?: string;
  readonly choices?: number;
  readonly tier?: 'default' | 'priority';
  /** Default `true`: what the provider consumed. */
  readonly usage?: 'true' | 'zero' | 'none';
}

/** A conversation: the same one, written natively in each client's format that can say it. */
export interface Row {
  /** What it is about; unique. */
  readonly name: string;
  /** The case of other gateways' users that it keeps from happening here: its number in the list of cases. */
  readonly case?: number;
  /** Bodies without model and stream. A format that has no form for the conversation is absent. */
  readonly says: { readonly [Format in ChatFormat]?: object };
  /** What the simulated provider does: words of its SCRIPT_WORDS and FAULTS. Default `echo`: it says the last user text again. */
  readonly script?: string;
  /** What must reach the provider, whole: anything else in its body is a failure. */
  readonly request: RequestView;
  readonly answer: Told;
  readonly models?: { readonly [Format in ChatFormat]?: string };
  readonly sim?: SimOptions;
  /** The provider's own bytes break its format's rules, so they are no measure, and same-format clients see them as they are. */
  readonly odd?: true;
}

/** The bound on answer tokens that every row states, since one of the formats requires one. */
const MAX_TOKENS = 1000;

/** Bodies with the usual bound. What is written for one API is said to the one that is like it as well, as far as that has a form for it. */
export function says(bodies: {
  openai?: object;
  anthropic?: object;
  gemini?: object;
  cohere?: object;
  ollama?: object;
}): Row['says'] {
  const { openai, anthropic, gemini, cohere, ollama } = bodies;
  const responses = openai === undefined ? undefined : responsesOf({ max_completion_tokens: MAX_TOKENS, ...openai });
  const bedrock = anthropic === undefined ? undefined : bedrockOf({ max_tokens: MAX_TOKENS, ...anthropic });
  return {
    ...(responses === undefined ? {} : { 'openai-responses': responses }),
    ...(openai === undefined ? {} : { 'openai-chat': { max_completion_tokens: MAX_TOKENS, ...openai } }),
    ...(anthropic === undefined ? {} : { 'anthropic-messages': { max_tokens: MAX_TOKENS, ...anthropic } }),
    ...(gemini === undefined ? {} : { gemini: withBound(gemini) }),
    ...(cohere === undefined ? {} : { cohere: { max_tokens: MAX_TOKENS, ...cohere } }),
    ...(ollama === undefined ? {} : { ollama: withPrediction(ollama) }),
    ...(bedrock === undefined ? {} : { 'bedrock-converse': bedrock }),
  };
}

function withBound(body: { generationConfig?: object }): object {
  return { ...body, generationConfig: { maxOutputTokens: MAX_TOKENS, ...body.generationConfig } };
}

function withPrediction(body: { options?: object }): object {
  return { ...body, options: { num_predict: MAX_TOKENS, ...body.options } };
}

/** A request view with the usual bound and no system prompt. */
export const heard = (view: Partial<RequestView> & Pick<RequestView, 'turns'>): RequestView => ({
  system: [],
  maxTokens: MAX_TOKENS,
  ...view,
});

/** Turns out of texts: user and assistant take turns. */
export const turnsOf = (...texts: readonly string[]): RequestView['turns'] =>
  texts.map((text, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', parts: [{ text }] }));
