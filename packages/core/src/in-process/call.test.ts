import { describe, expect, it } from 'vitest';
import type { WireFormat } from '../adapters/format.ts';
import type { Chunk } from '../transport/gateway-request.ts';
import type { WireAnswer } from './answers.ts';
import { CALLER, chunk, completion, failure, LAST_CHUNKS, scene, sent } from './support.type-test.ts';

type Answered = Record<string, unknown>;

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'm-2026',
  output: [
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Sunny.', annotations: [] }],
    },
  ],
  usage: { input_tokens: 9, output_tokens: 3, total_tokens: 12 },
};

/** What an error says, in whichever envelope. */
function wordsOf(body: unknown): string {
  const { error, message } = body as { error?: { message: string } | string; message?: string };
  return (typeof error === 'string' ? error : error?.message) ?? message ?? '';
}

/** One exchange in each format whose streams are text: the question, its whole answer and its streamed one, both saying `Sunny.`. */
const FORMATS: Readonly<
  Record<
    Exclude<WireFormat, 'bedrock-converse'>,
    { provider: string; ask: Answered; whole: Answered; stream: string; text: (body: Answered) => unknown }
  >
> = {
  'openai-chat': {
    provider: 'chat',
    ask: { messages: [{ role: 'user', content: 'Weather?' }] },
    whole: completion('Sunny.'),
    stream: chunk({ role: 'assistant', content: 'Sunny.' }) + LAST_CHUNKS,
    text: (body) => (body as { choices: { message: { content: string } }[] }).choices[0]?.message.content,
  },
  // Source: https://platform.claude.com/docs/en/api/messages and https://platform.claude.com/docs/en/build-with-claude/streaming
  'anthropic-messages': {
    provider: 'messages',
    ask: { max_tokens: 50, messages: [{ role: 'user', content: 'Weather?' }] },
    whole: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm-2026',
      content: [{ type: 'text', text: 'Sunny.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 9, output_tokens: 3 },
    },
    stream: [
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'm-2026',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 9, output_tokens: 1 },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Sunny.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 3 } },
      { type: 'message_stop' },
    ]
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join(''),
    text: (body) => (body as { content: { text: string }[] }).content[0]?.text,
  },
  // Source: https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
  // Source: https://platform.openai.com/docs/api-reference/completions
  'openai-completions': {
    provider: 'text',
    ask: { prompt: 'Weather?' },
    whole: {
      id: 'cmpl-1',
      object: 'text_completion',
      created: 1,
      model: 'm-2026',
      choices: [{ text: 'Sunny.', index: 0, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
    },
    stream: [
      { choices: [{ text: 'Sunny.', index: 0, logprobs: null, finish_reason: null }] },
      { choices: [{ text: '', index: 0, logprobs: null, finish_reason: 'stop' }] },
      { choices: [], usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 } },
    ]
      .map((piece) => ({ id: 'cmpl-1', object: 'text_completion', created: 1, model: 'm-2026', ...piece }))
      .map((piece) => `data: ${JSON.stringify(piece)}\n\n`)
      .concat('data: [DONE]\n\n')
      .join(''),
    text: (body) => (body as { choices: { text: string }[] }).choices[0]?.text,
  },
  // Source: https://docs.ollama.com/api/chat
  ollama: {
    provider: 'local',
    ask: { stream: false, messages: [{ role: 'user', content: 'Weather?' }] },
    whole: {
      model: 'm-2026',
      created_at: '2026-01-01T00:00:00Z',
      message: { role: 'assistant', content: 'Sunny.' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 9,
      eval_count: 3,
    },
    stream: [
      { message: { role: 'assistant', content: 'Sunny.' }, done: false },
      {
        message: { role: 'assistant', content: '' },
        done: true,
        done_reason: 'stop',
        prompt_eval_count: 9,
        eval_count: 3,
      },
    ]
      .map((line) => `${JSON.stringify({ model: 'm-2026', created_at: '2026-01-01T00:00:00Z', ...line })}\n`)
      .join(''),
    text: (body) => (body as { message: { content: string } }).message.content,
  },
  gemini: {
    provider: 'content',
    ask: { contents: [{ role: 'user', parts: [{ text: 'Weather?' }] }] },
    whole: {
      candidates: [{ content: { role: 'model', parts: [{ text: 'Sunny.' }] }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 3, totalTokenCount: 12 },
      modelVersion: 'm-2026',
      responseId: 'r1',
    },
    stream: `data: ${JSON.stringify({
      candidates: [{ content: { role: 'model', parts: [{ text: 'Sunny.' }] }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 3, totalTokenCount: 12 },
      modelVersion: 'm-2026',
      responseId: 'r1',
    })}\r\n\r\n`,
    text: (body) =>
      (body as { candidates: { content: { parts: { text: string }[] } }[] }).candidates[0]?.content.parts[0]?.text,
  },
  // Source: https://docs.cohere.com/reference/chat and https://docs.cohere.com/v2/docs/streaming
  cohere: {
    provider: 'blocks',
    ask: { messages: [{ role: 'user', content: 'Weather?' }] },
    whole: {
      id: 'c1',
      finish_reason: 'COMPLETE',
      message: { role: 'assistant', content: [{ type: 'text', text: 'Sunny.' }] },
      usage: { billed_units: { input_tokens: 9, output_tokens: 3 }, tokens: { input_tokens: 9, output_tokens: 3 } },
    },
    stream: [
      { type: 'message-start', id: 'c1', delta: { message: { role: 'assistant' } } },
      { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
      { type: 'content-delta', index: 0, delta: { message: { content: { text: 'Sunny.' } } } },
      { type: 'content-end', index: 0 },
      {
        type: 'message-end',
        delta: { finish_reason: 'COMPLETE', usage: { billed_units: { input_tokens: 9, output_tokens: 3 } } },
      },
    ]
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join(''),
    text: (body) => (body as { message: { content: { text: string }[] } }).message.content[0]?.text,
  },
  // Source: https://platform.openai.com/docs/api-reference/responses/object and …/responses-streaming
  'openai-responses': {
    provider: 'responses',
    ask: { input: 'Weather?' },
    whole: RESPONSE,
    stream: [
      { type: 'response.created', response: { ...RESPONSE, status: 'in_progress', output: [], usage: null } },
      { type: 'response.output_item.added', output_index: 0, item: { ...RESPONSE.output[0], content: [] } },
      { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'Sunny.' },
      { type: 'response.completed', response: RESPONSE },
    ]
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join(''),
    text: (body) => (body as { output: { content: { text: string }[] }[] }).output[0]?.content[0]?.text,
  },
};
const NAMES = Object.keys(FORMATS) as (keyof typeof FORMATS)[];
const pairs = NAMES.flatMap((client) => NAMES.map((provider) => ({ client, provider })));

const decoder = new TextDecoder();
async function textOf(stream: AsyncIterable<Chunk> | undefined): Promise<string> {
  let text = '';
  for await (const piece of stream ?? []) text += typeof piece === 'string' ? piece : decoder.decode(piece);
  return text;
}

describe('gateway.call', () => {
  it.each(pairs)('answers $client from a provider of $provider, whole', async ({ client, provider }) => {
    const { gateway, upstream, ends } = scene();
    const { ask, text } = FORMATS[client];
    const asked = gateway.call(client, { ...ask, model: `${FORMATS[provider].provider}/m` }, CALLER);
    (await upstream.next()).respond(200, FORMATS[provider].whole);
    const answer = await asked;
    expect(answer).toMatchObject({ status: 200, stream: undefined, headers: { 'x-postern-request-id': ends[0]?.id } });
    expect(text(answer.body as Answered)).toBe('Sunny.');
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatchObject({
      outcome: 'ok',
      caller: 'batch-job',
      usage: expect.objectContaining({ output: expect.any(Number) }),
    });
  });

  it.each(pairs)('answers $client from a provider of $provider, as a stream', async ({ client, provider }) => {
    const { gateway, upstream, ends } = scene();
    const asked = gateway.call(
      client,
      { ...FORMATS[client].ask, model: `${FORMATS[provider].provider}/m`, stream: true },
      CALLER,
    );
    const body = (await upstream.next()).stream();
    body.write(FORMATS[provider].stream);
    body.end();
    const answer = await asked;
    expect(answer).toMatchObject({
      status: 200,
      body: undefined,
      headers: { 'content-type': expect.stringMatching(/^(text\/event-stream|application\/x-ndjson)/) },
    });
    expect(await textOf(answer.stream)).toContain('Sunny.');
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatchObject({ outcome: 'ok', usage: expect.objectContaining({ output: expect.any(Number) }) });
  });

  it('reads the headers that a format has', async () => {
    const { gateway, upstream } = scene();
    const { ask } = FORMATS['anthropic-messages'];
    const asked = gateway.call(
      'anthropic-messages',
      { ...ask, model: 'messages/m' },
      { ...CALLER, headers: { 'anthropic-beta': 'files-api-2025-04-14' } },
    );
    const call = await upstream.next();
    call.respond(200, FORMATS['anthropic-messages'].whole);
    await asked;
    expect(call.request.headers['anthropic-beta']).toBe('files-api-2025-04-14');
  });

  it('does not take the prototype for headers', async () => {
    const { gateway, upstream } = scene();
    const asked = gateway.call(
      'openai-chat',
      { ...FORMATS['openai-chat'].ask, model: 'chat/m' },
      { ...CALLER, headers: Object.create({ 'openai-beta': 'x' }) },
    );
    const call = await upstream.next();
    call.respond(200, completion('Sunny.'));
    await asked;
    expect(Object.values(call.request.headers)).not.toContain('x');
  });

  it('sends the body as it was given, but for the name of the model', async () => {
    const { gateway, upstream } = scene();
    const body = { model: 'chat/m', messages: [{ role: 'user', content: 'Weather?' }], some_new_field: [1] };
    const asked = gateway.call('openai-chat', body, CALLER);
    const call = await upstream.next();
    call.respond(200, completion('Sunny.'));
    await asked;
    expect(sent(call)).toEqual({ ...body, model: 'm' });
    expect(body.model).toBe('chat/m');
  });

  it('gives the stream of a provider that does not stream in one piece', async () => {
    const { gateway, upstream, ends } = scene();
    const asked = gateway.call(
      'openai-chat',
      { ...FORMATS['openai-chat'].ask, model: 'messages/m', stream: true },
      CALLER,
    );
    (await upstream.next()).respond(200, FORMATS['anthropic-messages'].whole);
    const answer = await asked;
    expect(await textOf(answer.stream)).toMatch(/Sunny\.[\s\S]*\[DONE\]/);
    expect(ends).toMatchObject([{ outcome: 'ok' }]);
  });
});

describe('a refusal of gateway.call', () => {
  it.each(NAMES)('is an answer in the error form of %s', async (client) => {
    const { gateway, ends } = scene();
    const answer = await gateway.call(client, { ...FORMATS[client].ask, model: 'nobody/m' }, CALLER);
    expect(answer).toMatchObject({
      status: 404,
      stream: undefined,
    });
    expect(wordsOf(answer.body)).toContain('nobody/m');
    expect(ends).toMatchObject([{ outcome: 'fault', status: 404, error: { code: 'model_not_found' } }]);
  });

  it('is the same for one that asked for a stream', async () => {
    const { gateway, upstream } = scene();
    const asked = gateway.call('openai-chat', { ...FORMATS['openai-chat'].ask, model: 'chat/m', stream: true }, CALLER);
    (await upstream.next()).respond(400, failure('no'));
    expect(await asked).toMatchObject({
      status: 400,
      stream: undefined,
      body: { error: { message: expect.stringContaining('no') } },
    });
  });
});

describe('gateway.call never rejects', () => {
  it('while the gateway drains', async () => {
    const { gateway, upstream } = scene();
    await gateway.drain(0);
    const answer = await gateway.call('openai-chat', { ...FORMATS['openai-chat'].ask, model: 'chat/m' }, CALLER);
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { error: { code: 'draining' } },
    });
    expect(upstream.calls).toHaveLength(0);
    expect(gateway.stats().open).toBe(0);
  });

  it('for a body that is nested too deep', async () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100; level++) deep = [deep];
    const { gateway } = scene();
    const answer = await gateway.call('openai-chat', { ...FORMATS['openai-chat'].ask, model: 'chat/m', deep }, CALLER);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'body_too_deep' } } });
  });

  const none = [undefined, null, 'Hi', 7, [], {}];
  it.each(NAMES.flatMap((client) => none.map((body) => ({ client, body }))))(
    'for a body that is none ($client, $body)',
    async ({ client, body }) => {
      const { gateway, upstream, ends } = scene();
      const answer = await gateway.call(client, body as unknown as { model: string }, CALLER);
      expect(answer).toMatchObject({ status: 400 });
      expect(wordsOf(answer.body)).not.toBe('');
      expect(ends).toMatchObject([{ outcome: 'fault', status: 400, error: { code: 'invalid_request' } }]);
      expect(upstream.calls).toHaveLength(0);
      expect(gateway.stats().open).toBe(0);
    },
  );

  it('for a body that is no JSON', async () => {
    const circle: Record<string, unknown> = { ...FORMATS['openai-chat'].ask, model: 'chat/m' };
    circle['self'] = circle;
    const { gateway } = scene();
    expect((await gateway.call('openai-chat', circle as { model: string }, CALLER)).status).toBe(400);
  });
});

