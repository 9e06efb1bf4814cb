import { stopReasonOf } from '../openai-chat/finish.ts';
import { Patch } from '../openai-chat/patch.ts';
import type { ProviderRow } from '../provider-row.ts';
import { array, count, type Json, record, string, text } from '../shared/read.ts';
import { textOf } from './choice-read.ts';
import { finishWord } from './choice-text.ts';
import type { Memo } from './wire.ts';

/**
 * An answer or chunk as clients of this format read it; undefined where nothing has to change. Choices in the form of a chat become text, whoever
 * answers; a compatible API also has filled in what is required. Source: https://platform.openai.com/docs/api-reference/completions/object
 */
export function repaired(body: Json, { fidelity }: ProviderRow, memo: Memo, whole: boolean): Json | undefined {
  const fills = fidelity === 'compatible';
  const patch = new Patch(body);
  const choices = array(body['choices']);
  const fixed = (choices ?? []).map((choice, index) => {
    const said = normal(choice);
    return fills ? filled(said, index, whole) : said;
  });
  const isSame = choices === undefined ? !fills : fixed.every((choice, index) => choice === choices[index]);
  if (fills) fillTop(patch, memo);
  if (!isSame) {
    patch.set('object', 'text_completion');
    patch.set('choices', fixed);
  }
  return patch.result === body ? undefined : patch.result;
}

/** The choice as text; the very same where it is so already. */
function normal(choice: unknown): unknown {
  const body = record(choice);
  if (body === undefined || typeof body['text'] === 'string') return choice;
  const { message: _, delta: __, ...rest } = body;
  return { ...rest, text: textOf(body) ?? '', logprobs: body['logprobs'] ?? null };
}

function fillTop(patch: Patch, memo: Memo): void {
  if (text(patch.get('id')) === undefined) patch.set('id', memo.id);
  if (patch.get('object') !== 'text_completion') patch.set('object', 'text_completion');
  if (count(patch.get('created')) === undefined) patch.set('created', memo.created);
  if (string(patch.get('model')) === undefined) patch.set('model', memo.model);
}

/** A chunk that does not end its choice says so with null; an end has the format's word, and keeps its own beside it. */
function filled(value: unknown, index: number, whole: boolean): unknown {
  const choice = record(value);
  if (choice === undefined) return value;
  const patch = new Patch(choice);
  if (count(choice['index']) === undefined) patch.set('index', index);
  if (choice['logprobs'] === undefined) patch.set('logprobs', null);
  const word = text(choice['finish_reason']) ?? (whole ? 'stop' : undefined);
  const right = word === undefined ? null : finishWord(stopReasonOf(word));
  if (word !== undefined && word !== right) patch.set('native_finish_reason', word);
  patch.set('finish_reason', right);
  return patch.result;
}
