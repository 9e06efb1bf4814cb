import { minuteOf } from '../condition.ts';
import { least, type Score } from './least.ts';
import type { Strategy } from './strategy.ts';

/** The share of its capacity in this minute that is used up with this request, by the one of its limits that is nearer. */
const used: Score = ({ health, rpm, tpm }, { question: { input, output, now } }) => {
  const fresh = health.minute !== minuteOf(now);
  const calls = rpm === 0 ? 0 : ((fresh ? 0 : health.calls) + 1) / rpm;
  if (tpm === 0) return calls;
  // What calls under way use is not known before they end: they are taken to be like this one.
  const tokens = (fresh ? 0 : health.tokens) + (health.open + 1) * (input + output);
  return Math.max(calls, tokens / tpm);
};

/** The most of its `rpm` and `tpm` left in this minute, as this process knows. */
export const headroom: Strategy = { name: 'headroom', pick: (tier, choice) => least(tier, choice, used) };
