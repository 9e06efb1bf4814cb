import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { ChatEvent } from '../chat/events.ts';
import { ClientGone, GuardError, UpstreamError } from '../kit/errors.ts';
import { CALLER, chunk, completion, failure, LAST_CHUNKS, scene, sent } from './support.type-test.ts';

const ASK = { model: 'chat/m', messages: [{ role: 'user' as const, content: 'Weather in Bern?' }] };
const weather = { input: z.object({ city: z.string() }) };

/** A stream that has said its first word. */
async function begun(config: Parameters<typeof scene>[0] = {}, calling: { signal?: AbortSignal } = {}) {
  const set = scene(config);
  const asked = set.gateway.stream({ ...ASK, tools: { weather } }, { ...CALLER, ...calling });
  const call = await set.upstream.next();
  const body = call.stream();
  body.write(chunk({ role: 'assistant', content: 'Sun' }));
  return { ...set, call, body, stream: await asked };
}

async function all(stream: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** What the iteration ended with. */
const failed = (stream: AsyncIterable<ChatEvent>): Promise<unknown> =>
  all(stream).then(
    () => 'a good end',
    (error: unknown) => error,
  );

describe('gateway.stream', () => {
  it('yields events, and the result that they amount to', async () => {
    const { stream, body, ends } = await begun();
    body.write(chunk({ content: 'ny.' }) + LAST_CHUNKS);
    body.end();
    const events = await all(stream);
    expect(events[0]?.type).toBe('reply-start');
    expect(events.at(-1)?.type).toBe('reply-end');
    expect(events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []))).toEqual(['Sun', 'ny.']);
    expect(await stream.result).toMatchObject({
      id: stream.id,
      text: 'Sunny.',
      stopReason: 'stop',
      usage: { input: 12, output: 2 },
      attempts: [{ outcome: 'ok' }],
    });
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatchObject({ id: stream.id, outcome: 'ok', usage: { input: 12, output: 2 } });
  });

  it('gives each event before the next one has come', async () => {
    const { stream, body } = await begun();
    const events = stream[Symbol.asyncIterator]();
    while ((await events.next()).value?.type !== 'text-delta');
    const pending = events.next();
    body.write(chunk({ content: 'ny.' }));
    expect(await pending).toMatchObject({ value: { type: 'text-delta', text: 'ny.' } });
  });

  it('asks the provider for a stream with its usage', async () => {
    const { call } = await begun();
    expect(sent(call)).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it('gathers a tool call out of its pieces', async () => {
    const { stream, body } = await begun();
    const piece = (text: string, head: object = {}): string =>
      chunk({
        tool_calls: [{ index: 0, ...head, function: { ...(head as { function?: object }).function, arguments: text } }],
      });
    body.write(piece('', { id: 'call_0', type: 'function', function: { name: 'weather' } }));
    body.write(
      piece('{"city":') +
        piece('"Bern"}') +
        chunk({}, 'tool_calls') +
        LAST_CHUNKS.slice(LAST_CHUNKS.indexOf('\n\n') + 2),
    );
    body.end();
    await all(stream);
    expect(await stream.result).toMatchObject({
      stopReason: 'tool-calls',
      toolCalls: [{ id: 'call_0', name: 'weather', input: { city: 'Bern' } }],
    });
  });

  it('notes when the first token came', async () => {
    const { stream, body, clock } = await begun();
    const began = clock.now();
    await clock.advance(1000);
    body.write(LAST_CHUNKS);
    body.end();
    await all(stream);
    expect((await stream.result).attempts).toMatchObject([{ firstTokenAt: began, endedAt: began + 1000 }]);
  });

  it('makes events out of the whole answer of a provider that does not stream', async () => {
    const { gateway, upstream, ends } = scene();
    const asked = gateway.stream(ASK, CALLER);
    (await upstream.next()).respond(200, completion('Sunny.'));
    const stream = await asked;
    // The answer is there and paid for, whether anybody reads it or not.
    expect(ends).toMatchObject([{ outcome: 'ok', usage: { input: 8 } }]);
    expect((await all(stream)).map((event) => event.type)).toEqual([
      'reply-start',
      'part-start',
      'text-delta',
      'part-end',
      'choice-end',
      'usage',
      'reply-end',
    ]);
    expect((await stream.result).text).toBe('Sunny.');
    expect(ends).toHaveLength(1);
  });

  it('goes to the next deployment when the first one fails before its first word', async () => {
    const models = { weather: { deployments: [{ model: 'chat/first' }, { model: 'chat/second', order: 1 }] } };
    const { gateway, upstream } = scene({ models });
    const asked = gateway.stream({ ...ASK, model: 'weather' }, CALLER);
    const first = (await upstream.next()).stream();
    first.write(chunk({ role: 'assistant', content: '' }));
    first.break(new UpstreamError('upstream_unavailable', 'The connection broke.'));
    const second = (await upstream.next()).stream();
    second.write(chunk({ role: 'assistant', content: 'Sunny.' }) + LAST_CHUNKS);
    second.end();
    const stream = await asked;
    await all(stream);
    expect((await stream.result).attempts.map((attempt) => attempt.outcome)).toEqual(['fault', 'ok']);
  });

  it('rejects when it can not begin', async () => {
    const { gateway, upstream, ends } = scene();
    const asked = gateway.stream(ASK, CALLER);
    (await upstream.next()).respond(400, failure('no'));
    await expect(asked).rejects.toMatchObject({ code: 'upstream_rejected' });
    await expect(gateway.stream({ ...ASK, model: 'nobody/m' }, CALLER)).rejects.toMatchObject({
      code: 'model_not_found',
    });
    expect(ends.map((end) => end.outcome)).toEqual(['fault', 'fault']);
  });
});

describe('a stream that breaks after its first word', () => {
  it('is thrown to whoever iterates, rejects the result, and is settled once as a fault', async () => {
    const { stream, body, ends, gateway } = await begun();
    body.end();
    expect(await failed(stream)).toMatchObject({ kind: 'upstream', code: 'upstream_incomplete' });
    await expect(stream.result).rejects.toMatchObject({ code: 'upstream_incomplete' });
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatchObject({
      outcome: 'fault',
      error: { code: 'upstream_incomplete' },
      attempts: [{ outcome: 'fault', faultKind: 'incomplete' }],
    });
    expect(gateway.stats().open).toBe(0);
  });

  it('gives what had come before', async () => {
    const { stream, body } = await begun();
    body.write(chunk({ content: 'ny' }));
    body.break(new UpstreamError('upstream_unavailable', 'The connection broke.'));
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const event of stream) if (event.type === 'text-delta') seen.push(event.text);
    };
    await expect(read()).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(seen).toEqual(['Sun', 'ny']);
  });

  it('closes a connection that the provider leaves open behind its error', async () => {
    const { stream, body, call } = await begun();
    body.write(`data: ${JSON.stringify(failure('overloaded'))}\n\n`);
    expect(await failed(stream)).toMatchObject({ kind: 'upstream' });
    await call.cancelled;
  });

  it('is over after the error', async () => {
    const { stream, body } = await begun();
    body.end();
    await failed(stream);
    expect(await stream[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  });

  it('is a timeout when the provider falls silent', async () => {
    const { stream, clock, ends } = await begun({ timeouts: { idle: '5s' } });
    const events = stream[Symbol.asyncIterator]();
    while ((await events.next()).value?.type !== 'text-delta');
    const end = failed(stream);
    await clock.advance(5000);
    expect(await end).toMatchObject({ code: 'upstream_timeout' });
    expect(ends).toMatchObject([{ outcome: 'fault', attempts: [{ faultKind: 'timeout' }] }]);
    expect(clock.pending).toBe(0);
  });

  it('breaks by a hook that refuses an event, and cancels the provider', async () => {
    const refuse = (event: ChatEvent): undefined => {
      if (event.type === 'text-delta') throw new GuardError('not this word');
    };
    const { stream, call, ends } = await begun({ hooks: { onEvent: [refuse] } });
    expect(await failed(stream)).toMatchObject({ code: 'guard_refused', message: 'not this word' });
    await expect(stream.result).rejects.toMatchObject({ code: 'guard_refused' });
    await call.cancelled;
    expect(ends).toMatchObject([{ outcome: 'fault', error: { code: 'guard_refused' } }]);
  });
});

describe('a stream that is cancelled', () => {
  async function cancelledBy(
    end: (set: Awaited<ReturnType<typeof begun>>) => unknown,
    why: { error: string; outcome: string } = { error: 'client_gone', outcome: 'cancelled' },
  ): Promise<Awaited<ReturnType<typeof begun>>> {
    const set = await begun();
    await end(set);
    await set.call.cancelled;
    await expect(set.stream.result).rejects.toMatchObject({ code: why.error });
    expect(set.ends).toHaveLength(1);
    expect(set.ends[0]).toMatchObject({ outcome: why.outcome, attempts: [{ outcome: why.outcome }] });
    expect(set.gateway.stats().open).toBe(0);
    expect(set.clock.pending).toBe(0);
    return set;
  }

  it('by cancel() cancels the upstream call and settles once', async () => {
    const { stream, ends } = await cancelledBy(({ stream }) => stream.cancel('enough'));
    stream.cancel('again');
    expect(ends).toHaveLength(1);
  });

  it('by leaving the loop does the same', async () => {
    await cancelledBy(async ({ stream }) => {
      for await (const event of stream) if (event.type === 'text-delta') break;
    });
  });

  it('by a throw in the loop does the same, and the throw comes out', async () => {
    await cancelledBy(async ({ stream }) => {
      const read = async (): Promise<void> => {
        for await (const _ of stream) throw new RangeError('mine');
      };
      await expect(read()).rejects.toThrow(RangeError);
    });
  });

  it('does the same before anybody has read of it', async () => {
    await cancelledBy(({ stream }) => stream[Symbol.asyncIterator]().return?.());
  });

  it('by the gateway that closes does the same', async () => {
    await cancelledBy(({ gateway }) => gateway.close(), { error: 'draining', outcome: 'fault' });
  });

  it('never looks finished to a reader who waits meanwhile', async () => {
    await cancelledBy(async ({ stream }) => {
      const end = failed(stream);
      stream.cancel('enough');
      expect(await end).toBeInstanceOf(ClientGone);
    });
  });

  it('by the signal of its caller is settled at once, even when nobody reads', async () => {
    const controller = new AbortController();
    const { call, ends, stream, gateway } = await begun({}, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await call.cancelled;
    expect(ends).toMatchObject([{ outcome: 'cancelled' }]);
    expect(gateway.stats().open).toBe(0);
    expect(await failed(stream)).toMatchObject({ kind: 'gone', cause: { message: 'enough' } });
    await expect(stream.result).rejects.toBeInstanceOf(ClientGone);
  });

  it('by its time limit is a timeout, even when nobody reads, and no fault of the provider then', async () => {
    const { call, ends, stream, clock } = await begun({ timeouts: { total: '5s', idle: '1m' } });
    await clock.advance(5000);
    await call.cancelled;
    expect(ends).toMatchObject([
      { outcome: 'fault', error: { code: 'upstream_timeout' }, attempts: [{ outcome: 'cancelled' }] },
    ]);
    expect(await failed(stream)).toMatchObject({ code: 'upstream_timeout' });
    expect(clock.pending).toBe(0);
  });

  it('after its end changes nothing', async () => {
    const { stream, body, ends } = await begun();
    body.write(LAST_CHUNKS);
    body.end();
    await all(stream);
    stream.cancel();
    expect((await stream.result).text).toBe('Sun');
    expect(ends).toMatchObject([{ outcome: 'ok' }]);
  });
});

describe('a reader who leaves at reply-end', () => {
  it('has the whole answer, and the connection is not kept for what follows', async () => {
    const { stream, body, ends, call, clock } = await begun();
    body.write(LAST_CHUNKS);
    for await (const event of stream) if (event.type === 'reply-end') break;
    expect(await stream.result).toMatchObject({ text: 'Sun', usage: { output: 2 } });
    expect(ends).toMatchObject([{ outcome: 'ok', usage: { output: 2 }, attempts: [{ outcome: 'ok' }] }]);
    await call.cancelled;
    expect(clock.pending).toBe(0);
  });
});

describe('a gateway that drains', () => {
  it('waits for a stream under way', async () => {
    const { gateway, stream, body, clock } = await begun();
    const drained = gateway.drain(10_000);
    body.write(LAST_CHUNKS);
    body.end();
    await all(stream);
    await clock.advance(50);
    expect(await drained).toBe(0);
  });

  it('says how many were left when the time is up', async () => {
    const { gateway, clock } = await begun();
    const drained = gateway.drain(1000);
    await clock.advance(1000);
    expect(await drained).toBe(1);
  });
});
