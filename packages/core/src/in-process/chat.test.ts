import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { GuardError, isGatewayError } from '../kit/errors.ts';
import { CALLER, completion, failure, scene, sent } from './support.type-test.ts';

const ASK = { model: 'chat/m', messages: [{ role: 'user' as const, content: 'Weather in Bern?' }] };

describe('gateway.chat', () => {
  it('gives the text, the reason of its end, the usage in disjoint classes and the id of the request', async () => {
    const { gateway, upstream, ends } = scene();
    const asked = gateway.chat({ ...ASK, maxOutputTokens: 20 }, CALLER);
    const call = await upstream.next();
    call.respond(200, completion('Sunny.'));
    const result = await asked;
    expect(result).toMatchObject({
      text: 'Sunny.',
      reasoning: '',
      toolCalls: [],
      stopReason: 'stop',
      usage: { input: 8, cacheRead: 4, output: 5 },
    });
    expect(result.reply.model).toBe('m-2026');
    expect(result.id).toBe(ends[0]?.id);
    expect(sent(call)).toMatchObject({
      model: 'm',
      messages: [{ role: 'user', content: 'Weather in Bern?' }],
      max_completion_tokens: 20,
    });
  });

  it('takes parts as well as texts', async () => {
    const { gateway, upstream } = scene();
    const image = { type: 'image' as const, source: { kind: 'base64' as const, data: 'QUJD', mediaType: 'image/png' } };
    const asked = gateway.chat(
      { ...ASK, messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, image] }] },
      CALLER,
    );
    const call = await upstream.next();
    call.respond(200, completion('A line.'));
    await asked;
    expect(sent(call)['messages']).toMatchObject([
      { content: [{ text: 'What is it?' }, { image_url: { url: 'data:image/png;base64,QUJD' } }] },
    ]);
  });

  it('tells reasoning from text', async () => {
    const { gateway, upstream } = scene();
    const asked = gateway.chat({ ...ASK, model: 'messages/m' }, CALLER);
    // Source: https://platform.claude.com/docs/en/build-with-claude/extended-thinking
    (await upstream.next()).respond(200, {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm-2026',
      content: [
        { type: 'thinking', thinking: 'It is June.', signature: 'c2ln' },
        { type: 'text', text: 'Sunny.' },
      ],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 9, output_tokens: 3 },
    });
    expect(await asked).toMatchObject({ text: 'Sunny.', reasoning: 'It is June.' });
  });

  it('says what was left out and what was put in', async () => {
    const { gateway, upstream } = scene();
    const asked = gateway.chat({ ...ASK, topK: 5 }, CALLER);
    (await upstream.next()).respond(200, completion('Sunny.'));
    expect((await asked).dropped).toEqual(['top_k']);
    const other = gateway.chat({ ...ASK, model: 'messages/m' }, CALLER);
    const call = await upstream.next();
    call.respond(200, {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Sunny.' }],
      stop_reason: 'end_turn',
      usage: {},
    });
    expect((await other).inserted).toEqual([`max_tokens=${String(sent(call)['max_tokens'])}`]);
  });

  it('lists every wire call that was made for it', async () => {
    const models = { weather: { deployments: [{ model: 'chat/first' }, { model: 'chat/second', order: 1 }] } };
    const { gateway, upstream, ends } = scene({ models });
    const asked = gateway.chat({ ...ASK, model: 'weather' }, CALLER);
    (await upstream.next()).respond(503, failure('come back later'));
    (await upstream.next()).respond(200, completion('Sunny.'));
    const { attempts } = await asked;
    expect(attempts.map(({ modelServed, outcome, caller }) => ({ modelServed, outcome, caller }))).toEqual([
      { modelServed: 'chat/first', outcome: 'fault', caller: 'batch-job' },
      { modelServed: 'chat/second', outcome: 'ok', caller: 'batch-job' },
    ]);
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatchObject({ outcome: 'ok', caller: 'batch-job', model: 'weather' });
  });

  it('lets hooks change the answer', async () => {
    const { gateway, upstream } = scene({
      hooks: {
        onReply: [
          (reply) => ({ ...reply, choices: [{ content: [{ type: 'text', text: 'Rain.' }], stopReason: 'stop' }] }),
        ],
      },
    });
    const asked = gateway.chat(ASK, CALLER);
    (await upstream.next()).respond(200, completion('Sunny.'));
    expect((await asked).text).toBe('Rain.');
  });
});

