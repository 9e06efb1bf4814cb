import type { Meter, UpstreamCall } from '../adapter.ts';
import { memoOf } from './call.ts';
import { CompatibleMeter } from './meter-compatible.ts';
import { ExactMeter } from './meter-exact.ts';
import { isExact } from './row.ts';

/** The meter of a passing answer: one that leaves every byte alone for the API that owns the format, else one that repairs. */
export function meter(call: UpstreamCall): Meter {
  const { row, model } = call.target;
  return isExact(row) ? new ExactMeter(memoOf(call)) : new CompatibleMeter(row, model, memoOf(call));
}
