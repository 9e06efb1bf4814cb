import type { Choice } from '../choice.ts';
import type { Deployment, Tier } from '../plan.ts';

/** How one of several deployments is picked. Pure: decides from the tier, the condition of its deployments and the choice, and nothing else. */
export interface Strategy {
  /** As configured, and as reasons name it. */
  readonly name: string;
  /** One of the tier's deployments that the choice allows; undefined: there is none. Asked again for each further attempt. */
  pick(tier: Tier, choice: Choice): Deployment | undefined;
}