describe('tool calls', () => {
  const weather = z.object({ city: z.string(), unit: z.enum(['c', 'f']).default('c') });

  async function called(text: string, input: z.ZodType = weather) {
    const { gateway, upstream } = scene();
    const asked = gateway.chat({ ...ASK, tools: { weather: { input } } }, CALLER);
    (await upstream.next()).respond(200, completion(null, [{ name: 'weather', arguments: text }]));
    const { toolCalls, stopReason } = await asked;
    expect(stopReason).toBe('tool-calls');
    return toolCalls[0];
  }

  it('are parsed and checked by a zod schema', async () => {
    expect(await called('{"city":"Bern"}')).toEqual({
      id: 'call_0',
      name: 'weather',
      text: '{"city":"Bern"}',
      input: { city: 'Bern', unit: 'c' },
    });
  });

  it('are parsed for a JSON Schema, which cannot check', async () => {
    const { gateway, upstream } = scene();
    const input = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const;
    const asked = gateway.chat({ ...ASK, tools: { weather: { input, description: 'The weather' } } }, CALLER);
    const call = await upstream.next();
    call.respond(200, completion(null, [{ name: 'weather', arguments: '{"town":1}' }]));
    expect((await asked).toolCalls[0]).toMatchObject({ input: { town: 1 } });
    expect(sent(call)['tools']).toMatchObject([
      { type: 'function', function: { name: 'weather', description: 'The weather', parameters: input } },
    ]);
  });

  it('carry the zod schema to the provider as JSON Schema', async () => {
    const { gateway, upstream } = scene();
    const asked = gateway.chat({ ...ASK, tools: { weather: { input: weather, strict: true } } }, CALLER);
    const call = await upstream.next();
    call.respond(200, completion('Sunny.'));
    await asked;
    const [tool] = sent(call)['tools'] as [{ function: Record<string, unknown> }];
    expect(tool.function).toMatchObject({
      strict: true,
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' }, unit: { enum: ['c', 'f'] } },
        additionalProperties: false,
      },
    });
    // What has a default need not be written.
    expect(tool.function['parameters']).toHaveProperty('required', ['city']);
  });

  it('keep their text, and say so, when it is broken JSON', async () => {
    expect(await called('{"city":"Be')).toMatchObject({
      text: '{"city":"Be',
      input: undefined,
      problem: expect.stringContaining('broken JSON'),
    });
  });

  it('say where they do not fit the schema', async () => {
    expect(await called('{"city":7}')).toMatchObject({ input: undefined, problem: expect.stringMatching(/^city: /) });
  });

  it('survive a schema that throws', async () => {
    const throwing = z.object({ city: z.string() }).transform(() => {
      throw new Error('no such city');
    });
    expect(await called('{"city":"Bern"}', throwing)).toMatchObject({
      input: undefined,
      problem: expect.stringContaining('no such city'),
    });
  });

  it('without arguments have an empty object', async () => {
    expect(await called('', z.object({}))).toMatchObject({ input: {} });
  });

  it('of a tool that was not offered come as they are', async () => {
    const { gateway, upstream } = scene();
    const asked = gateway.chat({ ...ASK, tools: { weather: { input: weather } } }, CALLER);
    (await upstream.next()).respond(200, completion(null, [{ name: 'constructor', arguments: '{"a":1}' }]));
    const [call] = (await asked).toolCalls;
    expect(call).toMatchObject({ name: 'constructor', input: { a: 1 } });
    expect(call?.problem).toBeUndefined();
  });
});

