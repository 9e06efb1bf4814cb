import type { ChatRequest } from '../../chat/request.ts';
import type { Exchange, Target } from '../adapter.ts';
import { TOOL_NAMES } from '../openai-chat/render-tools.ts';
import { Dropped } from '../shared/dropped.ts';
import { createNames, type NameRule, type Names } from '../shared/tool-names.ts';

/** Ids of calls. Source: FunctionCallOutputItemParam of https://github.com/openai/openai-openapi (call_id, at most 64 characters) */
const CALL_IDS: NameRule = { character: /[\s\S]/, maxLength: 64 };

/** What rendering a request needs everywhere. */
export interface Rendering {
  readonly target: Target;
  readonly exchange: Exchange;
  readonly dropped: Dropped;
  /** What the API requires and the client did not give, as `name=value`. */
  readonly inserted: Dropped;
  readonly names: Names;
  readonly ids: Names;
  /** Ids of calls of free-text tools: their results are items of another type. */
  readonly custom: ReadonlySet<string>;
}

/** A fresh rendering; the names and ids that the request uses are known from the start, so that valid ones keep theirs. */
export function startRendering(request: ChatRequest, target: Target, exchange: Exchange): Rendering {
  const tools = (request.tools ?? []).flatMap((tool) => (tool.type === 'server' ? [] : [tool.name]));
  const calls: string[] = [];
  const custom = new Set<string>();
  for (const { content } of request.messages) {
    for (const part of content) {
      if (part.type === 'tool-call' || part.type === 'tool-result') calls.push(part.callId);
      if (part.type === 'tool-call' && part.custom === true) custom.add(part.callId);
    }
  }
  return {
    target,
    exchange,
    dropped: new Dropped(),
    inserted: new Dropped(),
    names: createNames(tools, TOOL_NAMES),
    ids: createNames(calls, CALL_IDS),
    custom,
  };
}
