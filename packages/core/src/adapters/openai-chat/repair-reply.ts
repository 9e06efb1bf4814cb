import type { ProviderRow } from '../provider-row.ts';
import { array, count, type Json, record, records, string, text } from '../shared/read.ts';
import type { Memo } from './call.ts';
import { thinkingText } from './carriers-read.ts';
import { finishWord, stopReasonOf } from './finish.ts';
import { mapSame, Patch } from './patch.ts';
import { has } from './repairs.ts';
import { repairUsage } from './repair-usage.ts';
import { tierWord } from './wire.ts';

/**
 * Repairs of the answers of compatible APIs, so that what passes through holds OpenAI's own schema. Pure: the same object comes back
 * when nothing was to be repaired. Required fields: https://platform.openai.com/docs/api-reference/chat/object
 */

/** What all chunks of an answer, or the answer itself, must have at the top. */
function repairTop(patch: Patch, object: string, model: string, memo: Memo): void {
  if (text(patch.get('id')) === undefined) patch.set('id', memo.id);
  if (patch.get('object') !== object) patch.set('object', object);
  if (count(patch.get('created')) === undefined) patch.set('created', memo.created);
  if (string(patch.get('model')) === undefined) patch.set('model', model);
  if (string(patch.get('system_fingerprint')) === undefined) patch.remove('system_fingerprint');
  repairTier(patch);
}

/** A tier that OpenAI's schema has no word for keeps its word under another name. */
function repairTier(patch: Patch): void {
  const tier = patch.get('service_tier');
  if (tier === undefined || tier === null) return;
  const word = tierWord(string(tier));
  if (word === tier) return;
  patch.set('native_service_tier', tier);
  if (word === undefined) patch.remove('service_tier');
  else patch.set('service_tier', word);
}

/** Chunks of text and thinking → a string and `reasoning_content`. Other chunks stay in `content_parts`. */
function repairContent(patch: Patch): void {
  const list = array(patch.get('content'));
  if (list === undefined) return;
  const chunks = records(list);
  const thinking = chunks.filter((chunk) => chunk['type'] === 'thinking').map(thinkingText).join('');
  const others = chunks.filter((chunk) => chunk['type'] !== 'thinking' && string(chunk['text']) === undefined);
  patch.set('content', chunks.map((chunk) => (chunk['type'] === 'thinking' ? '' : (string(chunk['text']) ?? ''))).join(''));
  if (thinking !== '') patch.set('reasoning_content', thinking);
  if (others.length > 0) patch.set('content_parts', others);
}

/** `reasoning` → `reasoning_content`, which is what clients of this format look for. */
function repairReasoning(patch: Patch, row: ProviderRow): void {
  const words = string(patch.get('reasoning'));
  if (words === undefined || !has(row, 'reasoning-field')) return;
  if (string(patch.get('reasoning_content')) === undefined) patch.set('reasoning_content', words);
  patch.remove('reasoning');
}

function callText(value: unknown, whole: boolean): string | undefined {
  if (typeof value === 'string') return value === '' && whole ? '{}' : value;
  if (record(value) !== undefined) return JSON.stringify(value);
  return whole ? '{}' : undefined;
}

function repairCall(value: unknown, index: number, memo: Memo, whole: boolean): unknown {
  const call = record(value);
  if (call === undefined || record(call['custom']) !== undefined) return value;
  const patch = new Patch(call);
  const body = new Patch(record(call['function']) ?? {});
  const args = callText(body.get('arguments'), whole);
  if (args === undefined) body.remove('arguments');
  else body.set('arguments', args);
  if (string(body.get('name')) === undefined) body.remove('name');
  patch.set('function', body.result);
  if (whole && text(call['id']) === undefined) patch.set('id', `call_${memo.id}_${index}`);
  if (text(call['id']) === undefined && !whole) patch.remove('id');
  if (call['type'] !== 'function' && (whole || call['type'] !== undefined)) patch.set('type', 'function');
  if (!whole && count(call['index']) === undefined) patch.set('index', index);
  return patch.result;
}

function repairCalls(patch: Patch, memo: Memo, whole: boolean): void {
  const calls = array(patch.get('tool_calls'));
  if (calls === undefined) patch.remove('tool_calls');
  else patch.set('tool_calls', mapSame(calls, (call, index) => repairCall(call, index, memo, whole)));
  if (record(patch.get('function_call')) === undefined) patch.remove('function_call');
}

