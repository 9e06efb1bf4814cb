/** What decides, without the line behind it: for simulation, replay and tests of policies. Nothing here calls anybody, and no key is needed. */
import { WIRE_FORMATS, type WireFormat } from './adapters/format.ts';
import type { Usage } from './chat/usage.ts';
import { loadConfig } from './config/load.ts';
import { policyHash } from './config/policy-hash.ts';
import { isDiscovered, statedOf } from './config/routing-discover.ts';
import type { Code, Declarative, DeploymentConfig, ProviderConfig } from './config/types.ts';
import { costOf } from './cost/cost.ts';
import { estimatorOf } from './cost/estimate.ts';
import { pricerOf } from './cost/pricer.ts';
import { catalogIds } from './providers/row.ts';
import { routerOf } from './router/build.ts';
import type { Trace } from './router/decision.ts';
import type { Deployment } from './router/deployment.ts';
import type { Fleet } from './router/fleet.ts';
import type { PlannedAttempt } from './router/plan.ts';
import type { Question } from './router/question.ts';
import type { Side } from './router/split.ts';

export type { Fault, FaultKind } from './chat/fault.ts';
export { isGatewayError } from './kit/errors.ts';
export { seeded } from './kit/seeded.ts';
export { type Condition, hasRoom, isUsable, mayProbe } from './router/condition.ts';
export { conditionOf, conditionRow, type DecisionRecord, newTrace, recordOf, type Trace } from './router/decision.ts';
export type { Deployment } from './router/deployment.ts';
export { budgetOf } from './router/fallbacks.ts';
export { Fleet } from './router/fleet.ts';
export { Health } from './router/health.ts';
export type { Alias, PlannedAttempt } from './router/plan.ts';
export type { Question } from './router/question.ts';
export { nextAttempt, type Rests } from './router/retry.ts';
export { withRoom } from './router/with-room.ts';

/** The part of a configuration that decides, and what decisions cost. Any configuration of a gateway will do. */
export type RoutingConfig = Omit<Declarative, 'access'> & Omit<Code, 'access'>;

/** How a configuration decides. */
export interface Routing {
  /** The hash that decision records carry. */
  readonly policy: string;
  /** Calls of a request as a whole. */
  readonly maxAttempts: number;
  /** A router over what one gateway knows of its deployments; what it is told stays in `fleet`. */
  router(fleet: Fleet): {
    /** Throws RequestError `model_not_found`, and UpstreamError where all deployments rest and were tried a moment ago. */
    plan(question: Question, format?: WireFormat, trace?: Trace): readonly PlannedAttempt[];
    deployments(model: string): readonly Deployment[];
    /** The side of a gray release that a question, planned just now, is of, and that does not serve it because all rest there. */
    missed(question: Question, plan: readonly PlannedAttempt[]): Side | undefined;
  };
  /** Nano-dollars of an attempt that began `at` (ms since the epoch); undefined: nobody knows. */
  costOf(deployment: Deployment, usage: Usage, at: number): bigint | undefined;
}

/** Throws ConfigError for every mistake, with the path and the fix. Keys and addresses of providers are not looked at. */
export function routingOf(config: RoutingConfig): Routing {
  const ids = catalogIds();
  const settings = loadConfig(
    { ...withoutKeys(config), access: 'open' },
    { knownProvider: (id) => ids.includes(id), providerIds: ids },
  );
  const prices = pricerOf(settings);
  return {
    policy: policyHash(settings),
    maxAttempts: settings.maxAttempts,
    router: (fleet) => routerOf(settings, 0, fleet, estimatorOf(prices)),
    costOf(deployment, usage, at) {
      const price = prices?.priceOf(deployment);
      if (price === undefined) return undefined;
      const { nanoUsd, unpriced } = costOf(price, usage, at);
      return unpriced.length > 0 ? undefined : nanoUsd;
    },
  };
}

/** Stands in for every provider: a decision doesn't depend on where a call would go. */
const NOWHERE: ProviderConfig = {
  format: WIRE_FORMATS[0],
  baseUrl: 'https://nowhere.invalid/v1',
  auth: 'bearer',
  apiKey: 'none',
};

function withoutKeys({ models = {}, providers = {}, ...config }: RoutingConfig): RoutingConfig {
  const { credentials: _, passThrough: __, resources: ___, ...rest } = config;
  const plain = Object.entries(models).map(([name, model]) => [
    name,
    typeof model === 'string' || isDiscovered(model.deployments)
      ? model
      : { ...model, deployments: model.deployments.map(keyless) },
  ]);
  const named = Object.values(models).flatMap((model) => (typeof model === 'string' ? [model] : statedOf(model)));
  const ids = named.map((one) => providerOf(typeof one === 'string' ? one : one.model));
  const nowhere = [...Object.keys(providers), ...ids].map((id) => {
    const after = providers[id]?.extends;
    return [id, after === undefined ? NOWHERE : { ...NOWHERE, extends: after }];
  });
  return {
    ...rest,
    models: Object.fromEntries(plain),
    providers: Object.fromEntries(nowhere),
  };
}

const providerOf = (model: string): string => model.slice(0, Math.max(0, model.indexOf('/')));

function keyless(deployment: string | DeploymentConfig): string | DeploymentConfig {
  if (typeof deployment === 'string') return deployment;
  const { apiKey: _, baseUrl: __, ...rest } = deployment;
  return rest;
}
