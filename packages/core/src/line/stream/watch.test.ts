import { describe, expect, it } from 'vitest';
import type { UpstreamError } from '../../kit/errors.ts';
import { manualClock } from '../../testing/manual-clock.ts';
import { Watch } from './watch.ts';

const FLOOR = { characters: 40, over: 10_000 };

/** A stream whose pieces come after so many ms each, with so many characters; what it was given up with, and after how many pieces. */
async function played(pieces: readonly (readonly [ms: number, characters: number])[], floor = FLOOR, clientMs = 0) {
  const clock = manualClock(0);
  let error: UpstreamError | undefined;
  const watch = new Watch(clock, { firstToken: 60_000, idle: 30_000, floor }, (given) => {
    error ??= given;
  });
  watch.spoke();
  let characters = 0;
  let count = 0;
  for (const [ms, more] of pieces) {
    if (error !== undefined) break;
    watch.waitFor('upstream');
    await clock.advance(ms);
    watch.heard();
    characters += more;
    count++;
    watch.progress(characters);
    watch.waitFor('client');
    await clock.advance(clientMs);
  }
  watch.stop();
  return { error: error?.message, count };
}
const times = (count: number, ms: number, characters: number) =>
  Array.from({ length: count }, () => [ms, characters] as const);

describe('case 50: the floor of a stream', () => {
  it('gives up one that trickles, though no wait is longer than idle allows', async () => {
    expect(await played(times(50, 5_000, 4))).toEqual({ error: 'The provider answered too slowly.', count: 2 });
  });

  it('gives up one that only pings', async () => {
    expect(await played(times(50, 1_000, 0))).toEqual({ error: 'The provider answered too slowly.', count: 10 });
  });

  it('leaves one alone that is just fast enough, and counts each while anew', async () => {
    expect(await played(times(50, 1_000, 4))).toEqual({ error: undefined, count: 50 });
    expect(await played([...times(10, 1_000, 400), ...times(10, 1_000, 3)])).toMatchObject({ count: 20 });
    expect((await played([...times(10, 1_000, 400), ...times(10, 1_000, 3)])).error).toBeDefined();
  });

  it('counts no time in which the client was waited for', async () => {
    expect(await played(times(50, 1, 1), FLOOR, 20_000)).toEqual({ error: undefined, count: 50 });
  });
});

describe('a process that stood still', () => {
  /** A watch whose timer runs `late` ms after it was due, with what it was given up with. */
  function late(ms: number) {
    let now = 0;
    let due = (): void => {};
    let wait = 0;
    const errors: string[] = [];
    const clock = {
      now: () => now,
      sleep: () => Promise.resolve(),
      timer(after: number, run: () => void) {
        [wait, due] = [after, run];
        return () => {};
      },
    };
    const watch = new Watch(clock, { firstToken: 60_000, idle: 30_000, floor: undefined }, ({ message }) => {
      errors.push(message);
    });
    const next = (delay: number): void => {
      now += wait + delay;
      due();
    };
    next(ms);
    return { errors, next, watch };
  }

  it('does not hold its own pause against the provider: what came meanwhile is read first', () => {
    const { errors, next, watch } = late(8_000);
    expect(errors).toEqual([]);
    watch.spoke();
    watch.waitFor('upstream');
    next(0);
    expect(errors).toEqual(['The provider stopped sending in the middle of the answer.']);
  });

  it('gives the provider up where nothing had come', () => {
    const { errors, next } = late(8_000);
    next(0);
    expect(errors).toEqual(['The provider did not begin to answer in time.']);
  });

  it('gives it up at once where its timer ran in time', () => {
    expect(late(20).errors).toHaveLength(1);
  });
});
