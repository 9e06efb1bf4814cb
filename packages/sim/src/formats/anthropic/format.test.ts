import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedSim, serveSim } from '../../index.ts';
import { CHATS, eventsOf, KEYS, send } from '../../testing/client.ts';
import { shapeOf } from '../../testing/shape.ts';

const chat = CHATS['anthropic-messages'];
const TOOL = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] },
};

let sim: ServedSim;
beforeAll(async () => {
  sim = await serveSim();
});
afterAll(() => sim.close());

async function body(model: string, more: object = {}) {
  return JSON.parse((await send(sim.url, chat(model, false, more))).text);
}

async function events(model: string, more: object = {}) {
  const answer = await send(sim.url, chat(model, true, more));
  return eventsOf(answer.text).map(({ event, json }) => ({ event, json: json as Event }));
}

interface Event {
  type: string;
  index?: number;
  delta?: { type: string; partial_json?: string; text?: string; thinking?: string; signature?: string };
}

const USAGE = {
  input_tokens: 12,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: 30,
  service_tier: 'standard',
  inference_geo: 'not_available',
};

/** Source: https://docs.anthropic.com/en/api/messages, the example answer; usage as `Usage` of anthropic-sdk-typescript. */
const MESSAGE = {
  id: 'msg_013Zva2CMHLNnXjNJJKqJ2EF',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content: [{ type: 'text', text: 'Hi! My name is Claude.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  stop_details: null,
  usage: USAGE,
};

/** Source: https://docs.anthropic.com/en/docs/build-with-claude/streaming, «Basic streaming request». */
const TEXT_STREAM = [
  { type: 'message_start', message: { ...MESSAGE, content: [], stop_reason: null, stop_details: undefined } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '!' } },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null, stop_details: null },
    usage: { input_tokens: 12, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 15 },
  },
  { type: 'message_stop' },
];

/** Source: the same page, «Streaming request with tool use». */
const TOOL_BLOCK = {
  type: 'content_block_start',
  index: 0,
  content_block: { type: 'tool_use', id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up6', name: 'get_weather', input: {} },
};
const TOOL_DELTA = { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '' } };

/** Source: the same page, «Streaming request with extended thinking». */
const THINKING_STREAM = [
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'I need to find' } },
  {
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'signature_delta', signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds' },
  },
  { type: 'content_block_stop', index: 0 },
];

/** Source: the same page, «Error events». */
const ERROR_EVENT = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded', details: null } };

describe('messages and events have the documented shapes', () => {
  it('a message', async () => expect(shapeOf(await body('sim'))).toEqual(shapeOf(MESSAGE)));

  it('the events of a text, each named as its type', async () => {
    const all = await events('sim-text-2');
    expect(all.map(({ json }) => shapeOf(json))).toEqual(
      TEXT_STREAM.map((event) => shapeOf(JSON.parse(JSON.stringify(event)))),
    );
    expect(all.every(({ event, json }) => event === json.type)).toBe(true);
  });

  it('the events of a tool use', async () => {
    const all = (await events('sim-tools', { tools: [TOOL] }))
      .map(({ json }) => json)
      .filter((event) => event.type !== 'ping');
    expect(all.slice(1, 3).map(shapeOf)).toEqual([TOOL_BLOCK, TOOL_DELTA].map(shapeOf));
  });

  it('the events of thinking', async () => {
    const all = (await events('sim-reasoning-1-text-1'))
      .map(({ json }) => json)
      .filter((event) => event.type !== 'ping');
    expect(all.slice(1, 5).map(shapeOf)).toEqual(THINKING_STREAM.map(shapeOf));
  });

  it('an error event', async () => {
    const last = (await events('sim+midfault')).at(-1);
    expect(last?.event).toBe('error');
    expect(shapeOf(last?.json)).toEqual(shapeOf(ERROR_EVENT));
  });

  it('an error body (docs.anthropic.com/en/api/errors#error-shapes)', async () => {
    const shape = {
      type: 'error',
      error: { type: 'not_found_error', message: 'The requested resource could not be found.' },
      request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
    };
    expect(shapeOf(await body('sim+e404'))).toEqual(shapeOf(shape));
  });

  it('a count of tokens (MessageTokensCount), equal to what the message is billed', async () => {
    const messages = [{ role: 'user', content: 'How many are these?' }];
    const counted = JSON.parse(
      (await send(sim.url, { path: '/v1/messages/count_tokens', body: { model: 'sim', messages, tools: [TOOL] } }))
        .text,
    );
    expect(counted).toEqual({ input_tokens: (await body('sim', { messages, tools: [TOOL] })).usage.input_tokens });
  });

  it('a list of models, when the version header says so', async () => {
    expect(JSON.parse((await send(sim.url, { path: '/v1/models' })).text)).toMatchObject({
      data: [{ type: 'model', id: 'sim' }],
      has_more: false,
    });
  });
});

