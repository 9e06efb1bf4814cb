import { type CallHead, type OpenCall, openCall, type SimCall } from './call.ts';

/** The calls of a sim, newest last. */
export interface CallLog {
  /** The calls kept, oldest first. */
  readonly calls: readonly SimCall[];
  /** Calls that are not over. */
  open(): number;
  /** All calls so far, kept or not. */
  count(): number;
  add(head: Omit<CallHead, 'number'>): OpenCall;
  /** Resolves with the call of this number (1: the first one) as soon as it has come. Rejects for one that is no longer kept. */
  arrived(number: number): Promise<SimCall>;
}

/** A log that keeps the last `keep` calls. */
export function createLog(keep: number): CallLog {
  const calls: OpenCall[] = [];
  const waiting: { number: number; resolve: (call: SimCall) => void }[] = [];
  let count = 0;
  let open = 0;
  return {
    calls,
    open: () => open,
    count: () => count,
    add(head) {
      count += 1;
      open += 1;
      const call = openCall({ number: count, ...head });
      void call.ended.then(() => {
        open -= 1;
      });
      calls.push(call);
      if (calls.length > keep) calls.splice(0, calls.length - keep);
      for (const one of waiting.splice(0)) {
        if (one.number <= count) one.resolve(call);
        else waiting.push(one);
      }
      return call;
    },
    arrived(number) {
      const there = calls.find((call) => call.number === number);
      if (there !== undefined) return Promise.resolve(there);
      if (number <= count) return Promise.reject(new Error(`call ${number} is no longer kept`));
      return new Promise((resolve) => {
        waiting.push({ number, resolve });
      });
    },
  };
}
