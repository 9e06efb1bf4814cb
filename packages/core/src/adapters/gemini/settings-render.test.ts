import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../chat/request.ts';
import { send } from './support.type-test.ts';

const config = (request: Partial<ChatRequest>, model?: string): unknown =>
  send(request, model).body['generationConfig'];

describe('reasoning', () => {
  it.each([
    ['gemini-3.1-pro-preview', { effort: 'minimal' }, { thinkingLevel: 'LOW' }, []],
    ['gemini-3.1-pro-preview', { effort: 'medium' }, { thinkingLevel: 'MEDIUM' }, []],
    ['gemini-3-pro-preview', { effort: 'medium' }, { thinkingLevel: 'HIGH' }, []],
    ['gemini-3-pro-preview', { effort: 'none' }, { thinkingLevel: 'LOW' }, ['reasoning_effort']],
    ['gemini-3.5-flash', { effort: 'minimal' }, { thinkingLevel: 'MINIMAL' }, []],
    ['gemini-3.5-flash', { effort: 'low' }, { thinkingLevel: 'LOW' }, []],
    ['gemini-3.5-flash', { effort: 'high', include: true }, { includeThoughts: true, thinkingLevel: 'HIGH' }, []],
    ['gemini-3.5-flash', { effort: 'xhigh' }, { thinkingLevel: 'HIGH' }, ['reasoning_effort']],
    ['gemini-3.5-flash', { budget: 5000 }, { thinkingBudget: 5000 }, []],
    ['gemini-3.5-flash', { enabled: true }, undefined, []],
    ['gemini-2.5-flash', { effort: 'minimal' }, { thinkingBudget: 1024 }, []],
    ['gemini-2.5-flash', { effort: 'low' }, { thinkingBudget: 1024 }, []],
    ['gemini-2.5-flash', { effort: 'medium' }, { thinkingBudget: 8192 }, []],
    ['gemini-2.5-flash', { effort: 'high' }, { thinkingBudget: 24576 }, []],
    ['gemini-2.5-flash', { effort: 'max' }, { thinkingBudget: 24576 }, ['reasoning_effort']],
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0 }, []],
    ['gemini-2.5-flash', { enabled: false }, { thinkingBudget: 0 }, []],
    ['gemini-2.5-flash', { enabled: true, summary: 'auto' }, { includeThoughts: true, thinkingBudget: -1 }, []],
    [
      'gemini-2.5-flash',
      { enabled: true, budget: 3000, effort: 'high', include: false },
      { includeThoughts: false, thinkingBudget: 3000 },
      [],
    ],
    ['gemini-2.5-pro', { effort: 'none' }, { thinkingBudget: 128 }, ['reasoning_effort']],
    ['gemini-2.0-flash', { effort: 'high' }, undefined, ['reasoning_effort']],
    ['gemini-2.0-flash', { effort: 'none' }, undefined, []],
  ] as [string, ChatRequest['reasoning'] & object, unknown, string[]][])(
    'of %s for %j is %j',
    (model, reasoning, thinkingConfig, dropped) => {
      const sent = send({ reasoning }, model);
      expect((sent.body['generationConfig'] as Record<string, unknown> | undefined)?.['thinkingConfig']).toEqual(
        thinkingConfig,
      );
      expect(sent.dropped).toEqual(dropped);
    },
  );
});

