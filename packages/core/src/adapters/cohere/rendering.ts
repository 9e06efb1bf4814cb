import type { ChatRequest, Message } from '../../chat/request.ts';
import type { Target } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { createNames, type NameRule, type Names } from '../shared/tool-names.ts';

/** Names of tools: letters, digits and `_`, no digit first. Source: https://docs.cohere.com/v1/reference/chat (tools.name) */
const TOOL_NAMES: NameRule = { first: /[a-zA-Z_]/, character: /[a-zA-Z0-9_]/, maxLength: 256 };

/** What the rendering of one request knows and collects. */
export interface Rendering {
  readonly target: Target;
  readonly names: Names;
  readonly dropped: Dropped;
  readonly inserted: Dropped;
  /** What the model may cite, beside the messages. */
  readonly documents: unknown[];
}

function toolNames(request: ChatRequest): string[] {
  const offered = (request.tools ?? []).flatMap((tool) => (tool.type === 'server' ? [] : [tool.name]));
  return [...offered, ...request.messages.flatMap(calledNames)];
}

const calledNames = ({ content }: Message): string[] =>
  content.flatMap((part) => (part.type === 'tool-call' ? [part.name] : []));

/** A fresh rendering; the names that the request uses are known from the start, so that valid ones keep theirs. */
export const startRendering = (request: ChatRequest, target: Target): Rendering => ({
  target,
  names: createNames(toolNames(request), TOOL_NAMES),
  dropped: new Dropped(),
  inserted: new Dropped(),
  documents: [],
});
