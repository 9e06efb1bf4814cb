import type { PolicyView } from '@postern/core';
import type { Features } from './features/features.ts';

/** What a request asks for by headers; nano-dollars and milliseconds. */
export interface Bounds {
  readonly maxCost?: number;
  readonly maxLatency?: number;
  readonly minTier?: number;
}

/** What a choice is made from besides the candidates: names and numbers. */
export interface View extends PolicyView, Features {
  readonly task: string;
  /** Whether a classifier said the task, and what became of it where it did not. */
  readonly classifier?: 'said' | 'failed' | 'too slow';
  readonly bounds?: Bounds;
  /** Tags of the caller that rules go by. */
  readonly tags?: readonly string[];
  /** What was learnt of this task, by alias, when the request came. */
  readonly learnt?: Readonly<Record<string, readonly [good: number, bad: number]>>;
}

/** Of a request of which nothing is known. */
export const UNSEEN: View = {
  task: 'chat',
  language: 'und',
  tools: 0,
  images: 0,
  length: 0,
  turns: 0,
  json: false,
  reasoning: 0,
};
