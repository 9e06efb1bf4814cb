import type { TokenLogprob } from '../../chat/reply.ts';
import { array, type Json, number, records, string } from '../shared/read.ts';

const plain = (entry: Json) => ({
  token: string(entry['token']) ?? '',
  logprob: number(entry['logprob']) ?? 0,
  bytes: array(entry['bytes'])?.filter((byte): byte is number => typeof byte === 'number') ?? null,
});

/** `logprobs` of an answer or line: the same entries as OpenAI's; undefined when there are none. Source: https://docs.ollama.com/api/chat */
export function readLogprobs(value: unknown): TokenLogprob[] | undefined {
  const entries = records(value);
  return entries.length === 0
    ? undefined
    : entries.map((entry) => ({ ...plain(entry), top_logprobs: records(entry['top_logprobs']).map(plain) }));
}
