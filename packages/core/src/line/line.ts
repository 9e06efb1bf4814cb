import type { Settings } from '../config/load.ts';
import type { Pricer } from '../cost/pricer.ts';
import type { Callers } from '../keys/callers.ts';
import type { Events } from '../kit/events.ts';
import type { Pending } from '../kit/pending.ts';
import type { Placed, PlacedList } from '../kit/placed-list.ts';
import type { LimitRules } from '../limits/rules.ts';
import type { Router } from '../router/router.ts';
import type { Store } from '../store/store.ts';
import type { Platform } from '../transport/platform.ts';
import type { Answered } from './answered.ts';
import type { Books } from './books.ts';
import type { Discovery } from './discovery/discovery.ts';
import type { GatewayEvents } from './events.ts';
import type { Explained } from './explanation.ts';
import type { ShadowCopied, ShadowCopy } from './outcome.ts';

/** What the steps of the line work with: made at mount, replaced as a whole by `reload`. */
export interface Line {
  readonly settings: Settings;
  readonly router: Router;
  readonly limits: LimitRules;
  /** undefined: no prices are configured, and nobody asks what anything costs. */
  readonly prices: Pricer | undefined;
  readonly store: Store;
  /** undefined: the store is not asked about callers. */
  readonly callers: Callers | undefined;
  /** What the store is told when a request is over. */
  readonly books: Books;
  /** undefined: nobody may ask how requests were decided. */
  readonly explained: Explained | undefined;
  /** Which deployments rest, as processes that share the store tell each other. */
  readonly rests?: { look(): void };
  /** undefined: no deployment is looked up. */
  readonly discovery?: Discovery | undefined;
  readonly platform: Platform;
  readonly events: Events<GatewayEvents>;
  /** Requests that are not settled yet. */
  readonly open: Pick<PlacedList<Placed>, 'remove'>;
  /** undefined: no feedback is taken. */
  readonly answered: Answered | undefined;
  /** Sends the copy of a request on its way. */
  readonly shadow: (of: ShadowCopied, copy: ShadowCopy) => void;
  /** Settlements under way, so that `drain` and `close` can wait for them. */
  readonly pending: Pending;
}
