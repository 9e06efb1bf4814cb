import type { ChatRequest } from '../../chat/request.ts';
import type { Exchange, Target } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { createNames, type NameRule, type Names } from '../shared/tool-names.ts';
import { type Capabilities, capabilitiesOf } from './models.ts';

/** Names of tools. Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools */
const TOOL_NAME: NameRule = { character: /[a-zA-Z0-9_-]/, maxLength: 128 };
/** Ids of calls: the API refuses what does not match `^[a-zA-Z0-9_-]+$`. */
const CALL_ID: NameRule = { character: /[a-zA-Z0-9_-]/, maxLength: 256 };

/** What undoes the renames when the answer comes. */
export interface Memo {
  readonly names: Names;
  readonly ids: Names;
}

/** What the rendering of one request knows and collects. */
export interface Rendering {
  readonly target: Target;
  readonly exchange: Exchange;
  readonly can: Capabilities;
  readonly names: Names;
  readonly ids: Names;
  readonly dropped: Dropped;
  readonly inserted: string[];
}

/** A fresh rendering; the names and ids that the request uses are known from the start, so that valid ones keep theirs. */
export function startRendering(request: ChatRequest, target: Target, exchange: Exchange): Rendering {
  const names = (request.tools ?? []).flatMap((tool) => (tool.type === 'server' ? [] : [tool.name]));
  const ids: string[] = [];
  for (const message of request.messages) {
    for (const part of message.content)
      if (part.type === 'tool-call' || part.type === 'tool-result') ids.push(part.callId);
  }
  return {
    target,
    exchange,
    can: capabilitiesOf(target.model),
    names: createNames(names, TOOL_NAME),
    ids: createNames(ids, CALL_ID),
    dropped: new Dropped(),
    inserted: [],
  };
}