describe('what the model is told to do', () => {
  it('the input of the stream is the input of the body', async () => {
    const whole = (await body('sim-tools', { tools: [TOOL] })).content[0].input;
    const streamed = (await events('sim-tools', { tools: [TOOL] }))
      .map(({ json }) => json.delta?.partial_json ?? '')
      .join('');
    expect(JSON.parse(streamed)).toEqual(whole);
  });

  it('a call without arguments has an empty delta and nothing else', async () => {
    const deltas = (await events('sim-noargs', { tools: [TOOL] })).filter(
      ({ json }) => json.type === 'content_block_delta',
    );
    expect(deltas.map(({ json }) => json.delta)).toEqual([{ type: 'input_json_delta', partial_json: '' }]);
  });

  it('max_tokens and stop_sequences end the text, and say so', async () => {
    expect(await body('sim', { max_tokens: 2 })).toMatchObject({
      stop_reason: 'max_tokens',
      usage: { output_tokens: 2 },
    });
    const messages = [{ role: 'user', content: 'one two three' }];
    expect(await body('sim-echo', { messages, stop_sequences: [' two'] })).toMatchObject({
      content: [{ text: 'one' }],
      stop_reason: 'stop_sequence',
      stop_sequence: ' two',
    });
  });

  it('thinking that was asked for is given; omitted, only its signature is', async () => {
    expect(
      (await body('sim', { max_tokens: 3000, thinking: { type: 'enabled', budget_tokens: 1024 } })).content[0].thinking,
    ).not.toBe('');
    const omitted = (await body('sim', { thinking: { type: 'adaptive', display: 'omitted' } })).content[0];
    expect(omitted).toEqual({ type: 'thinking', thinking: '', signature: expect.any(String) });
  });

  it('redacted thinking comes whole', async () => {
    expect((await body('sim-redacted')).content[0]).toEqual({ type: 'redacted_thinking', data: expect.any(String) });
    const start = (await events('sim-redacted'))
      .map(({ json }) => json)
      .find((event) => event.type === 'content_block_start');
    expect(start).toMatchObject({ content_block: { type: 'redacted_thinking', data: expect.any(String) } });
  });

  it('a refusal has no content and says why', async () => {
    expect(await body('sim-refusal')).toMatchObject({
      content: [],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: expect.any(String) },
    });
  });

  it('the classes of input are disjoint and add up to the prompt', async () => {
    const plain = (await body('sim')).usage.input_tokens;
    const { usage } = await body('sim-usage');
    expect(usage.cache_read_input_tokens).toBeGreaterThan(0);
    expect(usage.cache_creation.ephemeral_5m_input_tokens).toBe(usage.cache_creation_input_tokens);
    expect(usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens).toBe(plain);
  });

  it('parallel tool use: three blocks; one, when it is disabled', async () => {
    expect((await body('sim+paralleltools', { tools: [TOOL] })).content).toHaveLength(3);
    expect(
      (
        await body('sim+paralleltools', {
          tools: [TOOL],
          tool_choice: { type: 'auto', disable_parallel_tool_use: true },
        })
      ).content,
    ).toHaveLength(1);
  });

  it('citations come in a delta of their own', async () => {
    expect((await body('sim-citations')).content[0].citations[0]).toMatchObject({
      type: 'char_location',
      document_index: 0,
    });
    expect((await events('sim-citations')).some(({ json }) => json.delta?.type === 'citations_delta')).toBe(true);
  });
});

it('a bearer token is taken in the place of x-api-key', async () => {
  const { 'x-api-key': _, ...headers } = KEYS;
  expect((await send(sim.url, { ...chat('sim', false), headers })).status).toBe(200);
});
