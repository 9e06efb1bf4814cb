import type { Usage } from '../../chat/usage.ts';
import { weightOf } from '../../chat/weight.ts';
import { estimatedUsage, partialUsage } from '../estimate.ts';
import type { LineExchange } from '../exchange.ts';
import { amend } from '../record.ts';
import { tokensOf } from './count.ts';
import type { Kept } from './kept-text.ts';

/**
 * Counts by the host's tokenizer what was estimated of the answer, before anybody is told; undefined where there is nothing to count. Never rejects.
 * What cannot be counted stays estimated.
 */
export function recount(exchange: LineExchange): Promise<void> | undefined {
  const { attempts, kept, reading } = exchange;
  if (kept === undefined || attempts.at(-1)?.estimated !== true) return undefined;
  // A call that was given up or broke off before it answered.
  if (reading === undefined && kept.whole === undefined) return undefined;
  return counted(exchange, kept).catch((error) => {
    // Most often: a stream that broke off in the middle of a frame's JSON.
    exchange.line.settings.log.warn('an answer could not be counted', { request: exchange.id, reason: String(error) });
  });
}

async function counted(exchange: LineExchange, kept: Kept): Promise<void> {
  const { line, reading, sentBytes, usage } = exchange;
  const answer = kept.answer();
  const rough = reading === undefined ? (usage ?? {}) : estimatedUsage(sentBytes, reading.content);
  const share = reading === undefined ? 1 : Math.max(1, reading.content / Math.max(1, weightOf(answer)));
  const [input, output] = await Promise.all([
    tokensOf(line, kept.prompt(), kept.model, kept.share),
    tokensOf(line, answer, kept.model, share),
  ]);
  const guess: Usage = { input: input ?? rough.input ?? 0, output: output ?? rough.output ?? 0, estimated: true };
  exchange.usage = partialUsage(reading?.usage, guess);
  amend(exchange, exchange.usage);
}
