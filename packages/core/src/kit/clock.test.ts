import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { sleepBy } from './clock.ts';

/** A timer that is due when the test says so. */
function scene() {
  const waiting = new Map<() => void, number>();
  const sleep = sleepBy((ms, run) => {
    waiting.set(run, ms);
    return () => void waiting.delete(run);
  });
  const due = (): void => {
    for (const run of [...waiting.keys()]) run();
  };
  return { sleep, due, waiting };
}

describe('a sleep', () => {
  it('is over when its timer is due', async () => {
    const { sleep, due, waiting } = scene();
    const asleep = sleep(500);
    expect([...waiting.values()]).toEqual([500]);
    due();
    await expect(asleep).resolves.toBeUndefined();
  });

  it('ends with the reason of an abort, and leaves no timer', async () => {
    const { sleep, waiting } = scene();
    const controller = new AbortController();
    const asleep = sleep(500, controller.signal);
    controller.abort('enough');
    await expect(asleep).rejects.toBe('enough');
    expect(waiting.size).toBe(0);
  });

  it('does not begin when it was aborted before', async () => {
    const { sleep, waiting } = scene();
    await expect(sleep(500, AbortSignal.abort('early'))).rejects.toBe('early');
    expect(waiting.size).toBe(0);
  });

  it('leaves no listener on its signal', async () => {
    const { sleep, due } = scene();
    const { signal } = new AbortController();
    const asleep = sleep(500, signal);
    due();
    await asleep;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
