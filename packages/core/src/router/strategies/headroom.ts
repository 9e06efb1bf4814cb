import { minuteOf } from '../condition.ts';
import type { Deployment } from '../deployment.ts';
import { least } from './least.ts';
import type { Scoring, Strategy } from './strategy.ts';

const used: Scoring = ({ deployments }, { input, output, now }, scores) => {
  const minute = minuteOf(now);
  let at = 0;
  for (const one of deployments) scores[at++] = usedOf(one, minute, input + output);
};

/** The share of its capacity in this minute that is used up with a request of so many tokens, by the one of its limits that is nearer. */
function usedOf({ health, rpm, tpm }: Deployment, minute: number, request: number): number {
  const fresh = health.minute !== minute;
  const calls = rpm === 0 ? 0 : ((fresh ? 0 : health.calls) + 1) / rpm;
  if (tpm === 0) return calls;
  // What calls under way use is not known before they end: they are taken to be like this one.
  const tokens = (fresh ? 0 : health.tokens) + (health.open + 1) * request;
  return Math.max(calls, tokens / tpm);
}

/** The most of its `rpm` and `tpm` left in this minute, as this process knows. */
export const headroom: Strategy = { name: 'headroom', pick: (tier, choice) => least(tier, choice, used), scores: used };
