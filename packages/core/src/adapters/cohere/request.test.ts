import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../chat/request.ts';
import { isGatewayError } from '../../kit/errors.ts';
import { cohere } from './index.ts';
import { body, exchange, inbound, jsonOf, target } from './support.type-test.ts';

const render = (request: ChatRequest, model?: string) => cohere.client.render(request, target(model), exchange());
const parse = (value: object) => cohere.server.parse(value, inbound());
const ask = { messages: [{ role: 'user', content: 'Hello' }] };

function paramOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return isGatewayError(error) ? error.param : String(error);
  }
  return undefined;
}

// Source of the members: https://docs.cohere.com/reference/chat
const WHOLE = {
  model: 'command-a-reasoning-08-2025',
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'See' },
        { type: 'image_url', image_url: { url: 'https://a.test/x.png', detail: 'low' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'text', text: 'A cat.' },
      ],
      tool_plan: 'I will look.',
      tool_calls: [{ id: 'look_1', type: 'function', function: { name: 'look', arguments: '{"at":"Bern"}' } }],
      citations: [
        {
          start: 0,
          end: 5,
          text: 'A cat',
          sources: [{ type: 'tool', id: 'x:0', tool_output: { a: 'b' } }],
          content_index: 1,
          type: 'TEXT_CONTENT',
        },
      ],
    },
    {
      role: 'tool',
      tool_call_id: 'look_1',
      content: [{ type: 'document', document: { id: 'd1', data: { sky: 'grey' } } }],
    },
    { role: 'user', content: 'And?' },
  ],
  documents: ['a text', { id: 'd2', data: { title: 'T', snippet: 'S' } }],
  tools: [
    {
      type: 'function',
      function: { name: 'look', description: 'Looks.', parameters: { type: 'object', properties: {} } },
    },
  ],
  strict_tools: true,
  tool_choice: 'REQUIRED',
  citation_options: { mode: 'FAST' },
  safety_mode: 'STRICT',
  priority: 3,
  max_tokens: 9,
  stop_sequences: ['x'],
  temperature: 0.1,
  seed: 1,
  frequency_penalty: 0.2,
  presence_penalty: 0.3,
  k: 4,
  p: 0.5,
  logprobs: true,
  thinking: { type: 'enabled', token_budget: 6 },
};

describe('a request', () => {
  it('is the same after the chat model, member by member', () => {
    expect(jsonOf(render(parse(WHOLE)))).toEqual(WHOLE);
    expect(render(parse(WHOLE)).dropped).toEqual([]);
  });

  it('has its documents where other formats find them: files of the last user message', () => {
    const { messages } = parse(WHOLE);
    expect(messages.at(-1)?.content).toMatchObject([{ type: 'file' }, { type: 'file', name: 'T' }, { type: 'text' }]);
    const result = messages.find(({ role }) => role === 'tool')?.content[0];
    expect(result).toMatchObject({ name: 'look', content: [{ type: 'text', text: 'grey' }] });
  });

  it('case 67: its schema goes as it is, and none beside tools or documents, which the API refuses', () => {
    const schema = { type: 'object', properties: { a: { $ref: '#/$defs/x' } }, $defs: { x: { type: 'string' } } };
    const responseFormat = { type: 'json-schema', schema } as const;
    const messages: ChatRequest['messages'] = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }];
    expect(jsonOf(render({ messages, responseFormat })).response_format).toEqual({
      type: 'json_object',
      json_schema: schema,
    });
    const beside = render({ messages, responseFormat, tools: [{ type: 'function', name: 'f' }] });
    expect([beside.dropped, jsonOf(beside).response_format]).toEqual([['response_format'], undefined]);
  });

  it('case 70: a number that the API can not take at all is left out and reported, never changed', () => {
    const call = render({ ...parse(ask), topP: 1, topK: 501, frequencyPenalty: -1, temperature: 3 });
    expect(jsonOf(call)).toMatchObject({ temperature: 3 });
    expect(call.dropped).toEqual(['frequency_penalty', 'top_k', 'top_p']);
  });

  it.each([
    [{ effort: 'high' }, 'command-a-03-2025', undefined, ['reasoning_effort']],
    [{ effort: 'none' }, 'command-a-03-2025', undefined, []],
    [{ effort: 'none' }, 'command-a-reasoning-08-2025', { type: 'disabled' }, []],
    [{ effort: 'low' }, 'some-new-model', { type: 'enabled', token_budget: 2048 }, []],
    [{ budget: -1 }, 'some-new-model', { type: 'enabled' }, []],
  ] as const)('thinking %j of %s', (reasoning, model, thinking, dropped) => {
    const call = render({ ...parse(ask), reasoning }, model);
    expect([jsonOf(call).thinking, call.dropped]).toEqual([thinking, dropped]);
  });

  it('sends thinking back to who thought it, and nobody else’s', () => {
    const thinking = (origin: object) => ({ type: 'reasoning', text: 'Hm.', ...origin }) as const;
    const said = { type: 'text', text: 'Hi' } as const;
    const messages = (origin: object): ChatRequest => ({
      messages: [
        { role: 'user', content: [said] },
        { role: 'assistant', content: [thinking(origin), said] },
        { role: 'user', content: [said] },
      ],
    });
    const own = render(messages({ origin: { format: 'cohere', provider: 'cohere' } }));
    expect(JSON.stringify(jsonOf(own))).toContain('Hm.');
    for (const origin of [
      { origin: { format: 'gemini' } },
      { origin: { format: 'cohere', provider: 'other' } },
      { signature: 'c2ln' },
    ]) {
      const call = render(messages(origin));
      expect([call.dropped, JSON.stringify(jsonOf(call)).includes('Hm.')]).toEqual([['reasoning'], false]);
    }
  });
});

