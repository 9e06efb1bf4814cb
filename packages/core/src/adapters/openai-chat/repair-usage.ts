import { count, type Json, record, records } from '../shared/read.ts';
import { Patch } from './patch.ts';

/** Numbers that OpenAI's schema requires; what an API leaves out is what the others add up to. */
function repairTotals(usage: Json): Json {
  const patch = new Patch(usage);
  const prompt = count(usage['prompt_tokens']) ?? 0;
  const completion = count(usage['completion_tokens']) ?? 0;
  if (count(usage['prompt_tokens']) === undefined) patch.set('prompt_tokens', prompt);
  if (count(usage['completion_tokens']) === undefined) patch.set('completion_tokens', completion);
  if (count(usage['total_tokens']) === undefined) patch.set('total_tokens', prompt + completion);
  for (const name of ['prompt_tokens_details', 'completion_tokens_details']) repairDetails(patch, name);
  repairCached(patch);
  return patch.result;
}

function repairDetails(patch: Patch, name: string): void {
  const details = record(patch.get(name));
  const repaired = new Patch(details ?? {});
  for (const [field, value] of Object.entries(details ?? {})) if (value === null) repaired.remove(field);
  if (details === undefined) patch.remove(name);
  else patch.set(name, repaired.result);
}

/** Cached tokens told beside the details. Sources: https://platform.moonshot.ai/docs/api/chat, https://api-docs.deepseek.com/guides/kv_cache */
function repairCached(patch: Patch): void {
  const cached = count(patch.get('cached_tokens')) ?? count(patch.get('prompt_cache_hit_tokens'));
  const details = record(patch.get('prompt_tokens_details'));
  if (cached === undefined || count(details?.['cached_tokens']) !== undefined) return;
  patch.set('prompt_tokens_details', { ...details, cached_tokens: cached });
}

/** Usage to where clients look for it: at the top. Sources of the other places: https://console.groq.com/docs/api-reference, https://platform.moonshot.ai/docs/api/chat */
export function repairUsage(patch: Patch, whole: boolean): void {
  const direct = record(patch.get('usage'));
  const usage =
    direct ?? record(record(patch.get('x_groq'))?.['usage']) ?? record(records(patch.get('choices'))[0]?.['usage']);
  if (usage !== undefined) patch.set('usage', repairTotals(usage));
  else if (whole || patch.get('usage') !== null) patch.remove('usage');
}
