import type { ProviderRow } from '../provider-row.ts';
import { array, count, type Json, record, string, text } from '../shared/read.ts';
import type { Memo } from './call.ts';
import { finishWord, stopReasonOf } from './finish.ts';
import { mapSame, Patch } from './patch.ts';
import { repairDelta, repairMessage } from './repair-message.ts';
import { repairUsage } from './repair-usage.ts';
import { has } from './row.ts';
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

/** The reason in OpenAI's words, and `tool_calls` whenever there were any and nothing was cut. */
function repairReason(patch: Patch, hasCalls: boolean): void {
  const word = text(patch.get('finish_reason'));
  if (word === undefined) return;
  const reason = stopReasonOf(word);
  const right =
    hasCalls && (reason === 'stop' || reason === 'other')
      ? 'tool_calls'
      : word === 'function_call'
        ? word
        : finishWord(reason);
  if (right === word) return;
  patch.set('finish_reason', right);
  if (reason === 'other' || (word !== 'stop' && patch.get('native_finish_reason') === undefined))
    patch.set('native_finish_reason', word);
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
  patch.set(
    'choices',
    mapSame(array(body['choices']) ?? [], (choice, index) => repairChoice(choice, index, row, memo)),
  );
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
    patch.set(
      'choices',
      array(chunk['choices']) === undefined ? [] : mapSame(choices, (choice, index) => this.#choice(choice, index)),
    );
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

const ends = (choices: readonly unknown[]): boolean =>
  choices.some((choice) => text(record(choice)?.['finish_reason']) !== undefined);
