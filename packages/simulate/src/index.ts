/** Routing policies of a gateway, decided again (`replay`) and played against a model of traffic (`simulate`). Runs anywhere; calls nobody. */
export type { DecisionRecord, RoutingConfig } from '@postern/core/routing';
export { chart, compare } from './chart.ts';
export { type Distribution, meanOf } from './distribution.ts';
export { type Difference, type Replayed, replay } from './replay.ts';
export type { Load, Percentiles, Report } from './report.ts';
export { type SimulateOptions, simulate } from './simulate.ts';
export type { Arrivals, Faults, Service, Services, Traffic } from './traffic.ts';
export type { SimulatedCall } from './world.ts';
