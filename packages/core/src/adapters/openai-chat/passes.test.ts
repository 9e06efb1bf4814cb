import { describe, expect, it } from 'vitest';
import type { ProviderRow } from '../provider-row.ts';
import { openaiChat } from './index.ts';
import { body, compatible, EXACT, target } from './support.type-test.ts';

const passes = (message: object, row: ProviderRow): boolean | undefined =>
  openaiChat.client.passes?.(
    body({ model: 'm', messages: [{ role: 'assistant', content: 'x', ...message }] }),
    target(row),
  );
const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
const signed = { ...call, extra_content: { google: { thought_signature: 'c2ln' } } };
const detail = { type: 'reasoning.text', text: 'Hm', signature: 'EqQB' };

describe('the bytes of a client', () => {
  it.each([
    ['reasoning', { reasoning_content: 'Hm' }],
    ['details', { reasoning_details: [detail] }],
    ['a signed call', { tool_calls: [call, signed] }],
  ])('do not pass with %s to the API that has no such fields, but to others', (_, message) => {
    expect(passes(message, EXACT)).toBe(false);
    expect(passes(message, compatible())).toBe(true);
  });

  it.each([
    ['reasoning that came from another format', { ...detail, format: 'anthropic-messages' }],
    [
      'a call that another provider signed',
      undefined,
      { ...call, extra_content: { google: { thought_signature: 'c2ln' }, postern: { format: 'gemini' } } },
    ],
    ['a signature over a part', { type: 'signature.text', signature: 'x', start: 0, end: 1 }],
  ])('pass to nobody with %s', (_, own, called?: object) => {
    const message = called === undefined ? { reasoning_details: [own] } : { tool_calls: [call, called] };
    expect(passes(message, EXACT)).toBe(false);
    expect(passes(message, compatible())).toBe(false);
  });

  it('pass without any of that, whatever the words say', () => {
    expect(passes({ content: '"reasoning_content"', tool_calls: [call], reasoning_content: null }, EXACT)).toBe(true);
  });
});