describe('a refusal of gateway.chat', () => {
  const refusals: [string, Parameters<typeof scene>[0], object, string, number][] = [
    ['an unknown model', {}, { model: 'nobody/m' }, 'model_not_found', 404],
    ['no model', {}, { model: '' }, 'invalid_request', 400],
    ['no messages', {}, { messages: [] }, 'invalid_request', 400],
    ['a message without content', {}, { messages: [{ role: 'user' }] }, 'invalid_request', 400],
    ['a message that is none', {}, { messages: [null] }, 'invalid_request', 400],
    ...[1.5, Number.NaN, -5, Number.POSITIVE_INFINITY, '9', null].flatMap(
      (number): [string, object, object, string, number][] => [
        [`maxOutputTokens of ${number}`, {}, { maxOutputTokens: number }, 'invalid_request', 400],
        [`n of ${number}`, {}, { n: number }, 'invalid_request', 400],
        [`a budget to think of ${number}`, {}, { reasoning: { budget: number } }, 'invalid_request', 400],
      ],
    ),
    ['no answer', {}, { n: 0 }, 'invalid_request', 400],
    ['a temperature that is none', {}, { temperature: Number.NaN }, 'invalid_request', 400],
    ['a seed without end', {}, { seed: Number.POSITIVE_INFINITY }, 'invalid_request', 400],
    ['what the target cannot express, when strict', { strict: true }, { topK: 5 }, 'unsupported_by_target', 400],
    [
      'a zod schema that JSON Schema cannot say',
      {},
      { tools: { f: { input: z.object({ at: z.date() }) } } },
      'invalid_request',
      400,
    ],
    [
      'a schema that is neither zod nor JSON Schema',
      {},
      { tools: { f: { input: { '~standard': { version: 1, vendor: 'other' } } } } },
      'invalid_request',
      400,
    ],
  ];
  it.each(refusals)('is a GatewayError for %s, before anything is sent', async (_, config, options, code, status) => {
    const { gateway, upstream, ends } = scene(config);
    const error = await gateway.chat({ ...ASK, ...options }, CALLER).catch((thrown: unknown) => thrown);
    expect(isGatewayError(error)).toBe(true);
    expect(error).toMatchObject({ code, status });
    expect(upstream.calls).toHaveLength(0);
    expect(ends).toMatchObject([{ outcome: 'fault', status, error: { code } }]);
    expect(gateway.stats().open).toBe(0);
  });

  it.each([undefined, null, 'Hi', {}])(
    'is the same for options that are none (%j), whole and streamed',
    async (options) => {
      const { gateway, upstream, ends } = scene();
      const refusal = { code: 'invalid_request', status: 400, param: 'model' };
      await expect(gateway.chat(options as unknown as typeof ASK, CALLER)).rejects.toMatchObject(refusal);
      await expect(gateway.stream(options as unknown as typeof ASK, CALLER)).rejects.toMatchObject(refusal);
      expect(upstream.calls).toHaveLength(0);
      expect(ends.map(({ outcome, status }) => ({ outcome, status }))).toEqual([
        { outcome: 'fault', status: 400 },
        { outcome: 'fault', status: 400 },
      ]);
    },
  );

  it('holds to what the caller may use', async () => {
    const { gateway } = scene();
    await expect(gateway.chat(ASK, { caller: { id: 'guest', models: ['chat/other'] } })).rejects.toMatchObject({
      kind: 'access',
      status: 403,
    });
  });

  const callings: [string, unknown][] = [
    ['nobody', undefined],
    ['a caller without an id', { caller: {} }],
    ['a caller with an empty id', { caller: { id: '' } }],
  ];
  it.each(callings)('holds for %s: there is no default caller', async (_, calling) => {
    const { gateway, upstream } = scene({ access: 'open' });
    await expect(gateway.chat(ASK, calling as typeof CALLER)).rejects.toMatchObject({ kind: 'access', status: 401 });
    await expect(gateway.stream(ASK, calling as typeof CALLER)).rejects.toMatchObject({ kind: 'access', status: 401 });
    expect(upstream.calls).toHaveLength(0);
  });

  it('gives the words of the provider', async () => {
    const { gateway, upstream, ends } = scene();
    const asked = gateway.chat(ASK, CALLER);
    (await upstream.next()).respond(400, {
      error: { message: 'temperature is too high', type: 'invalid_request_error', param: 'temperature', code: null },
    });
    await expect(asked).rejects.toMatchObject({
      code: 'upstream_rejected',
      status: 400,
      param: 'temperature',
      message: expect.stringContaining('too high'),
    });
    expect(ends[0]?.attempts).toMatchObject([{ outcome: 'fault', faultKind: 'rejected', status: 400 }]);
  });

  it('comes from a hook as the hook threw it', async () => {
    const { gateway } = scene({
      hooks: {
        onRequest: [
          () => {
            throw new GuardError('not today');
          },
        ],
      },
    });
    await expect(gateway.chat(ASK, CALLER)).rejects.toMatchObject({ code: 'guard_refused', message: 'not today' });
  });

  it('tells nothing of a fault in the hook itself', async () => {
    const { gateway, upstream } = scene({
      hooks: {
        onReply: [
          () => {
            throw new Error('db password is hunter2');
          },
        ],
      },
    });
    const asked = gateway.chat(ASK, CALLER);
    (await upstream.next()).respond(200, completion('Sunny.'));
    const error: unknown = await asked.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'internal', status: 500 });
    expect(String(error)).not.toContain('hunter2');
  });
});

