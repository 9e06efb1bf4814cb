import type { Clock } from '../../kit/clock.ts';
import { textOf } from '../../kit/text-of.ts';
import type { Line } from '../line.ts';

/** Characters of a text, and bytes of what it stands in, that are kept and counted; what is longer is extrapolated. */
export const MOST_TEXT = 256 * 1024;

/** Milliseconds that a count may take. */
const PATIENCE = 5_000;

/**
 * Tokens of a text by the host's tokenizer. undefined: there is none or no text, or it failed or took too long, which the operator's log says.
 * @param share how much longer the whole is than the text, where that is a part of it
 */
export async function tokensOf(line: Line, text: string, model: string, share = 1): Promise<number | undefined> {
  const { tokenizer, log } = line.settings;
  if (tokenizer === undefined || text === '') return undefined;
  const kept = text.slice(0, MOST_TEXT);
  try {
    const tokens = await inTime(Promise.resolve(tokenizer.count(kept, model)), line.platform.clock);
    if (Number.isFinite(tokens) && tokens >= 0) return Math.ceil(tokens * share * (text.length / kept.length));
    throw new TypeError('it gave no number');
  } catch (error) {
    log.warn('the tokenizer failed, and tokens were estimated', { model, reason: textOf(error) });
    return undefined;
  }
}

function inTime(counting: Promise<number>, clock: Clock): Promise<number> {
  return new Promise((resolve, reject) => {
    const stop = clock.timer(PATIENCE, () => reject(new Error('it took too long')));
    counting.then(resolve, reject).finally(stop);
  });
}
