import { inputTotal, outputTotal, type Usage } from '../../chat/usage.ts';
import { count, isEmpty, type Json, put, record } from '../shared/read.ts';

/** Takes up to `wanted` out of what is left, so that classes that overlap on the wire become disjoint and their sum stays the total. */
class Purse {
  left: number;

  constructor(total: number) {
    this.left = total;
  }

  take(wanted: number | undefined): number | undefined {
    if (wanted === undefined) return undefined;
    const taken = Math.min(wanted, this.left);
    this.left -= taken;
    return taken;
  }
}

/**
 * OpenAI's usage object, and those of compatible APIs, in disjoint classes. On the wire `prompt_tokens` counts cached and audio
 * tokens too, `completion_tokens` reasoning and audio. undefined when it is none.
 * Sources: https://platform.openai.com/docs/api-reference/chat/object; cached tokens elsewhere:
 * https://api-docs.deepseek.com/guides/kv_cache (prompt_cache_hit_tokens), https://platform.moonshot.ai/docs/api/chat (cached_tokens),
 * https://www.alibabacloud.com/help/en/model-studio/context-cache (cache_creation_input_tokens).
 */
export function readUsage(value: unknown): Usage | undefined {
  const usage = record(value);
  if (usage === undefined) return undefined;
  const prompt = count(usage['prompt_tokens']);
  const completion = count(usage['completion_tokens']);
  if (prompt === undefined && completion === undefined) return undefined;
  const classes: Usage = {};
  promptClasses(usage, prompt, classes);
  completionClasses(usage, prompt ?? 0, completion, classes);
  put(classes, 'serverTools', serverTools(usage));
  return classes;
}

function promptClasses(usage: Json, prompt: number | undefined, classes: Usage): void {
  const details = record(usage['prompt_tokens_details']) ?? {};
  const purse = new Purse(prompt ?? 0);
  put(classes, 'cacheRead', purse.take(cachedTokens(usage, details)));
  const writes = cacheWrites(usage, details);
  put(classes, 'cacheWrite', purse.take(writes.short));
  put(classes, 'cacheWrite1h', purse.take(writes.long));
  put(classes, 'inputAudio', purse.take(count(details['audio_tokens'])));
  put(classes, 'inputImage', purse.take(count(details['image_tokens'])));
  put(classes, 'input', prompt === undefined ? undefined : purse.left);
}

function cachedTokens(usage: Json, details: Json): number | undefined {
  return (
    count(details['cached_tokens']) ??
    count(usage['cached_tokens']) ??
    count(usage['prompt_cache_hit_tokens']) ??
    count(usage['cache_read_input_tokens'])
  );
}

/** Tokens written to a cache; vendors name them in four ways, one of them by lifetime. */
function cacheWrites(usage: Json, details: Json): { short: number | undefined; long: number | undefined } {
  const byLifetime = record(details['cache_creation_token_details']) ?? record(details['cache_creation']);
  const long = count(byLifetime?.['ephemeral_1h_input_tokens']);
  const all =
    count(details['cache_write_tokens']) ??
    count(details['cache_creation_tokens']) ??
    count(details['cache_creation_input_tokens']) ??
    count(usage['cache_creation_input_tokens']);
  const short =
    count(byLifetime?.['ephemeral_5m_input_tokens']) ??
    (all === undefined ? undefined : Math.max(0, all - (long ?? 0)));
  return { short, long };
}

function completionClasses(usage: Json, prompt: number, completion: number | undefined, classes: Usage): void {
  const details = record(usage['completion_tokens_details']) ?? {};
  const stated = count(details['reasoning_tokens']) ?? count(usage['reasoning_tokens']);
  const outside =
    stated !== undefined && reasoningIsOutside(stated, prompt, completion ?? 0, count(usage['total_tokens']));
  const purse = new Purse(completion ?? 0);
  put(classes, 'reasoning', outside ? stated : purse.take(stated));
  put(classes, 'outputAudio', purse.take(count(details['audio_tokens'])));
  put(classes, 'outputImage', purse.take(count(details['image_tokens'])));
  put(classes, 'output', completion === undefined ? undefined : purse.left);
  put(classes, 'predictionAccepted', count(details['accepted_prediction_tokens']));
  put(classes, 'predictionRejected', count(details['rejected_prediction_tokens']));
}

/**
 * Some APIs leave reasoning out of `completion_tokens`. Their own arithmetic shows it.
 * Sources: https://docs.x.ai/docs/guides/reasoning, https://docs.perplexity.ai/api-reference/chat-completions-post
 */
function reasoningIsOutside(reasoning: number, prompt: number, completion: number, total: number | undefined): boolean {
  return reasoning > completion || (reasoning > 0 && total === prompt + completion + reasoning);
}

/** Calls of the provider's own tools. Sources: https://docs.perplexity.ai (num_search_queries), https://docs.x.ai (num_sources_used). */
const SEARCHES = [
  ['num_search_queries', 'web_search'],
  ['num_sources_used', 'search_source'],
] as const;

function serverTools(usage: Json): Record<string, number> | undefined {
  const tools: [string, number][] = [];
  const named = record(usage['server_tool_use']);
  if (named !== undefined) {
    for (const [name, calls] of Object.entries(named))
      if (typeof calls === 'number' && calls > 0) tools.push([name.replace(/_requests$/, ''), calls]);
  }
  for (const [field, name] of SEARCHES) {
    const calls = count(usage[field]);
    if (calls !== undefined && calls > 0) tools.push([name, calls]);
  }
  return tools.length === 0 ? undefined : Object.fromEntries(tools);
}

/** Usage as this format's clients read it: totals that count every class, and the classes in the details. */
export function usageBody(usage: Usage): Json {
  const prompt = inputTotal(usage);
  const completion = outputTotal(usage);
  const body: Json = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  put(body, 'prompt_tokens_details', promptDetails(usage));
  put(body, 'completion_tokens_details', completionDetails(usage));
  put(body, 'server_tool_use', serverToolUse(usage));
  return body;
}

const known = (details: Json): Json | undefined => (isEmpty(details) ? undefined : details);

function promptDetails(usage: Usage): Json | undefined {
  const { cacheWrite, cacheWrite1h } = usage;
  const details: Json = {};
  put(details, 'cached_tokens', usage.cacheRead);
  put(details, 'audio_tokens', usage.inputAudio);
  put(details, 'image_tokens', usage.inputImage);
  if (cacheWrite !== undefined || cacheWrite1h !== undefined)
    details['cache_write_tokens'] = (cacheWrite ?? 0) + (cacheWrite1h ?? 0);
  if (cacheWrite1h !== undefined) {
    details['cache_creation_token_details'] = {
      ephemeral_5m_input_tokens: cacheWrite ?? 0,
      ephemeral_1h_input_tokens: cacheWrite1h,
    };
  }
  return known(details);
}

function completionDetails(usage: Usage): Json | undefined {
  const details: Json = {};
  put(details, 'reasoning_tokens', usage.reasoning);
  put(details, 'audio_tokens', usage.outputAudio);
  put(details, 'image_tokens', usage.outputImage);
  put(details, 'accepted_prediction_tokens', usage.predictionAccepted);
  put(details, 'rejected_prediction_tokens', usage.predictionRejected);
  return known(details);
}

function serverToolUse(usage: Usage): Json | undefined {
  if (usage.serverTools === undefined) return undefined;
  const tools = Object.entries(usage.serverTools);
  return tools.length === 0 ? undefined : Object.fromEntries(tools.map(([name, calls]) => [`${name}_requests`, calls]));
}
