import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedSim, serveSim } from '../../index.ts';
import { CHATS, eventsOf, jsonOf, KEYS, send } from '../../testing/client.ts';
import { shapeOf } from '../../testing/shape.ts';

const chat = CHATS['openai-chat'];
const TOOL = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

let sim: ServedSim;
beforeAll(async () => {
  sim = await serveSim();
});
afterAll(() => sim.close());

async function body(model: string, more: object = {}) {
  const answer = await send(sim.url, chat(model, false, more));
  return JSON.parse(answer.text);
}

async function chunks(model: string, more: object = {}) {
  const answer = await send(
    sim.url,
    chat(model, true, { stream_options: { include_usage: true, include_obfuscation: false }, ...more }),
  );
  return jsonOf(answer.text) as Chunk[];
}

interface Chunk {
  usage: unknown;
  choices: {
    index: number;
    finish_reason: string | null;
    delta: { content?: string; tool_calls?: { index: number; id?: string; function?: { arguments?: string } }[] };
  }[];
}

/** Source: https://platform.openai.com/docs/api-reference/chat/create, the answer of the default example. */
const COMPLETION = {
  id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
  object: 'chat.completion',
  created: 1741569952,
  model: 'gpt-4.1-2025-04-14',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello! How can I assist you today?', refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: {
    prompt_tokens: 19,
    completion_tokens: 10,
    total_tokens: 29,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  },
  service_tier: 'default',
  system_fingerprint: 'fp_44709d6fcb',
};

/** Source: the same page, «Functions»: the message of a tool call. */
const TOOL_MESSAGE = {
  role: 'assistant',
  content: null,
  refusal: null,
  tool_calls: [
    {
      id: 'call_abc123',
      type: 'function',
      function: { name: 'get_current_weather', arguments: '{\n"location": "Boston, MA"\n}' },
    },
  ],
};

/** Source: https://platform.openai.com/docs/api-reference/chat-streaming/streaming with `include_usage` (openai-openapi CreateChatCompletionStreamResponse). */
const HEAD = {
  id: 'chatcmpl-123',
  object: 'chat.completion.chunk',
  created: 1694268190,
  model: 'gpt-4o-mini',
  service_tier: 'default',
  system_fingerprint: 'fp_44709d6fcb',
};
const FIRST_CHUNK = {
  ...HEAD,
  choices: [
    { index: 0, delta: { role: 'assistant', content: '', refusal: null }, logprobs: null, finish_reason: null },
  ],
  usage: null,
};
const TEXT_CHUNK = {
  ...HEAD,
  choices: [{ index: 0, delta: { content: 'Hello' }, logprobs: null, finish_reason: null }],
  usage: null,
};
const LAST_CHUNK = { ...HEAD, choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }], usage: null };
const USAGE_CHUNK = { ...HEAD, choices: [], usage: COMPLETION.usage };
const CALL_CHUNK = {
  ...HEAD,
  choices: [
    {
      index: 0,
      delta: { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } }] },
      logprobs: null,
      finish_reason: null,
    },
  ],
  usage: null,
};
const ARGUMENTS_CHUNK = {
  ...HEAD,
  choices: [
    {
      index: 0,
      delta: { tool_calls: [{ index: 0, function: { arguments: '{"' } }] },
      logprobs: null,
      finish_reason: null,
    },
  ],
  usage: null,
};

