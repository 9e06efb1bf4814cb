import { describe, expect, it } from 'vitest';
import { bodyOf } from '../../transport/body-of.ts';
import { gemini } from './index.ts';
import { packSignature } from './signature.ts';
import { target } from './support.type-test.ts';

const passes = (contents: object[], model = 'gemini-3-flash-preview'): boolean | undefined =>
  gemini.client.passes?.(
    bodyOf(new TextEncoder().encode(JSON.stringify({ contents })), { maxBytes: 1 << 20, maxDepth: 64 }),
    target(model),
  );
const user = { role: 'user', parts: [{ text: 'Hi' }] };
const model = (...parts: object[]) => ({ role: 'model', parts });
const called = (id: string | undefined, more: object = {}) => ({ functionCall: { id, name: 'f' }, ...more });
const result = { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] };

describe('the bytes of a client', () => {
  it('do not pass with what another provider signed', () => {
    const thoughtSignature = packSignature({ signature: 'x', origin: { format: 'anthropic-messages' } });
    expect(passes([user, model({ text: 'Hm', thought: true, thoughtSignature })])).toBe(false);
  });

  it.each(['call_1', 'toolu_1'])('do not pass with a call of another model where each must be signed: %s', (id) => {
    const contents = [user, model(called(id)), result];
    expect(passes(contents)).toBe(false);
    expect(passes(contents, 'gemini-2.5-flash')).toBe(true);
    expect(passes([...contents, model({ text: 'ok' }), user])).toBe(true);
    expect(passes([user, model(called(id, { thoughtSignature: 'c2ln' })), result])).toBe(true);
  });

  it.each([undefined, 'a1b2c3'])('pass with calls of the vendor, whatever they lack: %s', (id) => {
    expect(passes([user, model(called(id)), result])).toBe(true);
  });
});