function repairMessage(message: Json, row: ProviderRow, memo: Memo): Json {
  const patch = new Patch(message);
  patch.set('role', 'assistant');
  repairContent(patch);
  if (string(patch.get('content')) === undefined) patch.set('content', null);
  if (string(patch.get('refusal')) === undefined) patch.set('refusal', null);
  repairReasoning(patch, row);
  repairCalls(patch, memo, true);
  if (array(patch.get('annotations')) === undefined) patch.remove('annotations');
  return patch.result;
}

function repairDelta(delta: Json, row: ProviderRow, memo: Memo): Json {
  const patch = new Patch(delta);
  if (text(delta['role']) === undefined) patch.remove('role');
  repairContent(patch);
  repairReasoning(patch, row);
  repairCalls(patch, memo, false);
  return patch.result;
}

/** The reason in OpenAI's words, and `tool_calls` whenever there were any and nothing was cut. */
function repairReason(patch: Patch, hasCalls: boolean): void {
  const word = text(patch.get('finish_reason'));
  if (word === undefined) return;
  const reason = stopReasonOf(word);
  const right = hasCalls && (reason === 'stop' || reason === 'other') ? 'tool_calls' : word === 'function_call' ? word : finishWord(reason, false);
  if (right === word) return;
  patch.set('finish_reason', right);
  if (reason === 'other' || (word !== 'stop' && patch.get('native_finish_reason') === undefined)) patch.set('native_finish_reason', word);
}

function repairLogprobs(patch: Patch): void {
  const logprobs = record(patch.get('logprobs'));
  if (logprobs === undefined) return;
  const filled = new Patch(logprobs);
  for (const field of ['content', 'refusal']) if (filled.get(field) === undefined) filled.set(field, null);
  patch.set('logprobs', filled.result);
}

function repairChoice(value: unknown, index: number, row: ProviderRow, memo: Memo): unknown {
  const choice = record(value) ?? {};
  const patch = new Patch(choice);
  const message = repairMessage(record(choice['message']) ?? {}, row, memo);
  const hasCalls = (array(message['tool_calls'])?.length ?? 0) > 0;
  if (count(choice['index']) === undefined) patch.set('index', index);
  patch.set('message', message);
  if (patch.get('logprobs') === undefined) patch.set('logprobs', null);
  repairLogprobs(patch);
  if (text(choice['finish_reason']) === undefined) patch.set('finish_reason', hasCalls ? 'tool_calls' : 'stop');
  repairReason(patch, hasCalls);
  return patch.result;
}

/** A whole answer. */
export function repairBody(body: Json, row: ProviderRow, model: string, memo: Memo): Json {
  const patch = new Patch(body);
  repairTop(patch, 'chat.completion', model, memo);
  patch.set('choices', mapSame(array(body['choices']) ?? [], (choice, index) => repairChoice(choice, index, row, memo)));
  repairUsage(patch, true);
  return patch.result;
}

/** The chunks of one stream; it remembers which choices have called tools. */
export class FrameRepair {
  readonly #row: ProviderRow;
  readonly #model: string;
  readonly #memo: Memo;
  readonly #callers = new Set<number>();

  constructor(row: ProviderRow, model: string, memo: Memo) {
    this.#row = row;
    this.#model = model;
    this.#memo = memo;
  }

  repair(chunk: Json): Json {
    const patch = new Patch(chunk);
    repairTop(patch, 'chat.completion.chunk', this.#model, this.#memo);
    const choices = array(chunk['choices']) ?? [];
    patch.set('choices', array(chunk['choices']) === undefined ? [] : mapSame(choices, (choice, index) => this.#choice(choice, index)));
    repairUsage(patch, false);
    if (has(this.#row, 'usage-every-frame') && choices.length > 0 && !ends(choices)) patch.remove('usage');
    return patch.result;
  }

  #choice(value: unknown, position: number): Json {
    const choice = record(value) ?? {};
    const patch = new Patch(choice);
    const index = count(choice['index']) ?? position;
    const delta = repairDelta(record(choice['delta']) ?? {}, this.#row, this.#memo);
    if ((array(delta['tool_calls'])?.length ?? 0) > 0) this.#callers.add(index);
    patch.set('index', index);
    patch.set('delta', delta);
    if (text(choice['finish_reason']) === undefined) patch.set('finish_reason', null);
    repairReason(patch, this.#callers.has(index));
    repairLogprobs(patch);
    return patch.result;
  }
}

const ends = (choices: readonly unknown[]): boolean => choices.some((choice) => text(record(choice)?.['finish_reason']) !== undefined);
