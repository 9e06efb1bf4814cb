import { describe, expect, it } from 'vitest';
import type { Part } from '../../chat/parts.ts';
import type { ChatRequest, Message } from '../../chat/request.ts';
import { gemini } from './index.ts';
import { exchange, send, target } from './support.type-test.ts';

const text = (words: string): Part => ({ type: 'text', text: words });
const user = (...content: Part[]): Message => ({ role: 'user', content });
const assistant = (...content: Part[]): Message => ({ role: 'assistant', content });
const tool = (callId: string, words: string, more: object = {}): Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', callId, content: [{ type: 'text', text: words }], ...more }],
});
const call = (callId: string, name: string, input = '{}', more: object = {}): Part => ({
  type: 'tool-call',
  callId,
  name,
  input,
  ...more,
});
const HI = [user(text('Hi'))];

describe('tools', () => {
  it('go with their JSON Schema as it is', () => {
    const inputSchema = {
      $defs: { a: { type: 'string' } },
      type: 'object',
      properties: { x: { $ref: '#/$defs/a' }, y: { anyOf: [{ type: 'number' }, { type: 'null' }] } },
      additionalProperties: false,
    };
    expect(send({ tools: [{ type: 'function', name: 'f', description: 'd', inputSchema }] }).body['tools']).toEqual([
      { functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: inputSchema }] },
    ]);
  });

  it('with names that the API refuses are renamed, everywhere, and told apart', () => {
    const long = `${'n'.repeat(128)}1`;
    const request: Partial<ChatRequest> = {
      tools: ['get weather', 'get_weather', '1st', long].map((name) => ({ type: 'function', name })),
      toolChoice: { type: 'required', allowed: ['get weather', '1st'] },
      messages: [...HI, assistant(call('a', 'get weather'), call('b', 'öld tool')), tool('a', 'x'), tool('b', 'y')],
    };
    const { body } = send(request, 'gemini-2.5-pro');
    expect(body['tools']).toEqual([
      {
        functionDeclarations: [
          { name: 'get_weather_2' },
          { name: 'get_weather' },
          { name: '_1st' },
          { name: 'n'.repeat(128) },
        ],
      },
    ]);
    expect(body['toolConfig']).toEqual({
      functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['get_weather_2', '_1st'] },
    });
    expect(JSON.stringify(body['contents'])).toContain('"functionCall":{"id":"b","name":"_ld_tool"');
    expect(JSON.stringify(body['contents'])).toContain('"functionResponse":{"id":"a","name":"get_weather_2"');
    const sent = gemini.client.render({ messages: HI, ...request }, target(), exchange());
    const reply = gemini.client.parse(
      { candidates: [{ content: { parts: [{ functionCall: { name: 'get_weather_2' } }] }, finishReason: 'STOP' }] },
      sent,
      exchange(),
    );
    expect(reply).toMatchObject({ choices: [{ content: [{ type: 'tool-call', name: 'get weather' }] }] });
  });

  it('of free text go as functions with one argument, and come back as text', () => {
    const sent = gemini.client.render(
      { messages: HI, tools: [{ type: 'custom', name: 'shell', description: 'd', format: { type: 'grammar' } }] },
      target(),
      exchange(),
    );
    expect(JSON.parse(String(sent.body))).toMatchObject({
      tools: [
        {
          functionDeclarations: [
            {
              name: 'shell',
              parametersJsonSchema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
            },
          ],
        },
      ],
    });
    expect(sent.dropped).toEqual(['tools.0.custom.format']);
    const reply = gemini.client.parse(
      {
        candidates: [
          { content: { parts: [{ functionCall: { name: 'shell', args: { input: 'ls -l' } } }] }, finishReason: 'STOP' },
        ],
      },
      sent,
      exchange(),
    );
    expect(reply).toMatchObject({
      choices: [{ content: [{ type: 'tool-call', name: 'shell', input: 'ls -l', custom: true }] }],
    });
  });

  it('of other vendors and strictness are reported', () => {
    const { body, dropped } = send(
      {
        tools: [
          { type: 'server', format: 'anthropic-messages', name: 'web_search_20250305', value: {} },
          { type: 'function', name: 'f', strict: true, cache: {} },
        ],
      },
      'gemini-2.0-flash',
    );
    expect(body['tools']).toEqual([{ functionDeclarations: [{ name: 'f' }] }]);
    expect(dropped).toEqual(['web_search_20250305', 'tools.1.function.strict', 'cache_control']);
  });

  it.each([
    [{}, 'gemini-2.5-flash', 'VALIDATED', []],
    [{ toolChoice: { type: 'auto' } }, 'gemini-3.5-flash', 'VALIDATED', []],
    [{ toolChoice: { type: 'required' } }, 'gemini-2.0-flash', 'ANY', []],
    [{ toolChoice: { type: 'auto' } }, 'gemini-2.0-flash', 'AUTO', ['tools.1.function.strict']],
    [{ toolChoice: { type: 'none' } }, 'gemini-3.5-flash', 'NONE', ['tools.1.function.strict']],
  ] as [Partial<ChatRequest>, string, string, string[]][])(
    'that are strict, by the choice %j for %s, go with mode %s',
    (request, model, mode, dropped) => {
      const sent = send(
        {
          tools: [
            { type: 'function', name: 'f' },
            { type: 'function', name: 'g', strict: true },
          ],
          ...request,
        },
        model,
      );
      expect(sent.body['toolConfig']).toEqual({ functionCallingConfig: { mode } });
      expect(sent.dropped).toEqual(dropped);
    },
  );

  const tools = [
    { type: 'function' as const, name: 'f' },
    { type: 'function' as const, name: 'g' },
  ];
  it.each([
    [{ type: 'auto' }, { mode: 'AUTO' }],
    [{ type: 'required' }, { mode: 'ANY' }],
    [{ type: 'none' }, { mode: 'NONE' }],
    [
      { type: 'tool', name: 'f' },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
    [
      { type: 'auto', allowed: ['f'] },
      { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
    ],
    [
      { type: 'required', allowed: ['f', 'g'] },
      { mode: 'ANY', allowedFunctionNames: ['f', 'g'] },
    ],
  ] as [ChatRequest['toolChoice'] & object, unknown][])('are chosen by %j', (toolChoice, functionCallingConfig) => {
    expect(send({ tools, toolChoice }).body['toolConfig']).toEqual({ functionCallingConfig });
  });

  it('need no choice when there are none', () => {
    expect(send({ toolChoice: { type: 'auto' } }).body).not.toHaveProperty('toolConfig');
  });

  it('keep their order and their bytes over a thousand calls (case 73)', () => {
    const request: ChatRequest = {
      messages: HI,
      tools: ['b', 'a', 'c'].map((name) => ({
        type: 'function',
        name,
        inputSchema: { type: 'object', properties: { z: {}, a: {} } },
      })),
    };
    const bodies = new Set(
      Array.from({ length: 1000 }, () => gemini.client.render(request, target(), exchange()).body),
    );
    expect(bodies.size).toBe(1);
  });
});