describe('a bad request is one clear error with its place', () => {
  it.each([
    [{ ...ask, messages: 'hi' }, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: [{ role: 'nobody', content: 'x' }] }, 'messages.0.role'],
    [{ messages: [{ role: 'user', content: [{ text: 'x' }] }] }, 'messages.0.content.0.type'],
    [{ messages: [{ role: 'user', content: [{ type: 'text', text: 5 }] }] }, 'messages.0.content.0.text'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.tool_call_id'],
    [{ messages: [{ role: 'assistant', tool_calls: [{ id: 'a' }] }] }, 'messages.0.tool_calls.0.function'],
    [{ ...ask, documents: [5] }, 'documents.0'],
    [{ ...ask, tools: {} }, 'tools'],
    [{ ...ask, tools: [{ type: 'function' }] }, 'tools.0.function'],
  ])('%j', (value, param) => {
    expect(paramOf(() => parse(value))).toBe(param);
  });

  it.each([
    [{ messages: [] }, 'model'],
    [{ model: 5, messages: [] }, 'model'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', messages: [], stream: 'yes' }, 'stream'],
    [{ model: 'm', messages: [], max_tokens: -1 }, 'max_tokens'],
  ])('%j', (value, param) => {
    expect(paramOf(() => cohere.server.peek(body(value).fields(), inbound()))).toBe(param);
  });
});

describe('what refused calls mean', () => {
  // Source: the messages of https://docs.cohere.com/reference/errors and https://docs.cohere.com/docs/rate-limits
  it.each([
    [
      400,
      'too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292.',
      'context-length',
    ],
    [400, 'invalid request: message must be at least 1 token long', 'rejected'],
    [401, 'invalid api token', 'credentials'],
    [402, 'Please add or update your payment method', 'credentials'],
    [
      404,
      "model 'x' not found, make sure the correct model ID was used and that you have access to the model.",
      'model-not-found',
    ],
    [429, 'You are using a Trial key, which is limited to 10 API calls / minute.', 'rate-limited'],
    [429, 'You are using a Trial key, which is limited to 1000 API calls / month.', 'quota'],
    [498, 'blocked', 'content-filter'],
    [500, 'internal server error', 'unavailable'],
    [503, '', 'overloaded'],
    [504, '', 'timeout'],
  ])('%d %s', (status, message, kind) => {
    expect(cohere.client.fault(status, () => undefined, JSON.stringify({ message }))).toMatchObject({ kind, status });
  });
});
