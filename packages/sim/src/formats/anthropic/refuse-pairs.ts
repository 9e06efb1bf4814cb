import { asText, type JsonObject } from '../../kit/json.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidRequest } from './errors.ts';
import { blocksOf } from './read.ts';

/** A turn: the messages of one role in a row, which the API joins; `index` is its first message. */
interface Turn {
  readonly role: unknown;
  readonly index: number;
  readonly blocks: { readonly block: JsonObject; readonly at: string }[];
}

/**
 * Every tool_use is answered by one tool_result at the beginning of the next turn, and every tool_result answers one.
 * Source: https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use#handling-tool-use-and-tool-result-content-blocks.
 */
export function refusePairs(messages: readonly JsonObject[]): VendorError | undefined {
  const turns = joinTurns(messages);
  for (const [place, turn] of turns.entries()) {
    const refused =
      turn.role === 'assistant' ? refuseUnanswered(turn, turns[place + 1]) : refuseResults(turn, turns[place - 1]);
    if (refused !== undefined) return refused;
  }
  return refuseRepeated(turns);
}

function joinTurns(messages: readonly JsonObject[]): Turn[] {
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    const blocks = blocksOf(message).map((block, place) => ({ block, at: `messages.${index}.content.${place}` }));
    const last = turns.at(-1);
    if (last?.role === message.role) last?.blocks.push(...blocks);
    else turns.push({ role: message.role, index, blocks });
  }
  return turns;
}

function idsOf(turn: Turn | undefined, type: 'tool_use' | 'tool_result'): string[] {
  const field = type === 'tool_use' ? 'id' : 'tool_use_id';
  return (turn?.blocks ?? []).filter(({ block }) => block.type === type).map(({ block }) => asText(block[field]) ?? '');
}

function refuseUnanswered(turn: Turn, next: Turn | undefined): VendorError | undefined {
  // Results count only where they begin the turn: text before them is refused with the same words.
  const others = next?.blocks.findIndex(({ block }) => block.type !== 'tool_result') ?? -1;
  const leading = next === undefined || others < 0 ? next : { ...next, blocks: next.blocks.slice(0, others) };
  const answered = idsOf(leading, 'tool_result');
  const open = idsOf(turn, 'tool_use').filter((id) => !answered.includes(id));
  if (open.length === 0) return undefined;
  return invalidRequest(
    `messages.${turn.index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}

function refuseResults(turn: Turn, before: Turn | undefined): VendorError | undefined {
  const called = idsOf(before, 'tool_use');
  const seen = new Set<string>();
  for (const { block, at } of turn.blocks) {
    if (block.type !== 'tool_result') continue;
    const id = asText(block.tool_use_id) ?? '';
    if (!called.includes(id)) {
      return invalidRequest(
        `${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    }
    if (seen.has(id))
      return invalidRequest(
        `${at}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
      );
    seen.add(id);
  }
  return undefined;
}

function refuseRepeated(turns: readonly Turn[]): VendorError | undefined {
  const seen = new Set<string>();
  for (const { block, at } of turns.flatMap((turn) => turn.blocks)) {
    if (block.type !== 'tool_use') continue;
    const id = asText(block.id) ?? '';
    if (seen.has(id)) return invalidRequest(`${at}: \`tool_use\` ids must be unique`);
    seen.add(id);
  }
  return undefined;
}
