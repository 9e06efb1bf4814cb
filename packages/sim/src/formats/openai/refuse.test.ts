import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedSim, serveSim } from '../../index.ts';
import { CHATS, send } from '../../testing/client.ts';

const chat = CHATS['openai-chat'];
const USER = { role: 'user', content: 'Hello' };
const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
const CALLING = { role: 'assistant', content: null, tool_calls: [call('call_1'), call('call_2')] };
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'done' });
const TOOL = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };

let sim: ServedSim;
beforeAll(async () => {
  sim = await serveSim();
});
afterAll(() => sim.close());

async function refusal(more: object): Promise<{ message: string; param: string | null; code: string | null }> {
  const answer = await send(sim.url, chat('sim', false, more));
  expect(answer.status).toBe(400);
  return JSON.parse(answer.text).error;
}
const accepted = async (more: object) =>
  expect((await send(sim.url, chat('sim', false, more))).text).toContain('"chat.completion"');

describe('OpenAI’s sim refuses what the vendor refuses', () => {
  const cases: [string, object, RegExp][] = [
    ['no messages', { messages: [] }, /Invalid 'messages': empty array/],
    ['messages left out', { messages: undefined }, /Missing required parameter: 'messages'/],
    [
      'an unknown role',
      { messages: [{ role: 'model', content: 'x' }] },
      /Invalid value: 'model'\. Supported values are: 'system'/,
    ],
    ['content null', { messages: [{ role: 'user', content: null }] }, /expected a string, got null/],
    [
      'a foreign part',
      { messages: [{ role: 'user', content: [{ type: 'image', source: {} }] }] },
      /Invalid value: 'image'/,
    ],
    [
      'an image from the assistant',
      { messages: [USER, { role: 'assistant', content: [{ type: 'image_url' }] }, USER] },
      /Invalid value: 'image_url'/,
    ],
    ['a result without a call', { messages: [USER, result('call_1')] }, /must be a response to a preceeding message/],
    [
      'a result of another call',
      { messages: [USER, CALLING, result('call_1'), result('call_2'), result('call_3')] },
      /'tool_call_id' of 'call_3' not found/,
    ],
    [
      'a call without its result',
      { messages: [USER, CALLING, result('call_1'), USER] },
      /did not have response messages: call_2/,
    ],
    [
      'arguments as an object',
      {
        messages: [
          USER,
          { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: {} } }] },
          result('a'),
        ],
      },
      /expected a string, but got an object/,
    ],
    [
      'an id that is too long',
      { messages: [USER, { role: 'assistant', tool_calls: [call('x'.repeat(41))] }, result('x'.repeat(41))] },
      /maximum length 40/,
    ],
    ['a field that it does not know', { top_k: 5 }, /Unrecognized request argument supplied: top_k/],
    ['no tools in a list', { tools: [] }, /Invalid 'tools': empty array/],
    [
      'a name with a dot',
      { tools: [{ type: 'function', function: { name: 'a.b' } }] },
      /string does not match pattern/,
    ],
    [
      'a name of 65 letters',
      { tools: [{ type: 'function', function: { name: 'a'.repeat(65) } }] },
      /maximum length 64/,
    ],
    [
      'parameters that are no object',
      { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'array' } } }] },
      /schema must be a JSON Schema of 'type: "object"'/,
    ],
    ['a choice without tools', { tool_choice: 'auto' }, /only allowed when 'tools' are specified/],
    [
      'a choice of an unknown tool',
      { tools: [TOOL], tool_choice: { type: 'function', function: { name: 'g' } } },
      /no function named 'g'/,
    ],
    ['Anthropic’s way to choose', { tools: [TOOL], tool_choice: 'any' }, /Invalid value: 'any'/],
    ['a temperature of 3', { temperature: 3 }, /decimal above maximum value/],
    ['five stops', { stop: ['a', 'b', 'c', 'd', 'e'] }, /array too long/],
    ['two limits', { max_tokens: 1, max_completion_tokens: 1 }, /at the same time is not supported/],
    [
      'stream_options without stream',
      { stream_options: { include_usage: true } },
      /only allowed when 'stream' is enabled/,
    ],
    ['json_object without the word', { response_format: { type: 'json_object' } }, /must contain the word 'json'/],
    [
      'a strict schema that is open',
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'x', strict: true, schema: { type: 'object', properties: {} } },
        },
      },
      /'additionalProperties' is required/,
    ],
    [
      'a strict schema with an optional member, deep inside',
      {
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'x',
            strict: true,
            schema: {
              type: 'object',
              additionalProperties: false,
              required: ['a'],
              properties: {
                a: { type: 'object', additionalProperties: false, properties: { b: { type: 'string' } }, required: [] },
              },
            },
          },
        },
      },
      /context=\('properties', 'a'\), 'required' is required.*Missing 'b'/,
    ],
    [
      'a foreign signature on reasoning',
      {
        messages: [
          USER,
          {
            role: 'assistant',
            content: 'x',
            reasoning_details: [{ type: 'reasoning.text', text: 'a', signature: 'Zm9yZWlnbg==' }],
          },
          USER,
        ],
      },
      /Invalid `signature`/,
    ],
    [
      'a foreign signature on a call',
      {
        messages: [
          USER,
          {
            role: 'assistant',
            tool_calls: [{ ...call('a'), extra_content: { google: { thought_signature: 'Zm9y' } } }],
          },
          result('a'),
        ],
      },
      /Corrupted thought signature/,
    ],
  ];
  for (const [name, more, words] of cases) it(name, async () => expect((await refusal(more)).message).toMatch(words));

  it('a body that is no JSON', async () => {
    expect((await send(sim.url, { ...chat('sim', false), body: '{"model":' })).text).toContain(
      'could not parse the JSON body',
    );
  });

  it('no model', async () =>
    expect((await refusal({ model: undefined })).message).toBe('you must provide a model parameter'));

  it('with code and param of the vendor', async () => {
    expect(await refusal({ messages: [] })).toMatchObject({
      code: 'empty_array',
      param: 'messages',
      type: 'invalid_request_error',
    });
  });
});

