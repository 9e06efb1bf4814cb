import { describe, expect, it } from 'vitest';
import type { Clock } from '../kit/clock.ts';
import { ClientGone } from '../kit/errors.ts';
import type { Chunk, GatewayReply } from '../transport/gateway-request.ts';
import { fetchClock } from './clock.ts';
import { responseOf } from './response.ts';

function reply(
  body: GatewayReply['body'],
  more: Partial<GatewayReply> = {},
): GatewayReply & { readonly cancelled: unknown[] } {
  const cancelled: unknown[] = [];
  return {
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body,
    cancel: (reason) => void cancelled.push(reason),
    cancelled,
    ...more,
  };
}

/** A body that tells how often it was pulled. */
function counted(...chunks: Chunk[]): { body: AsyncIterable<Chunk>; pulls: () => number } {
  let pulls = 0;
  const rest = [...chunks];
  const next = async (): Promise<IteratorResult<Chunk, undefined>> => {
    pulls++;
    const value = rest.shift();
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  };
  return { body: { [Symbol.asyncIterator]: () => ({ next }) }, pulls: () => pulls };
}

/** A clock whose timers the test runs. */
function watched() {
  const timers: { ms: number; run: () => void; stopped: boolean }[] = [];
  const clock: Clock = {
    ...fetchClock,
    timer(ms, run) {
      const timer = { ms, run, stopped: false };
      timers.push(timer);
      return () => {
        timer.stopped = true;
      };
    },
  };
  return { clock, timers };
}

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('a reply as a Fetch response', () => {
  it.each<[string, GatewayReply['body'], string]>([
    ['text', 'é', 'é'],
    ['bytes', new TextEncoder().encode('é'), 'é'],
    ['a stream of both, empty chunks included', counted('é', '', new TextEncoder().encode('1')).body, 'é1'],
    ['an empty stream', counted().body, ''],
  ])('gives %s', async (_, body, expected) => {
    const sent = reply(body, { status: 429 });
    const response = responseOf(sent);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      429,
      'text/plain',
      expected,
    ]);
    expect(sent.cancelled).toEqual([]);
  });

  it('pulls a chunk only when one is read', async () => {
    const { body, pulls } = counted('a', 'b', 'c');
    const reader = responseOf(reply(body)).body?.getReader();
    await tick();
    expect(pulls()).toBe(0);
    await reader?.read();
    await tick();
    expect(pulls()).toBe(1);
  });

  it('is cancelled with the client, before the first pull and after', async () => {
    for (const reads of [0, 1]) {
      const sent = reply(counted('a', 'b').body);
      const reader = responseOf(sent).body?.getReader();
      for (let count = 0; count < reads; count++) await reader?.read();
      await reader?.cancel('gone');
      expect(sent.cancelled).toEqual([expect.any(ClientGone)]);
    }
  });

  it('breaks when the reply breaks', async () => {
    async function* broken(): AsyncGenerator<Chunk> {
      yield 'a';
      throw new Error('boom');
    }
    await expect(responseOf(reply(broken())).text()).rejects.toThrow('boom');
  });

  it('that nobody ever reads is cancelled', async () => {
    const { clock, timers } = watched();
    const sent = reply(counted('a').body, { clientIdle: 77 });
    const response = responseOf(sent, { clock });
    expect(timers).toEqual([expect.objectContaining({ ms: 77, stopped: false })]);
    timers[0]?.run();
    expect(sent.cancelled).toEqual([expect.any(ClientGone)]);
    await expect(response.text()).rejects.toBeInstanceOf(ClientGone);
  });

  it.each(['read to its end', 'cancelled'])('leaves no timer behind when it was %s', async (end) => {
    const { clock, timers } = watched();
    const response = responseOf(reply(counted('a').body), { clock });
    await (end === 'cancelled' ? response.body?.cancel() : response.text());
    expect(timers.filter(({ stopped }) => !stopped)).toEqual([]);
    expect(timers[0]?.ms).toBe(60_000);
  });

  it('that is left unread for too long is cancelled', async () => {
    const { clock, timers } = watched();
    const sent = reply(counted('a', 'b', 'c').body, { clientIdle: 77 });
    const reader = responseOf(sent, { clock }).body?.getReader();
    await reader?.read();
    await reader?.read();
    expect(timers.map(({ ms, stopped }) => [ms, stopped])).toEqual([
      [77, true],
      [77, true],
      [77, false],
    ]);
    timers[2]?.run();
    expect(sent.cancelled).toEqual([expect.any(ClientGone)]);
    await expect(reader?.read()).rejects.toBeInstanceOf(ClientGone);
  });
});