describe('settings', () => {
  it('go by the names of the API', () => {
    expect(
      config({
        maxOutputTokens: 9,
        temperature: 0.1,
        topP: 0.2,
        topK: 3,
        stop: ['x'],
        seed: 4,
        n: 2,
        presencePenalty: 0.5,
        frequencyPenalty: 0.6,
        logprobs: true,
        topLogprobs: 5,
      }),
    ).toEqual({
      maxOutputTokens: 9,
      temperature: 0.1,
      topP: 0.2,
      topK: 3,
      stopSequences: ['x'],
      seed: 4,
      candidateCount: 2,
      presencePenalty: 0.5,
      frequencyPenalty: 0.6,
      responseLogprobs: true,
      logprobs: 5,
    });
  });

  it.each([
    [{ type: 'json' }, { responseMimeType: 'application/json' }],
    [{ type: 'text' }, { responseMimeType: 'text/plain' }],
    [
      { type: 'json-schema', name: 'n', strict: true, description: 'd', schema: { type: 'object' } },
      { responseMimeType: 'application/json', responseJsonSchema: { type: 'object', description: 'd' } },
    ],
  ] as [ChatRequest['responseFormat'] & object, unknown][])('ask for the format %j', (responseFormat, expected) => {
    expect(config({ responseFormat })).toEqual(expected);
  });

  it('ask for speech, in the one format that there is', () => {
    const sent = send({ modalities: ['audio'], audio: { voice: 'Kore', format: 'mp3' } });
    expect(sent.body['generationConfig']).toEqual({
      responseModalities: ['AUDIO'],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
    });
    expect(sent.dropped).toEqual(['audio.format']);
  });

  it('can not ask for other kinds of output or a voice that is no name', () => {
    const sent = send({ modalities: ['text', 'smell'], audio: { voice: { id: 'v' }, format: 'pcm16' } });
    expect([sent.body['generationConfig'], sent.dropped]).toEqual([undefined, ['modalities', 'audio.voice']]);
  });

  it('that the API does not have are reported by the names of their senders', () => {
    const request: Partial<ChatRequest> = {
      parallelToolCalls: false,
      logitBias: { a: 1 },
      user: 'u',
      metadata: { a: 'b' },
      serviceTier: 'scale',
      cache: {},
      extensions: { 'openai-chat': { prediction: {} }, gemini: {} },
    };
    expect(send(request).dropped).toEqual([
      'service_tier',
      'parallel_tool_calls',
      'logit_bias',
      'user',
      'metadata',
      'cache_control',
      'prediction',
    ]);
  });

  it.each([
    ['default', 'standard'],
    ['standard_only', 'standard'],
    ['flex', 'flex'],
    ['priority', 'priority'],
    ['auto', undefined],
  ])('give the tier %s as %s', (serviceTier, expected) => {
    const sent = send({ serviceTier });
    expect([sent.body['serviceTier'], sent.dropped]).toEqual([expected, []]);
  });

  it('take provider options of the format and of the provider, laid over the rest', () => {
    const { body } = send({
      temperature: 1,
      providerOptions: {
        gemini: { generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW' }, labels: { a: 'b' } },
        google: { generationConfig: { temperature: 0 } },
        other: { x: 1 },
      },
    });
    expect(body).toEqual({
      contents: [{ parts: [{ text: 'Hi' }], role: 'user' }],
      generationConfig: { temperature: 0, mediaResolution: 'MEDIA_RESOLUTION_LOW' },
      labels: { a: 'b' },
    });
  });

  it('never replace what was authorised and guarded', () => {
    const plain = send({});
    const evil = {
      ...{ contents: [], tools: [{ urlContext: {} }], toolConfig: {}, model: 'models/other', systemInstruction: 'x' },
      ...{ system_instruction: 'x', generationConfig: { candidateCount: 8 } },
    };
    const sent = send({ providerOptions: { gemini: { ...evil, cachedContent: 'cachedContents/a' } } });
    expect(sent.body).toEqual({ ...plain.body, generationConfig: {}, cachedContent: 'cachedContents/a' });
    expect(sent.dropped).toEqual(
      [
        'contents',
        'tools',
        'toolConfig',
        'model',
        'systemInstruction',
        'system_instruction',
        'generationConfig.candidateCount',
      ].map((name) => `providerOptions.gemini.${name}`),
    );
  });

  it('can not reach a prototype, whatever their names', () => {
    const evil = JSON.parse(
      '{"__proto__":{"polluted":1},"a.__proto__.polluted":2,"constructor.prototype.polluted":3}',
    ) as Record<string, unknown>;
    send({ extensions: { gemini: evil }, providerOptions: { gemini: evil } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
