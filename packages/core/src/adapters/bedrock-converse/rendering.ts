import type { ChatRequest } from '../../chat/request.ts';
import type { Exchange, Target, UpstreamCall } from '../adapter.ts';
import type { Rendering as ClaudeRendering } from '../anthropic-messages/rendering.ts';
import { Dropped } from '../shared/dropped.ts';
import { createNames, type NameRule, type Names } from '../shared/tool-names.ts';
import { type Family, familyOf, takes } from './family.ts';
import { isObject } from './wire.ts';

/** Names of tools. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html */
const TOOL_NAME: NameRule = { character: /[a-zA-Z0-9_-]/, maxLength: 64 };
/** Ids of calls. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html */
const CALL_ID: NameRule = { character: /[a-zA-Z0-9_-]/, maxLength: 64 };

/** What undoes at the answer what the request had to be changed in. */
export interface Memo {
  readonly names: Names;
  /** The tool that stands for a response format: its input is the text of the answer. */
  readonly formatTool: string | undefined;
  /** The stop sequence was asked for by us, and is no field of the client's. */
  readonly askedStop: boolean;
}

/** What the rendering of one request knows and collects. Claude's own rules, which hold here too, take it as theirs. */
export interface Rendering extends ClaudeRendering {
  readonly family: Family;
  /** Names of the documents so far: no two may share one. */
  readonly documents: Set<string>;
}

/** A fresh rendering; the names and ids that the request uses are known from the start, so that valid ones keep theirs. */
export function startRendering(request: ChatRequest, target: Target, exchange: Exchange): Rendering {
  const names = (request.tools ?? []).flatMap((tool) => (tool.type === 'server' ? [] : [tool.name]));
  const ids = request.messages.flatMap(({ content }) =>
    content.flatMap((part) => (part.type === 'tool-call' || part.type === 'tool-result' ? [part.callId] : [])),
  );
  return {
    target,
    exchange,
    can: takes(target.model),
    family: familyOf(target.model),
    names: createNames(names, TOOL_NAME),
    ids: createNames(ids, CALL_ID),
    documents: new Set(),
    dropped: new Dropped(),
    inserted: [],
  };
}

/** The notes of `render`; undefined for a call that was passed through. */
export function memoOf(call: UpstreamCall): Memo | undefined {
  const { memo } = call;
  return isObject(memo) && 'names' in memo && 'formatTool' in memo ? (memo as unknown as Memo) : undefined;
}
