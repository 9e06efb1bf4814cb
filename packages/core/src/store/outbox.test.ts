import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../testing/index.ts';
import { Outbox } from './outbox.ts';

const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

function outbox(send: (items: readonly number[]) => Promise<unknown>, capacity = 100, batch = 4) {
  const clock = manualClock();
  const told: string[] = [];
  let lost = 0;
  const box = new Outbox<number>({
    clock,
    capacity,
    batch,
    send,
    onAway: (cause) => told.push(`away: ${String(cause)}`),
    onBack: () => told.push('back'),
    onLost: (count) => {
      lost += count;
    },
  });
  return { box, clock, told, lost: () => lost };
}

/** Sends under the test's hand. */
function scripted() {
  const sent: (readonly number[])[] = [];
  const waiting: { resolve(): void; reject(error: unknown): void }[] = [];
  return {
    sent,
    send: (items: readonly number[]) =>
      new Promise<void>((resolve, reject) => {
        sent.push(items);
        waiting.push({ resolve, reject });
      }),
    async answer(error?: unknown) {
      const next = waiting.shift();
      if (error === undefined) next?.resolve();
      else next?.reject(error);
      await othersTurn();
    },
  };
}

describe('an outbox', () => {
  it('sends at once while there is little, and what comes meanwhile as the next batch', async () => {
    const { sent, send, answer } = scripted();
    const { box } = outbox(send);
    void box.add([1]);
    await othersTurn();
    void box.add([2]);
    void box.add([3, 4]);
    await othersTurn();
    expect(sent).toEqual([[1]]);
    await answer();
    expect(sent).toEqual([[1], [2, 3, 4]]);
    await answer();
    expect(box.size).toBe(0);
  });

  it('sends no more in one batch than it may', async () => {
    const { sent, send, answer } = scripted();
    const { box } = outbox(send);
    void box.add([1, 2, 3, 4, 5, 6]);
    await othersTurn();
    await answer();
    expect(sent).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });

  it('says when what was added is sent, or could not be', async () => {
    const { send, answer } = scripted();
    const { box } = outbox(send);
    const log: string[] = [];
    void box.add([1])?.then(() => log.push('one'));
    await othersTurn();
    void box.add([2])?.then(() => log.push('two'));
    await answer();
    expect(log).toEqual(['one']);
    await answer(new Error('away'));
    expect(log).toEqual(['one', 'two']);
    expect(box.add([3])).toBeUndefined();
  });

  it('keeps what failed and sends it again, later and later, and at the most a second later', async () => {
    const at: number[] = [];
    const { box, clock, told } = outbox(async () => {
      at.push(clock.now());
      if (at.length < 8) throw new Error('away');
    });
    const start = clock.now();
    void box.add([1]);
    await othersTurn();
    await clock.advance(10_000);
    expect(at.map((time) => time - start)).toEqual([0, 100, 300, 700, 1_500, 2_500, 3_500, 4_500]);
    expect(told).toEqual(['away: Error: away', 'back']);
    expect([box.size, clock.pending]).toEqual([0, 0]);
  });

  it('loses what comes beyond its capacity, and says how much', async () => {
    const { send } = scripted();
    const { box, lost } = outbox(send, 3);
    void box.add([1, 2]);
    void box.add([3, 4, 5]);
    void box.add([6]);
    expect([box.size, lost()]).toEqual([3, 3]);
  });

  it('drops the one item that will never be taken, and nothing else', async () => {
    const taken: number[] = [];
    const { box, lost } = outbox(async (items) => {
      if (items.includes(3)) throw new RangeError('3 is no number');
      taken.push(...items);
    });
    void box.add([1, 2, 3, 4, 5]);
    await othersTurn();
    expect([taken, lost(), box.size]).toEqual([[1, 2, 4, 5], 1, 0]);
  });

  it('flush does not wait for the next try, and resolves when all is sent', async () => {
    let works = false;
    const { box, clock } = outbox(async () => {
      if (!works) throw new Error('away');
    });
    void box.add([1]);
    await othersTurn();
    works = true;
    expect(await box.flush(1_000)).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('flush gives up after its time and says what is left', async () => {
    const { send } = scripted();
    const { box, clock } = outbox(send);
    void box.add([1, 2]);
    const flushing = box.flush(1_000);
    await clock.advance(1_000);
    expect(await flushing).toBe(2);
  });

  it('sends each item, in order, whatever fails when', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 7 })), fc.array(fc.boolean()), async (adds, fails) => {
        const log: number[] = [];
        let turn = 0;
        const { box, clock, lost } = outbox(async (items) => {
          await othersTurn();
          // Half of a failed batch may have arrived.
          if (fails[turn++] === true) {
            log.push(...items.slice(0, 1));
            throw new Error('away');
          }
          log.push(...items);
        }, 1_000);
        let next = 0;
        for (const count of adds) {
          void box.add(Array.from({ length: count }, () => next++));
          if (count % 2 === 0) await othersTurn();
        }
        while (box.size > 0) {
          await othersTurn();
          await clock.advance(1_000);
        }
        const firsts = log.filter((item, index) => log.indexOf(item) === index);
        expect([firsts, lost()]).toEqual([Array.from({ length: next }, (_, index) => index), 0]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('an outbox that keeps what it can not send', () => {
  function keeping(before: readonly number[] = [], append?: (items: readonly number[]) => Promise<void>) {
    const script = scripted();
    const kept: number[] = [...before];
    const clock = manualClock();
    const box = new Outbox<number>({
      clock,
      capacity: 100,
      batch: 2,
      send: script.send,
      onAway: () => {},
      onBack: () => {},
      onLost: () => {},
      kept: {
        load: async () => [...kept],
        append: (items) => {
          kept.push(...items);
          return append?.(items);
        },
        confirm: (items) => {
          for (const item of items) kept.splice(kept.indexOf(item), 1);
        },
      },
    });
    return { ...script, box, clock, kept };
  }

  it('keeps nothing that goes at once', async () => {
    const { box, answer, kept } = keeping();
    void box.add([1, 2, 3]);
    await othersTurn();
    await answer();
    await answer();
    expect([box.size, kept]).toEqual([0, []]);
  });

  it('keeps all that waits from the first failure on, each once, until it is sent', async () => {
    const { box, answer, clock, kept, sent } = keeping();
    void box.add([1, 2, 3]);
    await othersTurn();
    void box.add([4]);
    await answer(new Error('away'));
    expect(kept).toEqual([1, 2, 3, 4]);
    void box.add([5]);
    expect(kept).toEqual([1, 2, 3, 4, 5]);
    await clock.advance(100);
    await answer(new Error('away'));
    expect(kept).toEqual([1, 2, 3, 4, 5]);
    await clock.advance(200);
    await answer();
    expect(kept).toEqual([3, 4, 5]);
    await answer();
    await answer();
    expect([box.size, kept, sent.at(-1)]).toEqual([0, [], [5]]);
    void box.add([6]);
    await othersTurn();
    expect(kept).toEqual([]);
  });

  it('sends what was kept before it was made first, and in its order', async () => {
    const { box, answer, kept, sent } = keeping([7, 8, 9]);
    void box.add([1]);
    await othersTurn();
    expect(sent).toEqual([[7, 8]]);
    for (let batch = 0; batch < 3; batch++) await answer();
    expect(sent.flat()).toEqual([7, 8, 9, 1]);
    expect(kept).toEqual([]);
  });

  it('forgets what nobody will ever take', async () => {
    const { box, answer, kept } = keeping([7]);
    await othersTurn();
    await answer(new TypeError('no such row'));
    expect([box.size, kept]).toEqual([0, []]);
  });

  it('has said that a failed send is over only when it was kept', async () => {
    let written = () => {};
    const { box, answer } = keeping([], () => new Promise((resolve) => (written = resolve)));
    let isOver = false;
    void box.add([1])?.then(() => (isOver = true));
    await othersTurn();
    await answer(new Error('away'));
    expect(isOver).toBe(false);
    written();
    await othersTurn();
    expect(isOver).toBe(true);
  });

  it('keeps what is left when it stops', async () => {
    const { box, kept } = keeping();
    void box.add([1]);
    await othersTurn();
    box.stop();
    expect(kept).toEqual([1]);
  });
});
