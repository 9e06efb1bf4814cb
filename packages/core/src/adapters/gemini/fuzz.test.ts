import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGatewayError } from '../../kit/errors.ts';
import { bodyOfValue } from '../../transport/body-of.ts';
import { gemini } from './index.ts';
import { exchange, frame, inbound, LIMITS, target } from './support.type-test.ts';

/** Objects that look like requests, with anything anywhere. */
const KEYS = [
  'contents',
  'parts',
  'role',
  'text',
  'thought',
  'thoughtSignature',
  'inlineData',
  'inline_data',
  'fileData',
  'fileUri',
  'mimeType',
  'data',
  'functionCall',
  'functionResponse',
  'response',
  'args',
  'name',
  'id',
  'tools',
  'functionDeclarations',
  'parameters',
  'properties',
  'items',
  'type',
  'generationConfig',
  'thinkingConfig',
  'speechConfig',
  'responseSchema',
  'toolConfig',
  'functionCallingConfig',
  'mode',
  'systemInstruction',
  'executableCode',
  '__proto__',
  'constructor',
];
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, '', 'model', 'user', 'AUTO', 'OBJECT', 'https://a.example/b.png', 0, -1, 1.5, true),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie('tree')), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries) as unknown),
  ),
}));

describe('whatever a client sends', () => {
  it('is a request, or refused by a RequestError', () => {
    fc.assert(
      fc.property(tree, tree, (one, other) => {
        for (const body of [
          one,
          {
            contents: one,
            ...(typeof other === 'object' && other !== null && !Array.isArray(other) ? other : { tools: other }),
          },
          { contents: [{ parts: [one] }], tools: [other], generationConfig: other },
        ]) {
          try {
            gemini.server.peek(bodyOfValue(body, LIMITS).fields(), inbound());
            gemini.client.render(gemini.server.parse(body, inbound()), target('gemini-3-pro'), exchange());
          } catch (error) {
            if (!isGatewayError(error)) throw error;
          }
        }
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });
});

describe('whatever a provider answers', () => {
  it('is an answer or a fault, whole and streamed, and never a TypeError', () => {
    const call = gemini.client.render({ messages: [] }, target('gemini-3-pro'), exchange());
    fc.assert(
      fc.property(tree, (value) => {
        for (const body of [
          value,
          { candidates: value },
          { candidates: [value], usageMetadata: value, promptFeedback: value },
          { candidates: [{ content: value, finishReason: value, groundingMetadata: value, logprobsResult: value }] },
          { candidates: [{ content: { parts: [value, value] }, citationMetadata: value }] },
          { error: value },
        ]) {
          gemini.client.parse(body, call, exchange());
          gemini.client.meter(call).body(body);
          for (const read of [gemini.client.decoder(call, exchange()), gemini.client.meter(call)]) {
            try {
              read.push(frame(JSON.stringify(body)));
            } catch (error) {
              expect(error).toBeInstanceOf(SyntaxError);
            }
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
