import type { Step } from '../wire/frame.ts';
import type { SimResponse } from '../wire/response.ts';
import type { FaultName, FaultSizes } from './names.ts';

/** An answer with media, with the faults that these can have besides statuses: `late-headers` and `cut` (in the middle of its first write). */
export function withMediaFaults(response: SimResponse, faults: ReadonlySet<FaultName>, sizes: FaultSizes): SimResponse {
  const late = faults.has('late-headers') ? sizes.lateHeaders : 0;
  const due = { ...response, headersAfter: response.headersAfter + late };
  return faults.has('cut') ? { ...due, steps: halfOf(response.steps), ending: 'cut' } : due;
}

function* halfOf(steps: Iterable<Step>): Generator<Step> {
  for (const step of steps) {
    yield { ...step, bytes: step.bytes.subarray(0, Math.ceil(step.bytes.length / 2)) };
    return;
  }
}
