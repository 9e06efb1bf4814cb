import { describe, expect, it } from 'vitest';
import type { ScopedLimit } from '../config/limit-types.ts';
import { ClientGone } from '../kit/errors.ts';
import type { Chunk } from '../transport/gateway-request.ts';
import { limited, openai, othersTurn, PROVIDERS, until } from './limited.type-test.ts';

const LIMITS: readonly ScopedLimit[] = [{ scope: 'caller', counts: 'tokens', max: 100_000, per: 'day' }];
const DRAIN = {
  providers: { ...PROVIDERS, 'openai-chat': { ...PROVIDERS['openai-chat'], onAbort: 'drain' as const } },
};

/** A stream of which the client has had one piece of ten tokens. */
async function begun(config: Parameters<typeof limited>[1], path?: string, more: object = {}) {
  const scene = limited(LIMITS, config);
  const asked = scene.ask({ stream: true, ...more }, path);
  const call = await scene.upstream.next();
  const wire = call.stream();
  wire.write(openai.piece(40));
  const reply = await asked.reply;
  const chunks = (reply.body as AsyncIterable<Chunk>)[Symbol.asyncIterator]();
  await chunks.next();
  return { ...scene, call, wire, reply, chunks, leave: asked.leave };
}

describe('a client that leaves a stream', () => {
  it('closes the call, and what it used by then is estimated: in the record, in the event and by the limits', async () => {
    const { call, calls, ended, leave } = await begun({});
    leave();
    expect(call.signal.aborted).toBe(true);
    expect(ended).toMatchObject([{ outcome: 'cancelled', usage: { output: 10, estimated: true } }]);
    expect(ended[0]?.attempts).toMatchObject([{ outcome: 'cancelled', estimated: true, usage: { output: 10 } }]);
    expect(Number(ended[0]?.cost)).toBeGreaterThanOrEqual(100_000);
    await until(() => calls.at(-1)?.[0] === 'settle');
    expect(calls.at(-1)?.[2].outputTokens).toBe(10);
  });

  it('counts the answer that came, where the provider had only told of its beginning', async () => {
    const scene = limited(LIMITS, { models: { m: { deployments: ['anthropic-messages/claude'] } } });
    const asked = scene.ask({ stream: true });
    const wire = (await scene.upstream.next()).stream();
    const usage = { input_tokens: 700, output_tokens: 1 };
    const message = { id: 'm', type: 'message', role: 'assistant', content: [], model: 'claude', usage };
    const delta = { type: 'text_delta', text: 'x'.repeat(400) };
    for (const event of [
      { type: 'message_start', message },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta },
    ])
      wire.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    await asked.reply;
    asked.leave();
    expect(scene.ended).toMatchObject([{ usage: { input: 700, output: 100, estimated: true } }]);
  });

  it.each(['/v1/chat/completions', '/v1/messages'])(
    'is read on to its end where the provider is to be drained, and settled once with what it told (%s)',
    async (path) => {
      const { call, calls, wire, ended, leave, chunks, reply, state } = await begun(DRAIN, path, { max_tokens: 5_000 });
      // A mount tells it twice: by the request, and by the answer.
      leave();
      reply.cancel(new ClientGone());
      await chunks.return?.();
      expect(call.signal.aborted).toBe(false);
      expect(ended).toEqual([]);
      wire.write(openai.piece(4_000));
      await othersTurn();
      wire.write(openai.end(20, 1_234));
      wire.end();
      await until(() => ended.length > 0);
      expect(ended).toMatchObject([{ outcome: 'cancelled', status: 200, error: { kind: 'gone' } }]);
      expect(ended[0]?.attempts).toMatchObject([{ outcome: 'ok', usage: { input: 20, output: 1_234 } }]);
      expect(ended[0]?.attempts[0]).not.toHaveProperty('estimated');
      await until(() => calls.at(-1)?.[0] === 'settle');
      expect(calls.filter(([name]) => name === 'settle').map(([, , used]) => used.tokens)).toEqual([1_254]);
      expect(await state()).toEqual([]);
    },
  );

  it('is read on while the client was waiting for the next piece', async () => {
    const { wire, ended, leave, chunks } = await begun(DRAIN);
    const waiting = chunks.next();
    await othersTurn();
    leave();
    wire.write(openai.end(20, 9));
    wire.end();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await until(() => ended.length > 0);
    expect(ended[0]?.usage).toMatchObject({ output: 9 });
  });

  it('is not read on for longer than a minute', async () => {
    const { call, clock, wire, ended, leave } = await begun({ ...DRAIN, timeouts: { idle: '10m' } });
    leave();
    await clock.advance(59_000);
    wire.write(openai.piece(400));
    await othersTurn();
    expect([call.signal.aborted, ended.length]).toEqual([false, 0]);
    await clock.advance(1_000);
    await until(() => ended.length > 0);
    expect(call.signal.aborted).toBe(true);
    expect(ended).toMatchObject([{ outcome: 'cancelled', usage: { output: 110, estimated: true } }]);
  });

  it('is not read on for more bytes than an answer may have', async () => {
    const { call, wire, ended, leave } = await begun({ ...DRAIN, answer: { maxBytes: 10_000 } });
    leave();
    for (let pieces = 0; pieces < 30; pieces++) wire.write(openai.piece(400));
    await until(() => ended.length > 0);
    expect(call.signal.aborted).toBe(true);
    expect(ended).toMatchObject([{ outcome: 'cancelled', error: { kind: 'gone' }, usage: { estimated: true } }]);
  });

  it('is not read on by a gateway that closes', async () => {
    const { call, gateway, ended, leave } = await begun(DRAIN);
    leave();
    await gateway.close();
    expect(call.signal.aborted).toBe(true);
    expect(ended).toMatchObject([{ outcome: 'cancelled', usage: { output: 10, estimated: true } }]);
  });

  it('is read on also when it had not begun to answer', async () => {
    const { ask, upstream, ended } = limited(LIMITS, DRAIN);
    const { leave } = ask({ stream: true });
    const call = await upstream.next();
    leave();
    const wire = call.stream();
    wire.write(openai.piece(4) + openai.end(20, 9));
    wire.end();
    await until(() => ended.length > 0);
    expect(ended).toMatchObject([{ outcome: 'cancelled', status: 499, usage: { input: 20, output: 9 } }]);
  });
});

