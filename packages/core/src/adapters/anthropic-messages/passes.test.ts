import { describe, expect, test } from 'vitest';
import { bodyOf } from '../../transport/body-of.ts';
import { pack } from '../shared/carrier.ts';
import { anthropicMessages } from './index.ts';
import { target } from './support.type-test.ts';

const passes = (body: object): boolean | undefined =>
  anthropicMessages.client.passes?.(
    bodyOf(new TextEncoder().encode(JSON.stringify(body)), { maxBytes: 1 << 20, maxDepth: 64 }),
    target(),
  );
const after = (...content: object[]): object => ({
  model: 'm',
  messages: [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content },
    { role: 'user', content: [] },
  ],
});

describe('the bytes of a client', () => {
  const carrier = pack({ origin: { format: 'gemini' }, signature: 'x' });

  test.each([
    ['a signature of another provider', { type: 'thinking', thinking: 'Hm', signature: carrier }],
    ['an encrypted block of another provider', { type: 'redacted_thinking', data: carrier }],
    [
      'a citation of another provider',
      { type: 'text', text: 'x', citations: [{ encrypted_index: 'postern.citation' }] },
    ],
  ])('do not pass with %s', (_, block) => {
    expect(passes(after(block))).toBe(false);
  });

  test.each([
    ['reasoning of the vendor', { type: 'thinking', thinking: 'Hm', signature: 'EqQB' }],
    ['words that look like a carrier', { type: 'text', text: 'What is "postern.x"? "postern.' }],
    ['calls of another model', { type: 'tool_use', id: 'call_1', name: 'f', input: {} }],
  ])('pass with %s', (_, block) => {
    expect(passes(after(block))).toBe(true);
  });

  test('do not pass when thinking would have to go on with calls of another model', () => {
    const thinking = { type: 'enabled', budget_tokens: 2000 };
    const call = { type: 'tool_use', id: 'call_1', name: 'f', input: {} };
    expect(passes({ ...after(call), thinking })).toBe(false);
    expect(passes({ ...after({ ...call, id: 'toolu_1' }), thinking })).toBe(true);
  });
});
