import { inputTotal, outputTotal, type Usage } from '../../chat/usage.ts';
import { count, type Json, put } from '../shared/read.ts';

/** Tokens of an answer; undefined when none are told. Thinking is among `eval_count`. Source: https://docs.ollama.com/api/usage */
export function readUsage(body: Json): Usage | undefined {
  const usage: Usage = {};
  put(usage, 'input', count(body['prompt_eval_count']));
  put(usage, 'output', count(body['eval_count']));
  return usage.input === undefined && usage.output === undefined ? undefined : usage;
}

/** Usage as members of the last object: totals, since the API tells nothing finer. */
export function usageFields(usage: Usage | undefined): Json {
  return usage === undefined ? {} : { prompt_eval_count: inputTotal(usage), eval_count: outputTotal(usage) };
}