describe('a client that leaves before a whole answer', () => {
  it('is charged its prompt, as an estimate: more is not known', async () => {
    const { ask, calls, upstream, ended } = limited(LIMITS);
    const { leave } = ask();
    const call = await upstream.next();
    leave();
    expect(call.signal.aborted).toBe(true);
    await until(() => calls.at(-1)?.[0] === 'settle');
    expect(ended).toMatchObject([{ outcome: 'cancelled' }]);
    const [record] = ended[0]?.attempts ?? [];
    expect(record).toMatchObject({ outcome: 'cancelled', estimated: true, usage: { input: expect.any(Number) } });
    expect(record?.usage?.['input']).toBeGreaterThan(0);
    expect(calls.at(-1)?.[2]).toMatchObject({ inputTokens: record?.usage?.['input'], outputTokens: 0 });
  });

  it('is charged the whole of it where the provider is to be drained', async () => {
    const { ask, calls, upstream, ended } = limited(LIMITS, DRAIN);
    const { leave } = ask();
    const call = await upstream.next();
    leave();
    expect([call.signal.aborted, ended.length]).toEqual([false, 0]);
    call.respond(200, openai.whole(20, 300));
    await until(() => ended.length > 0);
    expect(ended).toMatchObject([{ outcome: 'cancelled', status: 499, usage: { input: 20, output: 300 } }]);
    await until(() => calls.at(-1)?.[0] === 'settle');
    expect(calls.at(-1)?.[2].tokens).toBe(320);
  });

  it('causes no further attempt when the one that is read on fails', async () => {
    const { ask, upstream, ended } = limited(LIMITS, {
      ...DRAIN,
      models: { m: { deployments: ['openai-chat/one', 'openai-chat/two'], retries: 2 } },
    });
    const { leave } = ask();
    const call = await upstream.next();
    leave();
    call.respond(500, { error: { message: 'boom' } });
    await until(() => ended.length > 0);
    expect(upstream.calls).toHaveLength(1);
    expect(ended).toMatchObject([{ outcome: 'cancelled', attempts: [{ outcome: 'fault', status: 500 }] }]);
  });
});