it('gateway.call keeps what the path says out of the body of a format that has it there', async () => {
  const { gateway, upstream } = scene();
  const { ask } = FORMATS['gemini'];
  const asked = gateway.call('gemini', { ...ask, model: 'content/m', stream: true }, CALLER);
  const call = await upstream.next();
  expect(sent(call)).toEqual(ask);
  expect(call.request.path).toContain('/models/m:streamGenerateContent');
  call.respond(400, failure('enough'));
  await asked;
});

describe('a stream of gateway.call', () => {
  async function begun(calling: { signal?: AbortSignal } = {}, config: Parameters<typeof scene>[0] = {}) {
    const set = scene(config);
    const asked = set.gateway.call(
      'openai-chat',
      { ...FORMATS['openai-chat'].ask, model: 'chat/m', stream: true },
      { ...CALLER, ...calling },
    );
    const call = await set.upstream.next();
    const body = call.stream();
    body.write(chunk({ role: 'assistant', content: 'Sun' }));
    return { ...set, call, body, answer: await asked };
  }
  const ways: [string, (answer: WireAnswer) => unknown][] = [
    ['cancel()', (answer) => answer.cancel('enough')],
    [
      'leaving the loop',
      async ({ stream }) => {
        for await (const _ of stream ?? []) break;
      },
    ],
  ];
  it.each(ways)('cancels its upstream call by %s, and settles once', async (_, leave) => {
    const { answer, call, ends, gateway } = await begun();
    await leave(answer);
    await call.cancelled;
    answer.cancel();
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatchObject({ outcome: 'cancelled', attempts: [{ outcome: 'cancelled' }] });
    expect(gateway.stats().open).toBe(0);
  });

  it('is settled at once when the signal of its caller aborts, even when nobody reads', async () => {
    const controller = new AbortController();
    const { call, ends, gateway } = await begun({ signal: controller.signal });
    controller.abort();
    await call.cancelled;
    expect(ends).toMatchObject([{ outcome: 'cancelled' }]);
    expect(gateway.stats().open).toBe(0);
  });

  it('is settled as a fault when its time is up, and says so to whoever reads later', async () => {
    const { answer, call, clock, ends } = await begun({}, { timeouts: { total: '5s', idle: '1m' } });
    await clock.advance(5000);
    await call.cancelled;
    expect(ends).toMatchObject([{ outcome: 'fault', error: { code: 'upstream_timeout' } }]);
    const text = await textOf(answer.stream);
    expect(text).toContain('"error"');
    expect(text).not.toContain('[DONE]');
  });

  it('that breaks ends with an error in its format and without the format’s good end', async () => {
    const { answer, body, ends } = await begun();
    body.end();
    const text = await textOf(answer.stream);
    expect(text).toContain('"error"');
    expect(text).not.toContain('[DONE]');
    expect(ends).toMatchObject([{ outcome: 'fault', error: { code: 'upstream_incomplete' } }]);
  });

  it('is waited for by drain', async () => {
    const { gateway, answer, body, clock } = await begun();
    const drained = gateway.drain(10_000);
    body.write(LAST_CHUNKS);
    body.end();
    await textOf(answer.stream);
    await clock.advance(50);
    expect(await drained).toBe(0);
  });
});
