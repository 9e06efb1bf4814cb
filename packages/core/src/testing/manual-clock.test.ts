import { describe, expect, it } from 'vitest';
import { manualClock } from './manual-clock.ts';

describe('the manual clock', () => {
  it('stands until it is moved', async () => {
    const clock = manualClock(1_000);
    expect(clock.now()).toBe(1_000);
    await clock.advance(250);
    expect(clock.now()).toBe(1_250);
  });

  it('runs timers in the order of their time, those of the same time in the order they were set, each at its time', async () => {
    const clock = manualClock(0);
    const heard: string[] = [];
    const set = (ms: number, name: string) => clock.timer(ms, () => heard.push(`${name}@${clock.now()}`));
    set(30, 'c');
    set(10, 'a');
    set(10, 'b');
    set(31, 'd');
    await clock.advance(30);
    expect(heard).toEqual(['a@10', 'b@10', 'c@30']);
    expect(clock.pending).toBe(1);
  });

  it('runs what a timer or the waiter of a sleep sets, when that is due as well', async () => {
    const clock = manualClock(0);
    const heard: number[] = [];
    const walk = async () => {
      for (let step = 0; step < 3; step++) {
        await clock.sleep(10);
        heard.push(clock.now());
      }
    };
    void walk();
    clock.timer(5, () => clock.timer(5, () => heard.push(-clock.now())));
    await clock.advance(25);
    expect(heard).toEqual([10, -10, 20]);
    expect(clock.pending).toBe(1);
  });

  it('does not run a timer that was cancelled', async () => {
    const clock = manualClock();
    let ran = false;
    const cancel = clock.timer(1, () => {
      ran = true;
    });
    cancel();
    await clock.advance(10);
    expect([ran, clock.pending]).toEqual([false, 0]);
  });

  it('wakes a sleeper at its time, with its reason when the signal aborts first, and forgets it', async () => {
    const clock = manualClock();
    const controller = new AbortController();
    const reason = new Error('gone');
    const woken = clock.sleep(10, controller.signal).then(() => 'woken');
    const gone = clock.sleep(20, controller.signal).catch((error: unknown) => error);
    await clock.advance(10);
    expect(await woken).toBe('woken');
    controller.abort(reason);
    expect(await gone).toBe(reason);
    expect(clock.pending).toBe(0);
    await expect(clock.sleep(5, controller.signal)).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });

  it('gives what a timer throws to who moves it', async () => {
    const clock = manualClock();
    clock.timer(1, () => {
      throw new Error('timer');
    });
    await expect(clock.advance(1)).rejects.toThrow('timer');
  });
});
