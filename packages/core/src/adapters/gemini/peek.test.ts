import { describe, expect, it } from 'vitest';
import type { Inbound, Peek } from '../adapter.ts';
import { gemini } from './index.ts';
import { bodyOfText, inbound } from './support.type-test.ts';

const peek = (body: object, at: Inbound = inbound()): Peek =>
  gemini.server.peek(bodyOfText(JSON.stringify(body)).fields(), at);
const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];

describe('a glance at a request', () => {
  it('takes the model and the action from the path', () => {
    expect(peek({ contents })).toEqual({ model: 'fast', stream: false });
    expect(peek({ contents, model: 'models/fast' })).toEqual({ model: 'fast', stream: false });
    expect(peek({ contents }, inbound('generateContent', '', 'models/fast')).model).toBe('fast');
    expect(peek({ contents }, inbound('countTokens'))).toEqual({ model: 'fast', stream: false });
  });

  it('tells the framing of a stream by alt', () => {
    expect(peek({ contents }, inbound('streamGenerateContent', 'alt=sse'))).toMatchObject({
      stream: true,
      framing: 'sse',
    });
    expect(peek({ contents }, inbound('streamGenerateContent'))).toMatchObject({ stream: true, framing: 'json-array' });
    expect(peek({ contents }, inbound('streamGenerateContent', 'alt=json'))).toMatchObject({ framing: 'json-array' });
  });

  it.each([
    [{ generationConfig: { maxOutputTokens: 7, candidateCount: 2 } }, { maxOutputTokens: 7, n: 2 }],
    [{ generation_config: { max_output_tokens: 7, candidate_count: 2 } }, { maxOutputTokens: 7, n: 2 }],
    [{ generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } }, { reasoning: true }],
    [{ generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }, { reasoning: false }],
    [{ tools: [{ googleSearch: {} }, { mcpServers: [{ name: 'm' }] }] }, { remoteTools: true }],
    [{ tools: [{ mcp_servers: [] }] }, { remoteTools: true }],
    [{ tools: { mcpServers: [{}] } }, { remoteTools: true }],
    [{ providerOptions: { gemini: { mcp_servers: [{}] } } }, { remoteTools: true }],
    [{ tools: [{ googleSearch: {} }] }, {}],
    [
      {
        generateContentRequest: {
          model: 'models/fast',
          generationConfig: { maxOutputTokens: 7 },
          tools: [{ mcpServers: [] }],
        },
      },
      { maxOutputTokens: 7, remoteTools: true },
    ],
  ])('sees in %j that %j', (body, seen) => {
    expect(peek({ contents, ...body })).toEqual({ model: 'fast', stream: false, ...seen });
  });

  it.each([
    [{ model: 'models/other' }, 'invalid_request', 'model'],
    [{ model: 7 }, 'invalid_request', 'model'],
    [{ generateContentRequest: { model: 'models/other' } }, 'invalid_request', 'generateContentRequest.model'],
    [{ generationConfig: { maxOutputTokens: '7' } }, 'invalid_request', 'generationConfig.maxOutputTokens'],
    [{ generationConfig: { maxOutputTokens: -1 } }, 'invalid_request', 'generationConfig.maxOutputTokens'],
    [{ generationConfig: { candidateCount: 1.5 } }, 'invalid_request', 'generationConfig.candidateCount'],
    [{ generationConfig: [] }, 'invalid_request', 'generationConfig'],
    [{ generationConfig: {}, generation_config: {} }, 'duplicate_key', 'generationConfig'],
    [
      { generationConfig: { maxOutputTokens: 1, max_output_tokens: 9 } },
      'duplicate_key',
      'generationConfig.maxOutputTokens',
    ],
    [{ generationConfig: { thinkingConfig: 1 } }, 'invalid_request', 'generationConfig.thinkingConfig'],
  ])('refuses %j', (body, code, param) => {
    expect(() => peek({ contents, ...body })).toThrow(expect.objectContaining({ code, param }));
  });

  it('wants the conversation to be there, in a count as well', () => {
    const error = expect.objectContaining({ code: 'invalid_request', param: 'contents' });
    expect(() => peek({})).toThrow(error);
    expect(() => peek({}, inbound('countTokens'))).toThrow(error);
    expect(() => peek({ generateContentRequest: { contents } }, inbound('countTokens'))).not.toThrow();
  });
});