describe('bodies and chunks have the documented shapes', () => {
  it('a completion', async () => expect(shapeOf(await body('sim'))).toEqual(shapeOf(COMPLETION)));
  it('the message of a tool call', async () =>
    expect(shapeOf((await body('sim-tools', { tools: [TOOL] })).choices[0].message)).toEqual(shapeOf(TOOL_MESSAGE)));
  it('the chunks of a text', async () => {
    const all = await chunks('sim-text-3');
    expect(all.map(shapeOf)).toEqual(
      [FIRST_CHUNK, TEXT_CHUNK, TEXT_CHUNK, TEXT_CHUNK, LAST_CHUNK, USAGE_CHUNK].map(shapeOf),
    );
  });
  it('the chunks of a tool call', async () => {
    const all = await chunks('sim-tools', { tools: [TOOL] });
    expect(shapeOf(all[1])).toEqual(shapeOf(CALL_CHUNK));
    expect(shapeOf(all[2])).toEqual(shapeOf(ARGUMENTS_CHUNK));
    expect(all.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls');
  });
  it('the end mark, and no usage that was not asked for', async () => {
    const answer = await send(sim.url, chat('sim', true, { stream_options: undefined }));
    expect(eventsOf(answer.text).at(-1)?.data).toBe('[DONE]');
    expect(answer.text).not.toContain('"usage"');
  });
  it('an error (openai-openapi ErrorResponse)', async () => {
    const answer = await body('sim+e500');
    expect(shapeOf(answer)).toEqual(
      shapeOf({ error: { message: 'The server had an error', type: 'server_error', param: null, code: null } }),
    );
  });
  it('Azure’s first chunk (learn.microsoft.com, content streaming)', async () => {
    const request = chat('sim', true);
    const answer = await send(sim.url, {
      ...request,
      path: '/openai/deployments/sim/chat/completions?api-version=2024-10-21',
      headers: { 'api-key': 'k' },
    });
    expect(jsonOf(answer.text)[0]).toMatchObject({
      choices: [],
      created: 0,
      id: '',
      model: '',
      object: '',
      prompt_filter_results: [{ prompt_index: 0 }],
    });
  });
});

describe('embeddings', () => {
  const ask = (more: object) =>
    send(sim.url, { path: '/v1/embeddings', body: { model: 'sim', input: ['one', 'two'], ...more } });

  it('have the documented shape (openai-openapi CreateEmbeddingResponse)', async () => {
    const answer = JSON.parse((await ask({ dimensions: 2 })).text);
    expect(shapeOf(answer)).toEqual(
      shapeOf({
        object: 'list',
        data: [0, 1].map((index) => ({ object: 'embedding', index, embedding: [0.1, 0.2] })),
        model: 'text-embedding-3-small',
        usage: { prompt_tokens: 2, total_tokens: 2 },
      }),
    );
  });

  it('are the same numbers in base64 as in floats', async () => {
    const floats = JSON.parse((await ask({})).text).data[1].embedding;
    const packed = Buffer.from(JSON.parse((await ask({ encoding_format: 'base64' })).text).data[1].embedding, 'base64');
    expect(Array.from({ length: packed.length / 4 }, (_, at) => packed.readFloatLE(at * 4))).toEqual(floats);
  });
});

it('the list of models (openai-openapi ListModelsResponse)', async () => {
  const answer = await send(sim.url, { path: '/v1/models', headers: { authorization: 'Bearer k' } });
  expect(JSON.parse(answer.text)).toMatchObject({
    object: 'list',
    data: [{ id: 'sim', object: 'model', owned_by: expect.any(String) }],
  });
});

describe('what the model is told to do', () => {
  it('echo answers the last user text', async () =>
    expect((await body('sim-echo')).choices[0].message.content).toBe('Hello there'));

  it('max_completion_tokens cuts, with finish_reason length', async () => {
    const reply = await body('sim', { max_completion_tokens: 3 });
    expect(reply).toMatchObject({ choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 3 } });
  });

  it('stop ends the text before the sequence', async () => {
    const messages = [{ role: 'user', content: 'one two three' }];
    expect((await body('sim-echo', { messages, stop: [' three', ' two'] })).choices[0]).toMatchObject({
      message: { content: 'one' },
      finish_reason: 'stop',
    });
  });

  it('n gives as many different choices, with usage over all', async () => {
    const reply = await body('sim-text-4', { n: 3 });
    expect(new Set(reply.choices.map((choice: { message: { content: string } }) => choice.message.content)).size).toBe(
      3,
    );
    expect(reply.usage.completion_tokens).toBe(12);
    const all = await chunks('sim-text-4', { n: 3 });
    expect(new Set(all.flatMap((chunk) => chunk.choices.map((choice) => choice.index)))).toEqual(new Set([0, 1, 2]));
  });

  it('tools: the arguments of the stream are the arguments of the body, and fit the schema', async () => {
    const whole = (await body('sim-tools', { tools: [TOOL] })).choices[0].message.tool_calls[0].function.arguments;
    const streamed = (await chunks('sim-tools', { tools: [TOOL] }))
      .flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? [])
      .map((call) => call.function?.arguments ?? '')
      .join('');
    expect(streamed).toBe(whole);
    expect(JSON.parse(whole)).toEqual({ city: expect.any(String) });
  });

  it('tools: the second round answers in text', async () => {
    const first = (await body('sim-tools', { tools: [TOOL] })).choices[0].message;
    const messages = [
      { role: 'user', content: 'Hello' },
      first,
      { role: 'tool', tool_call_id: first.tool_calls[0].id, content: '21 degrees' },
    ];
    const second = await body('sim-tools', { tools: [TOOL], messages });
    expect(second.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: expect.any(String) } });
    expect((await body('sim-tools-2', { tools: [TOOL], messages })).choices[0].finish_reason).toBe('tool_calls');
  });

  it('noargs calls with {}', async () => {
    expect((await body('sim-noargs', { tools: [TOOL] })).choices[0].message.tool_calls[0].function.arguments).toBe(
      '{}',
    );
  });

  it('tool_choice is obeyed: none, required, one by name', async () => {
    const tools = [TOOL, { type: 'function', function: { name: 'other', parameters: { type: 'object' } } }];
    const named = await body('sim', { tools, tool_choice: { type: 'function', function: { name: 'other' } } });
    expect(named.choices[0].message.tool_calls[0].function.name).toBe('other');
    expect((await body('sim', { tools, tool_choice: 'required' })).choices[0].finish_reason).toBe('tool_calls');
    expect((await body('sim-tools', { tools, tool_choice: 'none' })).choices[0].finish_reason).toBe('stop');
  });

  it('parallel tool calls: three, their deltas interleaved, each under its own index', async () => {
    const deltas = (await chunks('sim+paralleltools', { tools: [TOOL] })).flatMap(
      (chunk) => chunk.choices[0]?.delta.tool_calls ?? [],
    );
    expect(deltas.filter((call) => call.id !== undefined).map((call) => call.index)).toEqual([0, 1, 2]);
    expect(deltas.slice(0, 6).map((call) => call.index)).toEqual([0, 1, 2, 0, 1, 2]);
    for (const index of [0, 1, 2]) {
      expect(() =>
        JSON.parse(
          deltas
            .filter((call) => call.index === index)
            .map((call) => call.function?.arguments ?? '')
            .join(''),
        ),
      ).not.toThrow();
    }
  });

  it('reasoning comes as reasoning_content and is part of completion_tokens', async () => {
    const reply = await body('sim-reasoning-4-text-6');
    expect(reply.choices[0].message.reasoning_content).toEqual(expect.any(String));
    expect(reply.usage).toMatchObject({ completion_tokens: 10, completion_tokens_details: { reasoning_tokens: 4 } });
  });

  it('reasoning_effort bills reasoning that is not shown', async () => {
    const reply = await body('sim-text-6', { reasoning_effort: 'low' });
    expect(reply.choices[0].message.reasoning_content).toBeUndefined();
    expect(reply.usage.completion_tokens_details.reasoning_tokens).toBe(10);
  });

  it('json fits the schema of response_format, without being told by the name', async () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      additionalProperties: false,
    };
    const reply = await body('sim', {
      response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } },
    });
    expect(JSON.parse(reply.choices[0].message.content)).toEqual({ n: expect.any(Number) });
  });

  it('refusal has its own field, filtered its own finish reason', async () => {
    expect((await body('sim-refusal')).choices[0]).toMatchObject({
      message: { content: null, refusal: expect.any(String) },
      finish_reason: 'stop',
    });
    expect((await body('sim-filtered')).choices[0].finish_reason).toBe('content_filter');
  });

  it('usage classes are parts of the totals', async () => {
    const { usage } = await body('sim-usage');
    expect(usage.prompt_tokens_details.cached_tokens).toBeGreaterThan(0);
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
    expect((await body('sim-nousage')).usage).toBeUndefined();
    expect((await body('sim-zerousage')).usage.total_tokens).toBe(0);
  });

  it('priority is said by the answer', async () => expect((await body('sim-priority')).service_tier).toBe('priority'));

  it('details are accepted when they come back as they were, and refused when changed', async () => {
    const { reasoning_details: details } = (await body('sim-details')).choices[0].message;
    const with_ = (given: unknown) =>
      chat('sim', false, {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b', reasoning_details: given },
          { role: 'user', content: 'c' },
        ],
      });
    expect((await send(sim.url, with_(details))).status).toBe(200);
    expect((await send(sim.url, with_([{ ...details[0], text: 'changed' }]))).status).toBe(400);
  });
});

it('Azure without api-version is not found, and takes api-key', async () => {
  const request = chat('sim', false);
  expect(
    (await send(sim.url, { ...request, path: '/openai/deployments/sim/chat/completions', headers: { 'api-key': 'k' } }))
      .status,
  ).toBe(404);
  expect(
    (await send(sim.url, { ...request, path: '/openai/v1/chat/completions', headers: { 'api-key': 'k' } })).status,
  ).toBe(200);
});

it('any prefix may stand before the path', async () => {
  expect(
    (await send(sim.url, { ...chat('sim', false), path: '/api/paas/v4/chat/completions', headers: KEYS })).status,
  ).toBe(200);
});
