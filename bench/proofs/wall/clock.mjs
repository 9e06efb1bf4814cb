/**
 * Real time, but for waits between attempts: these pass at once, and the clock is as much later. `pass(ms)` sets it forward. One that `stands` moves by nothing else,
 * so that it does not matter how fast the machine is; timers run all the same.
 */
export function hastyClock(stands = false) {
  const begun = Date.now();
  let ahead = 0;
  return {
    slept: [],
    pass(ms) {
      ahead += ms;
    },
    now: () => (stands ? begun : Date.now()) + ahead,
    async sleep(ms) {
      this.slept.push(ms);
      ahead += ms;
    },
    timer(ms, run) {
      const timeout = setTimeout(run, Math.min(ms, 2 ** 31 - 1)).unref();
      return () => clearTimeout(timeout);
    },
  };
}
