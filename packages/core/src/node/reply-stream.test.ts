import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../kit/clock.ts';
import { ClientGone } from '../kit/errors.ts';
import type { Chunk, GatewayReply } from '../transport/gateway-request.ts';
import { nodeClock } from './clock.ts';
import { streamOf } from './reply-stream.ts';

function reply(body: GatewayReply['body']): GatewayReply & { readonly cancelled: unknown[] } {
  const cancelled: unknown[] = [];
  return { status: 200, headers: {}, body, cancel: (reason) => void cancelled.push(reason), cancelled };
}

async function* chunks(...list: Chunk[]): AsyncGenerator<Chunk> {
  yield* list;
}

/** A clock whose timers the test runs. */
function watched() {
  const timers: { ms: number; run: () => void; stopped: boolean }[] = [];
  const clock: Clock = {
    ...nodeClock,
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

describe('a reply as a Node stream', () => {
  it.each<[string, GatewayReply['body'], string]>([
    ['a stream', chunks('é', '', Buffer.from('1'), '🙂'), 'é1🙂'],
    ['an empty stream', chunks(), ''],
    ['a whole text', '{"a":"é"}', '{"a":"é"}'],
    ['whole bytes', Buffer.from('bytes'), 'bytes'],
  ])('gives %s', async (_, body, expected) => {
    const sent = reply(body);
    expect(await text(streamOf(sent))).toBe(expected);
    expect(sent.cancelled).toEqual([]);
  });

  it('gives each chunk when it comes', async () => {
    let more: () => void = () => undefined;
    const later = new Promise<void>((resolve) => {
      more = resolve;
    });
    async function* slow(): AsyncGenerator<Chunk> {
      yield 'first';
      await later;
      yield 'second';
    }
    const stream = streamOf(reply(slow()));
    const [first] = (await once(stream, 'data')) as [Buffer];
    expect(first.toString()).toBe('first');
    const second = once(stream, 'data');
    more();
    expect(String((await second)[0])).toBe('second');
  });

  it('pulls only what is read', async () => {
    let pulls = 0;
    async function* endless(): AsyncGenerator<Chunk> {
      for (;;) {
        pulls++;
        yield Buffer.alloc(16 * 1024);
      }
    }
    const sent = reply(endless());
    const stream = streamOf(sent);
    await once(stream, 'readable');
    await new Promise((resolve) => setImmediate(resolve));
    expect(pulls).toBeLessThan(10);
    stream.destroy();
    expect(sent.cancelled).toEqual([expect.any(ClientGone)]);
  });

  it('that is destroyed, before or while it is read, cancels the reply once', async () => {
    for (const read of [false, true]) {
      const sent = reply(chunks('a', 'b', 'c'));
      const stream = streamOf(sent);
      if (read) await once(stream, 'readable');
      stream.destroy();
      await once(stream, 'close');
      expect(sent.cancelled).toHaveLength(1);
    }
  });

  it('breaks with the error of the reply', async () => {
    async function* broken(): AsyncGenerator<Chunk> {
      yield 'a';
      throw new Error('boom');
    }
    const sent = reply(broken());
    await expect(text(streamOf(sent))).rejects.toThrow('boom');
    expect(sent.cancelled).toHaveLength(1);
  });

  it.each([
    [{ clientIdle: 77 }, { clientIdle: 99 }, 77],
    [{}, { clientIdle: 99 }, 99],
    [{}, {}, 60_000],
  ])('that nobody ever reads cancels the reply after its time: %j, %j', async (own, options, ms) => {
    const { clock, timers } = watched();
    const sent = { ...reply(chunks('a')), ...own };
    const stream = streamOf(sent, { ...options, clock });
    expect(timers).toEqual([expect.objectContaining({ ms, stopped: false })]);
    timers[0]?.run();
    await once(stream, 'close');
    expect(sent.cancelled).toEqual([expect.any(ClientGone)]);
  });

  it('that is destroyed unread leaves no timer behind', async () => {
    const { clock, timers } = watched();
    const stream = streamOf(reply(chunks('a')), { clock });
    stream.destroy();
    await once(stream, 'close');
    expect(timers).toEqual([expect.objectContaining({ stopped: true })]);
  });

  it('that nobody reads on cancels the reply after its time, and not while the provider is what is waited for', async () => {
    const { clock, timers } = watched();
    const waiting = streamOf(reply(chunks('small')), { clock });
    waiting.resume();
    await once(waiting, 'end');
    expect(timers.filter(({ stopped }) => !stopped)).toEqual([]);
    const sent = { ...reply(chunks(Buffer.alloc(100_000), Buffer.alloc(100_000))), clientIdle: 77 };
    const stream = streamOf(sent, { clock });
    await once(stream, 'readable');
    const timer = timers.at(-1);
    expect(timer).toMatchObject({ ms: 77, stopped: false });
    timer?.run();
    await once(stream, 'close');
    expect(sent.cancelled).toEqual([expect.any(ClientGone)]);
  });
});
