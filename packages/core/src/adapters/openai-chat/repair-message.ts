import type { ProviderRow } from '../provider-row.ts';
import { array, count, type Json, record, records, string, text } from '../shared/read.ts';
import type { Memo } from './call.ts';
import { thinkingText } from './carriers-read.ts';
import { mapSame, Patch } from './patch.ts';
import { has } from './row.ts';

/** Chunks of text and thinking → a string and `reasoning_content`. Other chunks stay in `content_parts`. */
function repairContent(patch: Patch): void {
  const list = array(patch.get('content'));
  if (list === undefined) return;
  const chunks = records(list);
  const thinking = chunks
    .filter((chunk) => chunk['type'] === 'thinking')
    .map(thinkingText)
    .join('');
  const others = chunks.filter((chunk) => chunk['type'] !== 'thinking' && string(chunk['text']) === undefined);
  patch.set(
    'content',
    chunks.map((chunk) => (chunk['type'] === 'thinking' ? '' : (string(chunk['text']) ?? ''))).join(''),
  );
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
  else
    patch.set(
      'tool_calls',
      mapSame(calls, (call, index) => repairCall(call, index, memo, whole)),
    );
  if (record(patch.get('function_call')) === undefined) patch.remove('function_call');
}

/** The message of a whole answer. */
export function repairMessage(message: Json, row: ProviderRow, memo: Memo): Json {
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

/** The delta of a chunk. */
export function repairDelta(delta: Json, row: ProviderRow, memo: Memo): Json {
  const patch = new Patch(delta);
  if (text(delta['role']) === undefined) patch.remove('role');
  repairContent(patch);
  repairReasoning(patch, row);
  repairCalls(patch, memo, false);
  return patch.result;
}
