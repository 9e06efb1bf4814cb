import {
  type Condition,
  conditionOf,
  type DecisionRecord,
  Fleet,
  type Health,
  isGatewayError,
  type RoutingConfig,
  routingOf,
} from '@postern/core/routing';

/** What came of deciding again. */
export interface Replayed {
  readonly records: number;
  /** Records whose decision is the same: whom to ask, in which order, and why. */
  readonly same: number;
  /** Records that were decided under another configuration. */
  readonly otherPolicy: number;
  /** The first of those that were decided otherwise, at most 100. */
  readonly different: readonly Difference[];
}

/** A decision that came out otherwise: each attempt as `deployment: reason`, or the code of the error. */
export interface Difference {
  readonly id: string;
  readonly was: readonly string[];
  readonly is: readonly string[];
}

const MOST_TOLD = 100;

/**
 * Decides again what was decided: with the configuration of that time every decision is the same, with another one the differences are what it would have
 * changed. Throws ConfigError.
 */
export function replay(records: Iterable<DecisionRecord>, config: RoutingConfig): Replayed {
  const fleet = new Remembered();
  const { policy, router } = routingOf(config);
  const { plan } = router(fleet);
  const different: Difference[] = [];
  let count = 0;
  let same = 0;
  let otherPolicy = 0;
  for (const record of records) {
    count++;
    if (record.policy !== policy) otherPolicy++;
    fleet.remember(record);
    const [was, is] = [decisionIn(record), again(() => plan(record.question))];
    if (was.length === is.length && was.every((step, index) => step === is[index])) same++;
    else if (different.length < MOST_TOLD) different.push({ id: record.id, was, is });
  }
  return { records: count, same, otherPolicy, different };
}

const stepOf = (deployment: string, reason: string): string => `${deployment}: ${reason}`;

const decisionIn = ({ plan, refused }: DecisionRecord): readonly string[] =>
  refused === undefined ? plan.map(([deployment, reason]) => stepOf(deployment, reason)) : [refused];

function again(
  plan: () => readonly { readonly deployment: { readonly id: string }; readonly reason: string }[],
): readonly string[] {
  try {
    return plan().map(({ deployment, reason }) => stepOf(deployment.id, reason));
  } catch (error) {
    if (isGatewayError(error)) return [error.code];
    throw error;
  }
}

type Writable = { -readonly [Key in keyof Condition]: Condition[Key] };

/** The fleet as a record tells of it. What decides reads conditions and nothing else of it. */
class Remembered extends Fleet {
  readonly #conditions = new Map<string, Writable>();
  readonly #next = new Map<string, number>();
  #told: Writable[] = [];

  remember({ conditions, fields, turns }: DecisionRecord): void {
    for (const condition of this.#told) Object.assign(condition, conditionOf([], []));
    this.#told = Object.entries(conditions).map(([id, row]) => Object.assign(this.#of(id), conditionOf(fields, row)));
    this.#next.clear();
    for (const [alias, turn] of Object.entries(turns)) this.#next.set(alias, turn);
  }

  override of(id: string): Health {
    return this.#of(id) as Writable as Health;
  }

  override nextTurn(alias: string): number {
    return this.#next.get(alias) ?? 0;
  }

  override turn(alias: string): number {
    const turn = this.nextTurn(alias);
    this.#next.set(alias, turn + 1);
    return turn;
  }

  #of(id: string): Writable {
    const known = this.#conditions.get(id) ?? { ...conditionOf([], []) };
    this.#conditions.set(id, known);
    return known;
  }
}
