import type { CustomTool, FunctionTool, Tool } from '../../chat/request.ts';
import { createNames, type NameRule, type Names } from '../shared/tool-names.ts';

/** Names of functions: https://ai.google.dev/api/caching#FunctionDeclaration */
const RULE: NameRule = { first: /^[A-Za-z_]/, character: /[A-Za-z0-9_.:-]/, maxLength: 128 };

/** What a call remembers of the tools it sent, to undo it in the answer. */
export interface ToolMemo {
  readonly names: Names;
  /** Free-text tools, by their own name: the API has only functions, so they went as functions with one text argument. */
  readonly custom: ReadonlySet<string>;
}

const isNamed = (tool: Tool): tool is FunctionTool | CustomTool => tool.type !== 'server';

/** The memo for a request's tools. */
export function toolMemo(tools: readonly Tool[] | undefined): ToolMemo {
  const named = (tools ?? []).filter(isNamed);
  return {
    names: createNames(
      named.map((tool) => tool.name),
      RULE,
    ),
    custom: new Set(named.filter((tool) => tool.type === 'custom').map((tool) => tool.name)),
  };
}

/** The memo of a call, or an empty one for a call that has none. */
export function memoOf(memo: unknown): ToolMemo {
  return typeof memo === 'object' && memo !== null && 'names' in memo && 'custom' in memo
    ? (memo as ToolMemo)
    : toolMemo(undefined);
}