describe('and answers what the vendor answers', () => {
  it('a whole round of tools, two results in any order', () =>
    accepted({ messages: [USER, CALLING, result('call_2'), result('call_1'), USER], tools: [TOOL] }));
  it('system and developer, also in the middle', () =>
    accepted({
      messages: [
        { role: 'developer', content: 'x' },
        USER,
        { role: 'system', content: [{ type: 'text', text: 'y' }] },
        USER,
      ],
    }));
  it('images, sounds and files of the user', () =>
    accepted({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'x' },
            { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
            { type: 'input_audio', input_audio: {} },
            { type: 'file', file: {} },
          ],
        },
      ],
    }));
  it('unknown fields, when the options say so', async () => {
    const lenient = await serveSim({ unknownFields: 'allow' });
    expect((await send(lenient.url, chat('sim', false, { top_k: 5 }))).status).toBe(200);
    await lenient.close();
  });
  it('its own signature on a call, which a signing model also demands', async () => {
    const model = 'sim-tools-signed';
    const first = JSON.parse((await send(sim.url, chat(model, false, { tools: [TOOL] }))).text).choices[0].message;
    const again = (message: object) =>
      send(sim.url, chat(model, false, { tools: [TOOL], messages: [USER, message, result(first.tool_calls[0].id)] }));
    expect((await again(first)).status).toBe(200);
    const { extra_content: _, ...bare } = first.tool_calls[0];
    expect((await again({ ...first, tool_calls: [bare] })).text).toContain('missing a thought_signature');
  });
});

describe('keys', () => {
  it('a missing one is 401 in the vendor’s words, a wrong one too', async () => {
    const guarded = await serveSim({ keys: ['sk-right'] });
    const answers = await Promise.all(
      [{}, { authorization: 'Bearer sk-wrong' }, { authorization: 'Bearer sk-right' }].map((headers) =>
        send(guarded.url, { ...chat('sim', false), headers: { ...headers } }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 200]);
    expect(answers[0]?.text).toContain("You didn't provide an API key");
    expect(answers[1]?.text).toContain('Incorrect API key provided');
    await guarded.close();
  });
  it('api-key is for Azure only', async () => {
    expect((await send(sim.url, { ...chat('sim', false), headers: { 'api-key': 'k' } })).status).toBe(401);
  });
});
