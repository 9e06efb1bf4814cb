import type { ProviderRow } from '../provider-row.ts';
import { array, type Json, record, string, text } from '../shared/read.ts';
import { readReasoning, reasoningFields } from './reasoning-options.ts';
import type { RepairName } from './repairs.ts';
import { has, reasoningStyle } from './row.ts';

/** A change of one message; the same object comes back when there is nothing to change. */
type MessageRepair = (message: Json) => Json;

const developerAsSystem: MessageRepair = (message) =>
  message['role'] === 'developer' ? { ...message, role: 'system' } : message;

/** Joins text parts; content that holds anything else stays, for the provider to judge. */
const stringContent: MessageRepair = (message) => {
  const { content } = message;
  if (content === null && message['role'] === 'assistant') return { ...message, content: '' };
  const parts = array(content);
  if (parts === undefined || !parts.every((part) => record(part)?.['type'] === 'text')) return message;
  return { ...message, content: parts.map((part) => string(record(part)?.['text']) ?? '').join('\n') };
};

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Of the two hashes, and how many letters each gives. */
const SEEDS = [
  [0x811c9dc5, 5],
  [0x9747b28c, 4],
] as const;

/** Nine letters and digits that stand for an id: always the same ones for the same id. Two FNV-1a hashes, 64 bits together. */
function shortId(id: string): string {
  if (/^[a-zA-Z0-9]{9}$/.test(id)) return id;
  let short = '';
  for (const [seed, length] of SEEDS) {
    let hash: number = seed;
    for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193) >>> 0;
    for (let place = 0; place < length; place++) {
      short += LETTERS.charAt(hash % LETTERS.length);
      hash = Math.floor(hash / LETTERS.length);
    }
  }
  return short;
}

const shortToolIds: MessageRepair = (message) => {
  const result = text(message['tool_call_id']);
  if (result !== undefined) return { ...message, tool_call_id: shortId(result) };
  const calls = array(message['tool_calls']);
  if (calls === undefined) return message;
  const shortened = calls.map((value) => {
    const call = record(value);
    const id = text(call?.['id']);
    return id === undefined ? value : { ...call, id: shortId(id) };
  });
  return { ...message, tool_calls: shortened };
};

const MESSAGE_REPAIRS: readonly (readonly [RepairName, MessageRepair])[] = [
  ['developer-as-system', developerAsSystem],
  ['string-content', stringContent],
  ['short-tool-ids', shortToolIds],
];

/** The row's repairs of messages; undefined when it names none. */
function messageRepairs(row: ProviderRow): readonly MessageRepair[] | undefined {
  const named = MESSAGE_REPAIRS.filter(([name]) => has(row, name)).map(([, repair]) => repair);
  return named.length === 0 ? undefined : named;
}

function repairMessages(messages: readonly unknown[], repairs: readonly MessageRepair[]): readonly unknown[] {
  return messages.map((value) => {
    const message = record(value);
    return message === undefined ? value : repairs.reduce((repaired, repair) => repair(repaired), message);
  });
}

/** Top-level members of a request, read one by one. */
export interface Members {
  has(name: string): boolean;
  get(name: string): unknown;
}

/** What the row's repairs change in a request, by top-level member; undefined as a value removes one. Empty when nothing changes. */
export function requestRepairs(members: Members, row: ProviderRow): Map<string, unknown> {
  const changes = new Map<string, unknown>();
  const repairs = messageRepairs(row);
  const messages = repairs === undefined ? undefined : array(members.get('messages'));
  if (repairs !== undefined && messages !== undefined) changes.set('messages', repairMessages(messages, repairs));
  if (has(row, 'tool-choice-any') && members.get('tool_choice') === 'required') changes.set('tool_choice', 'any');
  if (has(row, 'tool-choice-option') && typeof members.get('tool_choice') === 'string') {
    changes.set('tool_choice_option', members.get('tool_choice'));
    changes.set('tool_choice', undefined);
  }
  reasoningRepair(members, row, changes);
  return changes;
}

/** A client that says `reasoning_effort` to an API with a style of its own; one that already speaks that style is left alone. */
function reasoningRepair(members: Members, row: ProviderRow, changes: Map<string, unknown>): void {
  const style = reasoningStyle(row);
  if (style === 'reasoning-effort' || !members.has('reasoning_effort')) return;
  const options = readReasoning((field) => (field === 'reasoning_effort' ? members.get(field) : undefined));
  if (options === undefined) return;
  const { fields } = reasoningFields(options, style);
  if (Object.keys(fields).some((name) => name !== 'reasoning_effort' && members.has(name))) return;
  changes.set('reasoning_effort', fields['reasoning_effort']);
  for (const [name, value] of Object.entries(fields)) changes.set(name, value);
}
