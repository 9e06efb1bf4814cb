import type { ChatRequest } from '../../chat/request.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import { PostCall } from '../post-call.ts';
import { optionGroups, optionsFor } from '../shared/provider-options.ts';
import { given } from '../shared/read.ts';
import { type CandidateMemo, candidateMemo } from './candidates-asked.ts';
import { writeConfig } from './config-write.ts';
import { renderContents } from './contents.ts';
import { endpoint, HEADERS } from './endpoint.ts';
import { mergeAll, mergeAt } from './merge.ts';
import { type ToolMemo, toolMemo } from './tool-names.ts';
import { callingMode, writeToolChoice, writeTools } from './tools-write.ts';
import { FORMAT, type Wire } from './wire.ts';

/** Service tiers of other APIs and the ones here: https://ai.google.dev/gemini-api/docs/priority-inference */
const TIERS: Readonly<Record<string, string>> = {
  default: 'standard',
  standard: 'standard',
  standard_only: 'standard',
  flex: 'flex',
  priority: 'priority',
};

function writeTier(tier: string | undefined, dropped: Set<string>): Wire {
  if (tier === undefined || tier === 'auto') return {};
  if (Object.hasOwn(TIERS, tier)) return { serviceTier: TIERS[tier] };
  dropped.add('service_tier');
  return {};
}

/** Fields that the API has no counterpart for, by the names their senders know. */
function reportMissing(request: ChatRequest, dropped: Set<string>): void {
  if (request.parallelToolCalls === false) dropped.add('parallel_tool_calls');
  if (request.logitBias !== undefined) dropped.add('logit_bias');
  if (request.user !== undefined) dropped.add('user');
  if (request.metadata !== undefined) dropped.add('metadata');
  if (request.cache !== undefined) dropped.add('cache_control');
}

function mergeOwn(body: Wire, request: ChatRequest, target: Target, dropped: Set<string>): void {
  for (const [format, fields] of Object.entries(request.extensions ?? {})) {
    for (const [path, value] of Object.entries(fields)) {
      if (format === FORMAT) mergeAt(body, path, value);
      else dropped.add(path);
    }
  }
  for (const options of optionsFor(request.providerOptions, optionGroups(target), false, dropped))
    mergeAll(body, options);
}

/** The body of a request, and what has to be told about it. */
export interface Rendered {
  readonly body: Wire;
  readonly memo: ToolMemo & CandidateMemo;
  readonly dropped: string[];
  readonly inserted: string[];
}

/** A request of the chat model as a `GenerateContentRequest`. Throws RequestError `media_url_unsupported`. */
export function renderBody(request: ChatRequest, target: Target): Rendered {
  const dropped = new Set<string>();
  const inserted = new Set<string>();
  const memo = toolMemo(request.tools);
  const mode = callingMode(request, target.model);
  const tools = writeTools(request.tools ?? [], { memo, dropped, strict: mode === 'ANY' || mode === 'VALIDATED' });
  const body: Wire = {
    ...renderContents(request.messages, target, memo, dropped, inserted),
    ...(tools.length > 0 && { tools }),
    ...given('toolConfig', writeToolChoice(request, target.model, memo)),
    ...given('generationConfig', writeConfig(request, target.model, dropped)),
    ...writeTier(request.serviceTier, dropped),
  };
  reportMissing(request, dropped);
  mergeOwn(body, request, target, dropped);
  return { body, memo: { ...memo, ...candidateMemo(request.n) }, dropped: [...dropped], inserted: [...inserted] };
}

/** The call for a chat request. */
export function render(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall {
  const { body, ...told } = renderBody(request, target);
  const { stream } = exchange.peek;
  return new PostCall(
    target,
    stream,
    {
      path: endpoint(target, stream ? 'streamGenerateContent' : 'generateContent'),
      headers: HEADERS,
      body: JSON.stringify(body),
      memo: told.memo,
    },
    told.dropped,
    told.inserted,
  );
}
