import { describe, expect, it } from 'vitest';
import type { ReasoningPart } from '../../chat/parts.ts';
import { RequestError } from '../../kit/errors.ts';
import { openaiResponses } from './index.ts';
import { body, exchange, inbound, parse, peekOf, target, translate } from './support.type-test.ts';

/** Source of the fields: https://platform.openai.com/docs/api-reference/responses/create */
describe('what decisions rest on', () => {
  it.each([
    [{ input: 'Hi' }, 'model'],
    [{ model: '', input: 'Hi' }, 'model'],
    [{ model: 'm', input: 'Hi', stream: 'yes' }, 'stream'],
    [{ model: 'm', input: 'Hi', max_output_tokens: '9' }, 'max_output_tokens'],
    [{ model: 'm', input: 'Hi', reasoning: 'low' }, 'reasoning'],
    [{ model: 'm', input: 'Hi', store: 'no' }, 'store'],
    [{ model: 'm', input: 'Hi', include: 'all' }, 'include'],
  ])('is refused when it is missing or wrong: %j', (request, param) => {
    expect(() => peekOf(request)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  it('is not the input: what may stand in its place is for a provider of this format to say', () => {
    expect(peekOf({ model: 'm' })).toMatchObject({ model: 'm', stream: false });
  });

  it('tells tool servers, which the provider would call', () => {
    expect(peekOf({ model: 'm', input: 'Hi', tools: [{ type: 'mcp', server_label: 'x' }] }).remoteTools).toBe(true);
    expect(peekOf({ model: 'm', input: 'Hi', tools: [{ type: 'web_search' }] }).remoteTools).toBeUndefined();
  });
});

describe('items that are wrong', () => {
  it.each([
    [{ input: 5 }, 'input'],
    [{ input: ['Hi'] }, 'input.0'],
    [{ input: [{}] }, 'input.0.type'],
    [{ input: [{ role: 'robot', content: 'Hi' }] }, 'input.0.role'],
    [{ input: [{ role: 'user' }] }, 'input.0.content'],
    [{ input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, 'input.0.content.0.text'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'input.0.content.0.image_url'],
    [{ input: [{ type: 'function_call', name: 'f' }] }, 'input.0.call_id'],
    [{ input: [{ type: 'function_call', call_id: 'c' }] }, 'input.0.name'],
    [{ input: [{ type: 'function_call_output', output: 'x' }] }, 'input.0.call_id'],
    [{ tools: {} }, 'tools'],
    [{ tools: [{ type: 'function' }] }, 'tools.0.name'],
    [{ tool_choice: 7 }, 'tool_choice'],
    [{ instructions: 7 }, 'instructions'],
  ])('are refused with their place: %j', (request, param) => {
    expect(() => parse(request)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });
});

describe('what rests on the state of a provider', () => {
  it.each([
    ['previous_response_id', { previous_response_id: 'resp_1' }, /`input` items/],
    ['conversation', { conversation: 'conv_1' }, /`input` items/],
    ['background', { background: true }, /without `background`/],
    ['prompt', { prompt: { id: 'pmpt_1' } }, /`instructions`/],
  ])('%s is refused for a provider of another format, with what to do instead', (param, fields, words) => {
    const request = parse(fields);
    const refusing = () => openaiResponses.server.needsOwn?.(request);
    expect(refusing).toThrow(expect.objectContaining({ code: 'operation_unsupported', status: 400, param }));
    expect(refusing).toThrow(words);
    expect(refusing).toThrow(RequestError);
  });

  it('nothing at all to answer is refused for a provider of another format', () => {
    const refusing = () => openaiResponses.server.needsOwn?.(parse({ input: undefined }));
    expect(refusing).toThrow(expect.objectContaining({ code: 'invalid_request', param: 'input' }));
  });

  it('reaches a provider of this format as it is', () => {
    expect(translate({ previous_response_id: 'resp_1' }).body).toMatchObject({
      previous_response_id: 'resp_1',
      input: [{ role: 'user', content: 'Hi' }],
    });
  });

  it.each([{ background: false }, { store: false }, { truncation: 'disabled' }])(
    'is not %j, which is the usual',
    (fields) => {
      const request = parse(fields);
      openaiResponses.server.needsOwn?.(request);
      expect(request.extensions).toBeUndefined();
    },
  );
});

describe('a request that comes back as it was', () => {
  const INPUT = [
    { role: 'developer', content: 'Never guess.' },
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'What is it?' },
        { type: 'input_image', image_url: 'https://example.com/cat.png', detail: 'high' },
        { type: 'input_image', file_id: 'file_1' },
        { type: 'input_file', file_url: 'https://example.com/a.pdf' },
        { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
      ],
    },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'gAAA+/==' },
    { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'cats' } },
    {
      id: 'msg_1',
      phase: 'commentary',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Let me look.' }],
    },
    { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":"Bern"}' },
    { id: 'ctc_1', type: 'custom_tool_call', call_id: 'call_2', name: 'sql', input: 'select 1' },
    {
      type: 'function_call_output',
      call_id: 'call_1',
      output: [{ type: 'input_image', image_url: 'https://example.com/view.png' }],
    },
    { type: 'custom_tool_call_output', call_id: 'call_2', output: '1' },
    { type: 'item_reference', id: 'msg_0' },
  ];
  const REQUEST = {
    instructions: 'Be brief.',
    input: INPUT,
    tools: [
      { type: 'function', name: 'look', strict: false, parameters: { type: 'object', properties: {} } },
      { type: 'function', name: 'strict', strict: true, parameters: { type: 'object', properties: {} } },
      { type: 'custom', name: 'sql', format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' } },
      { type: 'web_search', search_context_size: 'low' },
    ],
    tool_choice: {
      type: 'allowed_tools',
      mode: 'auto',
      tools: [
        { type: 'function', name: 'look' },
        { type: 'custom', name: 'sql' },
      ],
    },
    parallel_tool_calls: false,
    max_output_tokens: 99,
    temperature: 0.5,
    top_p: 0.9,
    top_logprobs: 2,
    text: { format: { type: 'json_schema', name: 'x', strict: true, schema: { type: 'object' } }, verbosity: 'low' },
    reasoning: { effort: 'low', summary: 'auto' },
    include: ['reasoning.encrypted_content', 'message.output_text.logprobs', 'web_search_call.action.sources'],
    truncation: 'auto',
    service_tier: 'flex',
    metadata: { shop: 'bern' },
    prompt_cache_key: 'k',
    user: 'u',
    store: true,
    max_tool_calls: 3,
  };

  it('says the same at a provider of this format, when a hook looked at it', () => {
    const { body: sent, call } = translate(REQUEST);
    expect(sent).toEqual({ model: 'gpt-5.4', ...REQUEST });
    expect([call.dropped, call.inserted]).toEqual([[], []]);
  });

  it('keeps a choice that only this API has', () => {
    const tools = [{ type: 'web_search' }];
    expect(translate({ tools, tool_choice: { type: 'web_search' } }).body).toMatchObject({
      tools,
      tool_choice: { type: 'web_search' },
    });
  });

  it('keeps no answers and asks for encrypted reasoning for a client of another format', () => {
    const call = openaiResponses.client.render({ messages: [] }, target, exchange());
    expect(JSON.parse(String(call.body))).toMatchObject({ store: false, include: ['reasoning.encrypted_content'] });
    const plain = openaiResponses.client.render({ messages: [] }, { ...target, model: 'gpt-4.1' }, exchange());
    expect(JSON.parse(String(plain.body))).not.toHaveProperty('include');
  });
});

describe('reasoning of another provider', () => {
  const foreign: ReasoningPart = {
    type: 'reasoning',
    text: 'So.',
    signature: 'c2ln',
    origin: { format: 'anthropic-messages', provider: 'an', model: 'claude' },
  };
  const told = openaiResponses.server.render(
    {
      choices: [
        {
          content: [
            foreign,
            { type: 'text', text: 'Well.', signature: 'dGV4dA==', origin: { format: 'gemini' } },
            {
              type: 'tool-call',
              callId: 'call_1',
              name: 'f',
              input: '{}',
              signature: 'Y2FsbA==',
              origin: { format: 'gemini' },
            },
          ],
          stopReason: 'tool-calls',
        },
      ],
    },
    exchange(),
  );
  const { output } = told.body as { output: object[] };

  it('comes back byte for byte when the client sends its items back', () => {
    const [message] = parse({ input: output }).messages;
    expect(message?.content).toMatchObject([
      foreign,
      { type: 'text', text: 'Well.', signature: 'dGV4dA==', origin: { format: 'gemini' } },
      { type: 'tool-call', callId: 'call_1', signature: 'Y2FsbA==', origin: { format: 'gemini' } },
    ]);
    expect(told.dropped).toEqual([]);
  });

  it('keeps the bytes from passing to the vendor, who would refuse it, and is reported there', () => {
    const request = { model: 'm', input: output };
    expect(openaiResponses.client.passes?.(body(request), target)).toBe(false);
    expect(openaiResponses.client.passes?.(body({ model: 'm', input: 'postern. "postern.' }), target)).toBe(true);
    const call = openaiResponses.client.render(openaiResponses.server.parse(request, inbound), target, exchange());
    expect(call.dropped).toEqual(['reasoning', 'reasoning.signature']);
    expect(String(call.body)).not.toContain('postern');
  });
});

describe('a whole answer', () => {
  it('repeats its request, as the API does', () => {
    const tools = [{ type: 'function', name: 'f', parameters: { type: 'object' } }];
    const echo = openaiResponses.server.echo?.({
      model: 'm',
      input: 'Hi',
      instructions: 'Be brief.',
      temperature: 0.2,
      tools,
    });
    const { body: told } = openaiResponses.server.render(
      { choices: [{ content: [], stopReason: 'stop' }] },
      exchange({}, echo),
    );
    expect(told).toMatchObject({
      instructions: 'Be brief.',
      temperature: 0.2,
      top_p: 1,
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: null, description: null }],
      store: false,
      status: 'completed',
    });
  });

  it('that was cut says so, of its last item too', () => {
    const { body: told } = openaiResponses.server.render(
      { choices: [{ content: [{ type: 'text', text: 'Once upon' }], stopReason: 'length' }] },
      exchange(),
    );
    expect(told).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      completed_at: null,
      output: [{ type: 'message', status: 'incomplete' }],
    });
  });
});
