import { describe, expect, it } from 'vitest';
import { Counter, type Thread } from './counter.ts';
import type { Answer, Question } from './worker.ts';

/** Threads that answer when they are told to. */
function scene() {
  const time = { now: 0 };
  const threads: { asked: Question[]; say(answer: Answer): void; die(error?: Error): void; ended: boolean }[] = [];
  const counter = new Counter(
    () => {
      const heard: Record<string, (value?: never) => void> = {};
      const thread = {
        asked: [] as Question[],
        ended: false,
        say: (answer: Answer) => heard['message']?.(answer as never),
        die(error?: Error) {
          if (error !== undefined) heard['error']?.(error as never);
          heard['exit']?.();
        },
        postMessage: (question: Question) => thread.asked.push(question),
        on: (event: string, listener: (value?: never) => void) => {
          heard[event] = listener;
        },
        unref() {},
        terminate: async () => {
          thread.ended = true;
        },
      };
      threads.push(thread);
      return thread as unknown as Thread;
    },
    () => time.now,
  );
  return { counter, threads, time };
}

describe('a counter', () => {
  it('starts its thread with the first text, and asks one question at a time', async () => {
    const { counter, threads } = scene();
    expect(threads).toEqual([]);
    const first = counter.count('one', 'a/model');
    const second = counter.count('two', 'a/model');
    expect(threads[0]?.asked.map(({ text }) => text)).toEqual(['one']);
    threads[0]?.say({ tokens: 1 });
    threads[0]?.say({ tokens: 2 });
    expect(await Promise.all([first, second])).toEqual([1, 2]);
    expect(threads).toHaveLength(1);
  });

  it('rejects a text of which the thread dies, and goes on with the next in a new one', async () => {
    const { counter, threads } = scene();
    const first = counter.count('one', '');
    const second = counter.count('two', '');
    threads[0]?.die(new Error('out of memory'));
    await expect(first).rejects.toThrow('out of memory');
    threads[1]?.say({ tokens: 2 });
    expect(await second).toBe(2);
  });

  it('does not count what waited so long that nobody waits for it any more', async () => {
    const { counter, threads, time } = scene();
    const first = counter.count('slow', '');
    const second = counter.count('slow too', '');
    const third = counter.count('late', '');
    time.now = 4_000;
    threads[0]?.say({ tokens: 1 });
    time.now = 5_001;
    const fourth = counter.count('fresh', '');
    threads[0]?.say({ tokens: 2 });
    expect(await Promise.all([first, second])).toEqual([1, 2]);
    await expect(third).rejects.toThrow('waited too long');
    expect(threads[0]?.asked.map(({ text }) => text)).toEqual(['slow', 'slow too', 'fresh']);
    threads[0]?.say({ tokens: 4 });
    expect(await fourth).toBe(4);
  });

  it('ends a thread that counts on one text for longer than anybody waits, and counts the next ones in a new one', async () => {
    const { counter, threads, time } = scene();
    const slow = counter.count('slow', '');
    time.now = 1_000;
    const waiting = counter.count('waiting', '');
    time.now = 5_001;
    const next = counter.count('next', '');
    await expect(slow).rejects.toThrow('too long');
    expect([threads.length, threads[0]?.ended]).toEqual([2, true]);
    // What it says now is of nobody's text.
    threads[0]?.say({ tokens: 999 });
    threads[0]?.die();
    threads[1]?.say({ tokens: 1 });
    threads[1]?.say({ tokens: 2 });
    expect(await Promise.all([waiting, next])).toEqual([1, 2]);
  });

  it('lets a text have its time from when its turn came, and not from when it was asked', async () => {
    const { counter, threads, time } = scene();
    const first = counter.count('first', '');
    const second = counter.count('second', '');
    time.now = 4_000;
    threads[0]?.say({ tokens: 1 });
    time.now = 6_000;
    const third = counter.count('third', '');
    threads[0]?.say({ tokens: 2 });
    threads[0]?.say({ tokens: 3 });
    expect(await Promise.all([first, second, third])).toEqual([1, 2, 3]);
    expect(threads).toHaveLength(1);
  });

  it('rejects what the thread could not count', async () => {
    const { counter, threads } = scene();
    const counting = counter.count('one', '');
    threads[0]?.say({ error: 'no such vocabulary' });
    await expect(counting).rejects.toThrow('no such vocabulary');
  });

  it('lets no more than 256 texts wait', async () => {
    const { counter, threads } = scene();
    const counting = Array.from({ length: 257 }, (_, index) => counter.count(String(index), ''));
    await expect(counter.count('one more', '')).rejects.toThrow('too many');
    for (const index of counting.keys()) threads[0]?.say({ tokens: index });
    expect(await counting[256]).toBe(256);
  });

  it('counts a Mi characters of a text, and extrapolates the rest', async () => {
    const { counter, threads } = scene();
    const counting = counter.count('x'.repeat(3 * 1024 * 1024), '');
    expect(threads[0]?.asked[0]?.text).toHaveLength(1024 * 1024);
    threads[0]?.say({ tokens: 100 });
    expect(await counting).toBe(300);
  });

  it('rejects what waits when it is closed, and everything after it', async () => {
    const { counter, threads } = scene();
    const waiting = [counter.count('one', ''), counter.count('two', '')].map((one) =>
      expect(one).rejects.toThrow('closed'),
    );
    await counter.close();
    await Promise.all(waiting);
    expect(threads[0]?.ended).toBe(true);
    await expect(counter.count('three', '')).rejects.toThrow('closed');
    expect(threads).toHaveLength(1);
  });

  it.each([
    ['gpt-4-turbo', 'cl100k_base'],
    ['openai/gpt-3.5-turbo', 'cl100k_base'],
    ['text-embedding-3-small', 'cl100k_base'],
    ['gpt-4o-mini', 'o200k_base'],
    ['gpt-4.1', 'o200k_base'],
    ['gpt-5.4-mini', 'o200k_base'],
    ['claude-sonnet-5-5', 'o200k_base'],
  ])('asks for the vocabulary of %s: %s', (model, vocabulary) => {
    const { counter, threads } = scene();
    void counter.count('one', model);
    expect(threads[0]?.asked[0]?.vocabulary).toBe(vocabulary);
  });
});
