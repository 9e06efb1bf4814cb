import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../chat/request.ts';
import { gemini } from './index.ts';
import { inbound } from './support.type-test.ts';

const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];

describe('a request', () => {
  const parse = (body: unknown): ChatRequest => gemini.server.parse(body, inbound());

  it('may be short: text for contents, text for the instruction, a lone part', () => {
    expect(parse({ contents: 'Hi', systemInstruction: 'Be brief.' }).messages).toEqual([
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
    ]);
    expect(parse({ contents: { parts: { text: 'Hi' } } }).messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
    ]);
  });

  it('wrapped for a token count is read inside', () => {
    expect(parse({ generateContentRequest: { contents } }).messages).toHaveLength(1);
    expect(parse({ generate_content_request: { contents } }).messages).toHaveLength(1);
  });

  it('pairs results with calls by name and order where ids are missing, and by the call when only it has one', () => {
    const { messages } = parse({
      contents: [
        { role: 'user', parts: [{ text: 'Hi' }] },
        {
          role: 'model',
          parts: [
            { functionCall: { name: 'f' } },
            { functionCall: { id: 'g1', name: 'g' } },
            { functionCall: { name: 'f' } },
          ],
        },
        {
          role: 'function',
          parts: [
            { functionResponse: { name: 'g', response: {} } },
            { functionResponse: { name: 'f', response: { n: 1 } } },
            { functionResponse: { name: 'f', response: { n: 2 } } },
            { functionResponse: { name: 'h', response: {} } },
          ],
        },
      ],
    });
    expect(messages[1]?.content).toMatchObject([{ callId: 'call_0_f' }, { callId: 'g1' }, { callId: 'call_2_f' }]);
    expect(messages[2]).toMatchObject({
      role: 'tool',
      content: [
        { callId: 'g1' },
        { callId: 'call_0_f', content: [{ text: '{"n":1}' }] },
        { callId: 'call_2_f', content: [{ text: '{"n":2}' }] },
        { callId: 'call_3_h' },
      ],
    });
  });

  it('keeps results of tools in messages of their own', () => {
    const { messages } = parse({
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'a' },
            { functionResponse: { id: '1', name: 'f', response: { result: 'x' } } },
            { text: 'b' },
          ],
        },
      ],
    });
    expect(messages.map((message) => message.role)).toEqual(['user', 'tool', 'user']);
  });

  it('has its schema in the words of JSON Schema for every other vendor', () => {
    const parameters = {
      type: 'OBJECT',
      properties: {
        a: { type: 'STRING', nullable: true },
        b: { type: 'ARRAY', items: { any_of: [{ type: 'INTEGER' }, { type: 'NUMBER' }] }, min_items: '2' },
      },
      required: ['a'],
    };
    expect(parse({ contents, tools: [{ functionDeclarations: [{ name: 'f', parameters }] }] }).tools).toMatchObject([
      {
        inputSchema: {
          type: 'object',
          properties: {
            a: { type: ['string', 'null'] },
            b: { type: 'array', items: { anyOf: [{ type: 'integer' }, { type: 'number' }] }, minItems: 2 },
          },
          required: ['a'],
        },
      },
    ]);
  });

  it('names by their path the fields that the chat model does not have', () => {
    const { extensions } = parse({
      contents,
      safetySettings: [],
      generationConfig: { mediaResolution: 'X', thinkingConfig: { depth: 1 } },
      toolConfig: { retrievalConfig: {}, functionCallingConfig: { mode: 'VALIDATED' } },
      serviceTier: 'odd',
    });
    expect(Object.keys(extensions?.['gemini'] ?? {})).toEqual([
      'safetySettings',
      'generationConfig.mediaResolution',
      'generationConfig.thinkingConfig.depth',
      'toolConfig.retrievalConfig',
      'toolConfig.functionCallingConfig.mode',
      'serviceTier',
    ]);
  });

  it.each([
    [null, undefined],
    [[], undefined],
    [{}, 'contents'],
    [{ contents: [{ role: 'system', parts: [] }] }, 'contents.0.role'],
    [{ contents: [7] }, 'contents.0'],
    [{ contents: [{ parts: ['x'] }] }, 'contents.0.parts.0'],
    [{ contents, tools: [{ functionDeclarations: [{ description: 'x' }] }] }, 'tools.0.functionDeclarations.0.name'],
    [{ contents, tools: ['x'] }, 'tools.0'],
    [{ contents, generationConfig: { temperature: 'hot' } }, 'generationConfig.temperature'],
    [{ contents, generationConfig: { stopSequences: 7 } }, 'generationConfig.stopSequences'],
    [{ contents, toolConfig: 'x' }, 'toolConfig'],
  ])('that is %j is refused at %s', (body, param) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });
});
