import { describe, expect, it } from 'vitest';
import { nodePlatform } from './platform.ts';

const { clock, random, randomId, environment } = nodePlatform();

describe("Node's platform", () => {
  it('makes ids of the length asked for, in lower-case hexadecimal, and never the same', () => {
    for (const bytes of [1, 12, 32, 4096]) expect(randomId(bytes)).toMatch(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
    const ids = Array.from({ length: 5000 }, () => randomId(12));
    expect(new Set(ids).size).toBe(5000);
  });

  it('spreads ids over all their bytes, across the blocks they are drawn in', () => {
    const seen = new Set(Array.from({ length: 3000 }, () => randomId(7)).flatMap((id) => id.match(/../g) ?? []));
    expect(seen.size).toBe(256);
  });

  it('gives uniform numbers in [0, 1)', () => {
    const numbers = Array.from({ length: 1000 }, random);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(numbers).size).toBeGreaterThan(900);
  });

  it('takes the environment of the process, or the one given', () => {
    expect(environment).toBe(process.env);
    expect(nodePlatform({ environment: { A: 'b' } }).environment).toEqual({ A: 'b' });
  });
});

describe("Node's clock", () => {
  it('sleeps and wakes', async () => {
    const before = clock.now();
    await clock.sleep(1);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
  });

  it('rejects a sleep with the reason of the signal, also of one that aborted before', async () => {
    const controller = new AbortController();
    const sleep = clock.sleep(60_000, controller.signal);
    controller.abort('why');
    await expect(sleep).rejects.toBe('why');
    await expect(clock.sleep(60_000, controller.signal)).rejects.toBe('why');
  });

  it('runs a timer once, and not when it was cancelled', async () => {
    const log: string[] = [];
    const cancel = clock.timer(1, () => log.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => {
      const stop = clock.timer(2, () => {
        log.push('run');
        resolve();
      });
      expect(stop).toBeTypeOf('function');
    });
    expect(log).toEqual(['run']);
  });

  it('does not fire at once for delays beyond what a timer takes', async () => {
    let fired = false;
    const cancel = clock.timer(2 ** 40, () => {
      fired = true;
    });
    await clock.sleep(5);
    cancel();
    expect(fired).toBe(false);
  });
});
