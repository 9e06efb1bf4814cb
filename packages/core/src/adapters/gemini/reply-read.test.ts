import { describe, expect, it } from 'vitest';
import { gemini } from './index.ts';
import { answer, exchange, firstChoice, ORIGIN, read, SIGNATURE, target } from './support.type-test.ts';

const SENT = gemini.client.render({ messages: [] }, target(), exchange());

describe('an answer', () => {
  it('reads as parts in their order, each signature on its own part', () => {
    const reply = read(
      answer([
        { text: 'Hm.', thought: true },
        { text: 'Hello.', thoughtSignature: SIGNATURE },
        { functionCall: { id: 'f1', name: 'weather', args: { city: 'Rome' } }, thoughtSignature: SIGNATURE },
        { functionCall: { name: 'now' } },
      ]),
    );
    expect(reply).toEqual({
      id: 'r1',
      model: 'gemini-3.5-flash',
      choices: [
        {
          content: [
            { type: 'reasoning', text: 'Hm.', summary: true },
            { type: 'text', text: 'Hello.', signature: SIGNATURE, origin: ORIGIN },
            {
              type: 'tool-call',
              callId: 'f1',
              name: 'weather',
              input: '{"city":"Rome"}',
              signature: SIGNATURE,
              origin: ORIGIN,
            },
            { type: 'tool-call', callId: 'call_1', name: 'now', input: '{}' },
          ],
          stopReason: 'tool-calls',
        },
      ],
    });
  });

  it('keeps a signature on an empty part of its own (case 63), and no empty part without one', () => {
    expect(
      firstChoice(answer([{ text: 'Hi' }, { text: '' }, { text: '', thoughtSignature: SIGNATURE }])).content,
    ).toEqual([
      { type: 'text', text: 'Hi' },
      { type: 'text', text: '', signature: SIGNATURE, origin: ORIGIN },
    ]);
  });

  it('keeps apart what the vendor ran itself', () => {
    const parts = [
      { executableCode: { language: 'PYTHON', code: '1+1' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '2' } },
      { text: 'Two.' },
    ];
    expect(firstChoice(answer(parts))).toMatchObject({
      stopReason: 'stop',
      content: [
        {
          type: 'server-tool-call',
          callId: 'call_1',
          name: 'code_execution',
          input: '{"language":"PYTHON","code":"1+1"}',
        },
        {
          type: 'server-tool-result',
          callId: 'call_1',
          name: 'code_execution',
          content: { outcome: 'OUTCOME_OK', output: '2' },
        },
        { type: 'text', text: 'Two.' },
      ],
    });
  });

  it('holds images and speech as media', () => {
    expect(
      firstChoice(
        answer([
          { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
          { inlineData: { mimeType: 'audio/L16;codec=pcm;rate=24000', data: 'BBBB' } },
        ]),
      ).content,
    ).toEqual([
      { type: 'image', source: { kind: 'base64', data: 'AAAA', mediaType: 'image/png' } },
      { type: 'audio', source: { kind: 'base64', data: 'BBBB', mediaType: 'audio/L16;codec=pcm;rate=24000' } },
    ]);
  });

  it('puts several candidates in the order of their index', () => {
    const reply = read({
      candidates: [
        { index: 1, content: { parts: [{ text: 'b' }] }, finishReason: 'STOP' },
        { content: { parts: [{ text: 'a' }] }, finishReason: 'MAX_TOKENS' },
      ],
    });
    expect(reply.choices).toEqual([
      { content: [{ type: 'text', text: 'a' }], stopReason: 'length' },
      { content: [{ type: 'text', text: 'b' }], stopReason: 'stop' },
    ]);
  });

  const CALL = { functionCall: { name: 'f' } };
  const TEXT = { text: 'a' };
  it.each([
    ['STOP', TEXT, 'stop', undefined],
    ['STOP', CALL, 'tool-calls', undefined],
    ['MAX_TOKENS', TEXT, 'length', undefined],
    ['MAX_TOKENS', CALL, 'length', undefined],
    ['SAFETY', TEXT, 'content-filter', undefined],
    ['RECITATION', TEXT, 'content-filter', 'RECITATION'],
    ['BLOCKLIST', TEXT, 'content-filter', 'BLOCKLIST'],
    ['PROHIBITED_CONTENT', TEXT, 'content-filter', 'PROHIBITED_CONTENT'],
    ['SPII', TEXT, 'content-filter', 'SPII'],
    ['IMAGE_SAFETY', TEXT, 'content-filter', 'IMAGE_SAFETY'],
    ['LANGUAGE', TEXT, 'other', 'LANGUAGE'],
    ['OTHER', TEXT, 'other', undefined],
    ['MALFORMED_FUNCTION_CALL', TEXT, 'other', 'MALFORMED_FUNCTION_CALL'],
    ['MALFORMED_FUNCTION_CALL', CALL, 'other', 'MALFORMED_FUNCTION_CALL'],
    ['UNEXPECTED_TOOL_CALL', TEXT, 'other', 'UNEXPECTED_TOOL_CALL'],
    ['TOO_MANY_TOOL_CALLS', TEXT, 'other', 'TOO_MANY_TOOL_CALLS'],
    ['A_WORD_OF_TOMORROW', TEXT, 'other', 'A_WORD_OF_TOMORROW'],
    [undefined, CALL, 'tool-calls', undefined],
    [undefined, TEXT, 'other', undefined],
  ])(
    'that ends with %s after %j stopped for %s (case 38: the reason follows from what happened)',
    (finishReason, part, stopReason, nativeStopReason) => {
      const read = firstChoice(answer([part], { finishReason }));
      expect([read.stopReason, read.nativeStopReason]).toEqual([stopReason, nativeStopReason]);
    },
  );

  it('to a refused prompt is one empty choice that the filter ended', () => {
    const body = {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT', safetyRatings: [] },
      usageMetadata: { promptTokenCount: 8, totalTokenCount: 8 },
      modelVersion: 'm',
    };
    const reply = read(body);
    expect(reply).toMatchObject({
      choices: [{ content: [], stopReason: 'content-filter', nativeStopReason: 'PROHIBITED_CONTENT' }],
      usage: { input: 8 },
    });
    expect(gemini.server.render(reply, exchange()).body).toMatchObject({
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT', safetyRatings: [] },
    });
    expect(gemini.server.render(reply, exchange()).body).not.toHaveProperty('candidates');
  });

  it.each([
    [
      'an error with status 200 (case 58)',
      { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } },
      { kind: 'overloaded', status: 503 },
    ],
    [
      'an error in a list',
      [{ error: { code: 400, message: 'bad', status: 'INVALID_ARGUMENT' } }],
      { kind: 'rejected' },
    ],
    ['no candidates', { usageMetadata: {} }, { kind: 'invalid-response' }],
    ['a string', 'hello', { kind: 'invalid-response' }],
    ['null', null, { kind: 'invalid-response' }],
  ])('that is %s is a fault', (_, body, fault) => {
    expect(gemini.client.parse(body, SENT, exchange())).toMatchObject(fault);
  });
});
