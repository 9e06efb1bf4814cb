import type { ChatRequest } from '../../chat/request.ts';
import { isEmpty, type Json, put } from '../shared/read.ts';
import type { Rendering } from './rendering.ts';

/** What the API takes of these, both ends included. Source: https://docs.cohere.com/reference/chat */
const RANGES: Readonly<Record<string, readonly [from: number, to: number]>> = {
  p: [0.01, 0.99],
  k: [0, 500],
  frequency_penalty: [0, 1],
  presence_penalty: [0, 1],
};
/** What clients of most formats call them. */
const NAMES: Readonly<Record<string, string>> = { p: 'top_p', k: 'top_k' };

/** Numbers are never clamped: a value that the API can't take at all is left out and reported, any other goes as it is. */
export function putSampling(body: Json, request: ChatRequest, { dropped }: Rendering): void {
  const offer = (name: string, value: number | undefined): void => {
    const [from, to] = RANGES[name] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (value === undefined) return;
    if (value < from || value > to) dropped.add(NAMES[name] ?? name);
    else body[name] = value;
  };
  put(body, 'stop_sequences', request.stop);
  offer('temperature', request.temperature);
  offer('seed', request.seed);
  offer('frequency_penalty', request.frequencyPenalty);
  offer('presence_penalty', request.presencePenalty);
  offer('k', request.topK);
  offer('p', request.topP);
  put(body, 'logprobs', request.logprobs);
}

/** `response_format`, which can't stand beside tools or documents. Source: https://docs.cohere.com/docs/structured-outputs */
export function putFormat(body: Json, { responseFormat }: ChatRequest, { dropped }: Rendering): void {
  if (responseFormat === undefined) return;
  if (responseFormat.type === 'text') body.response_format = { type: 'text' };
  else if (body.tools !== undefined || body.documents !== undefined) dropped.add('response_format');
  else if (responseFormat.type === 'json') body.response_format = { type: 'json_object' };
  else {
    const { schema, description } = responseFormat;
    const described = description === undefined || 'description' in schema ? schema : { ...schema, description };
    body.response_format = { type: 'json_object', json_schema: described };
  }
}

/** Fields that have no counterpart at all, in the spelling that most clients use, with when something is lost: a neutral value loses nothing. */
const LOST: readonly (readonly [name: string, isLost: (request: ChatRequest) => boolean])[] = [
  ['n', ({ n }) => n !== undefined && n !== 1],
  ['top_logprobs', ({ topLogprobs }) => (topLogprobs ?? 0) !== 0],
  ['logit_bias', ({ logitBias }) => logitBias !== undefined && !isEmpty(logitBias)],
  ['modalities', ({ modalities }) => modalities?.some((kind) => kind !== 'text') === true],
  ['audio', ({ audio }) => audio !== undefined],
  ['user', ({ user }) => user !== undefined],
  ['metadata', ({ metadata }) => metadata !== undefined && !isEmpty(metadata)],
  ['service_tier', ({ serviceTier: tier }) => tier !== undefined && tier !== 'auto' && tier !== 'default'],
  ['cache_control', ({ cache }) => cache !== undefined],
];

/** Reports the fields that are lost. */
export function reportLost(request: ChatRequest, { dropped }: Rendering): void {
  for (const [name, isLost] of LOST) if (isLost(request)) dropped.add(name);
}
