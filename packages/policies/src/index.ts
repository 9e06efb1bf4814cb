/** Routing policies: what a request asks for, read without a model call, and a choice among aliases by tier, cost, latency and feedback. */
export type { Features } from './features/features.ts';
export { TASKS, type Task } from './features/words.ts';
export type {
  BanditOptions,
  ClassifyRequest,
  Constraints,
  Learnt,
  Objective,
  PolicyOptions,
  Rule,
  When,
} from './options.ts';
export { type Policy, policy } from './policy.ts';
export { FAMILIES, type Family, TIERS_AS_OF } from './providers/tiers.ts';
export { familyTier } from './tiers.ts';
export type { Bounds, View } from './view.ts';