describe('a chat in process that is ended from outside', () => {
  it('cancels its upstream call when the signal of its caller aborts', async () => {
    const { gateway, upstream, ends } = scene();
    const controller = new AbortController();
    const asked = gateway.chat(ASK, { ...CALLER, signal: controller.signal });
    const call = await upstream.next();
    controller.abort(new Error('enough'));
    await expect(asked).rejects.toMatchObject({ kind: 'gone', cause: { message: 'enough' } });
    await call.cancelled;
    expect(ends).toMatchObject([{ outcome: 'cancelled', attempts: [{ outcome: 'cancelled' }] }]);
  });

  it('makes no call when the signal has aborted before', async () => {
    const { gateway, upstream } = scene();
    await expect(gateway.chat(ASK, { ...CALLER, signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'gone' });
    expect(upstream.calls).toHaveLength(0);
  });

  it('is an upstream timeout when the time for the whole request is up', async () => {
    const { gateway, upstream, clock } = scene({ timeouts: { total: '5s' } });
    const asked = gateway.chat(ASK, CALLER);
    const outcome = expect(asked).rejects.toMatchObject({ code: 'upstream_timeout', status: 504 });
    const call = await upstream.next();
    await clock.advance(5000);
    await outcome;
    await call.cancelled;
    expect(clock.pending).toBe(0);
  });

  it('is refused while the gateway drains, and the one under way is waited for', async () => {
    const { gateway, upstream, clock } = scene();
    const asked = gateway.chat(ASK, CALLER);
    const call = await upstream.next();
    const drained = gateway.drain(10_000);
    await expect(gateway.chat(ASK, CALLER)).rejects.toMatchObject({ code: 'draining', status: 503, retryAfter: 1 });
    await expect(gateway.stream(ASK, CALLER)).rejects.toMatchObject({ code: 'draining' });
    expect(gateway.stats()).toMatchObject({ open: 1, requests: 1, draining: true });
    call.respond(200, completion('Sunny.'));
    expect((await asked).text).toBe('Sunny.');
    await clock.advance(50);
    expect(await drained).toBe(0);
  });
});
