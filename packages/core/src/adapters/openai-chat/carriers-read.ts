import type { Origin, ReasoningPart } from '../../chat/parts.ts';
import { WIRE_FORMATS } from '../format.ts';
import { array, given, type Json, number, record, records, string, text } from '../shared/read.ts';
import { FORMAT, native, rest } from './wire.ts';

/**
 * Reading the carriers of reasoning: `reasoning_content`, `reasoning`, `reasoning_details[]`, `thinking_blocks[]`, and list content of
 * `thinking` chunks. Sources: https://openrouter.ai/docs/use-cases/reasoning-tokens, https://api-docs.deepseek.com/guides/thinking_mode,
 * https://docs.mistral.ai/capabilities/reasoning. The details that Postern makes name their origin in `format`, `provider` and `model`.
 */

const OURS: ReadonlySet<string> = new Set(WIRE_FORMATS);
const DETAIL_FIELDS: ReadonlySet<string> = new Set([
  'type',
  'text',
  'summary',
  'data',
  'signature',
  'id',
  'index',
  'format',
  'provider',
  'model',
  'upstream_format',
  'upstream_index',
]);

/** The types that a part's own fields tell; any other is kept as it is. */
const TYPES: ReadonlySet<string> = new Set(['reasoning.text', 'reasoning.summary', 'reasoning.encrypted']);

/** Is it a detail that Postern made, with its origin? */
export const isOurs = (detail: Json): boolean => OURS.has(string(detail['format']) ?? '');

/** Where a detail came from: what it says itself, else `fallback` (the provider that just answered, or this format of some provider). */
export function detailOrigin(detail: Json, fallback: Origin): Origin {
  const format = string(detail['format']);
  if (format === undefined || !OURS.has(format)) return fallback;
  return { format, ...given('provider', text(detail['provider'])), ...given('model', text(detail['model'])) };
}

/** A detail's fields that its vendor wants back as they were. A detail of ours has the vendor's `format` and `index` under other names. */
function vendorFields(detail: Json): Json {
  const ours = isOurs(detail);
  const type = string(detail['type']);
  return {
    ...rest(detail, DETAIL_FIELDS),
    ...given('type', type !== undefined && TYPES.has(type) ? undefined : type),
    ...given('format', string(detail[ours ? 'upstream_format' : 'format'])),
    ...given('index', number(detail[ours ? 'upstream_index' : 'index'])),
  };
}

/** One detail as a part. */
export function reasoningOf(detail: Json, fallback: Origin): ReasoningPart {
  const origin = detailOrigin(detail, fallback);
  const fields = origin.format === FORMAT ? native(vendorFields(detail)) : undefined;
  return {
    type: 'reasoning',
    text: string(detail['text']) ?? string(detail['summary']) ?? '',
    ...given('encrypted', text(detail['data'])),
    ...given('signature', text(detail['signature'])),
    ...(detail['type'] === 'reasoning.summary' || string(detail['summary']) !== undefined ? { summary: true } : {}),
    ...given('id', text(detail['id'])),
    origin,
    ...given('native', fields),
  };
}

/** Pieces of one detail, as a client that only collected a stream's chunks sends them: the same type, index and id in a row. */
function isPiece(detail: Json, before: Json | undefined): boolean {
  if (before === undefined || number(detail['index']) === undefined || text(detail['data']) !== undefined) return false;
  const id = text(detail['id']);
  return (
    before['type'] === detail['type'] &&
    before['index'] === detail['index'] &&
    (id === undefined || id === text(before['id']))
  );
}

function joinPiece(before: Json, piece: Json): Json {
  const joined: Json = { ...before };
  for (const field of ['text', 'summary']) {
    const more = string(piece[field]);
    if (more !== undefined) joined[field] = (string(before[field]) ?? '') + more;
  }
  const signature = text(piece['signature']);
  return signature === undefined ? joined : { ...joined, signature };
}

/** The entries of `reasoning_details` that hold reasoning, pieces joined. */
export function reasoningDetails(value: unknown): Json[] {
  const whole: Json[] = [];
  for (const detail of records(value)) {
    if (!(string(detail['type']) ?? '').startsWith('reasoning.')) continue;
    const before = whole.at(-1);
    if (before !== undefined && isPiece(detail, before)) whole[whole.length - 1] = joinPiece(before, detail);
    else whole.push(detail);
  }
  return whole;
}

const plain = (words: string): ReasoningPart => ({ type: 'reasoning', text: words });

/** Reasoning text that stands beside the details but in none of them, put back into its place. Text that doesn't fit is left to the details. */
function withPlainText(parts: ReasoningPart[], all: string): ReasoningPart[] {
  const mixed: ReasoningPart[] = [];
  let position = 0;
  for (const part of parts) {
    const found = part.text === '' ? position : all.indexOf(part.text, position);
    if (found < 0) return parts;
    if (found > position) mixed.push(plain(all.slice(position, found)));
    mixed.push(part);
    position = found + part.text.length;
  }
  if (position < all.length) mixed.push(plain(all.slice(position)));
  return mixed;
}

/** Anthropic's blocks as other gateways hand them to clients of this format. Source: https://docs.litellm.ai/docs/reasoning_content */
function thinkingBlock(block: Json): ReasoningPart | undefined {
  const origin: Origin = { format: 'anthropic-messages' };
  const encrypted = block['type'] === 'redacted_thinking' ? text(block['data']) : undefined;
  if (encrypted !== undefined) return { type: 'reasoning', text: '', encrypted, origin };
  const words = string(block['thinking']);
  if (words === undefined) return undefined;
  const signature = text(block['signature']);
  return signature === undefined ? plain(words) : { type: 'reasoning', text: words, signature, origin };
}

/** The reasoning of a message, request's or answer's. `fallback` is the origin of details that name none. */
export function readCarriers(message: Json, fallback: Origin): ReasoningPart[] {
  const all = text(message['reasoning_content']) ?? text(message['reasoning']);
  const details = reasoningDetails(message['reasoning_details']);
  if (details.length > 0) {
    const parts = details.map((detail) => reasoningOf(detail, fallback));
    if (all === undefined) return parts;
    return parts.some((part) => part.text !== '') ? withPlainText(parts, all) : [plain(all), ...parts];
  }
  const blocks = records(message['thinking_blocks']).flatMap((block) => thinkingBlock(block) ?? []);
  if (blocks.length > 0) return blocks;
  return all === undefined ? [] : [plain(all)];
}

/** The words of a `thinking` content chunk: a string, or a list of text chunks. */
export function thinkingText(chunk: Json): string {
  const { thinking } = chunk;
  if (typeof thinking === 'string') return thinking;
  return (array(thinking) ?? []).map((piece) => string(record(piece)?.['text']) ?? '').join('');
}
