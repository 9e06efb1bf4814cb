import { describe, expect, it } from 'vitest';
import type { Part } from '../chat/parts.ts';
import type { ChatRequest } from '../chat/request.ts';
import type { LineExchange } from './exchange.ts';
import { restoreReasoning, stashReply } from './stash.ts';

/** An exchange whose store must not be asked for anything. */
const exchange = {
  get line(): never {
    throw new Error('the store was asked');
  },
} as unknown as LineExchange;
const chat = (...content: Part[]): ChatRequest => ({
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
    { role: 'assistant', content },
  ],
});
const call: Part = { type: 'tool-call', callId: 'call_1', name: 'f', input: '{}' };

describe('reasoning that clients leave out', () => {
  it.each([
    ['without tool calls', chat({ type: 'text', text: 'Hello' })],
    ['whose reasoning stands in it', chat({ type: 'reasoning', text: 'Hm', signature: 'c2ln' }, call)],
    ['whose call is signed', chat({ ...call, signature: 'c2ln' })],
  ])('costs a request %s nothing: it goes on as it is, at once', (_, request) => {
    expect(restoreReasoning(exchange, request)).toBe(request);
  });

  it.each([
    ['without tool calls', [{ type: 'reasoning', text: 'Hm', signature: 'c2ln' }]],
    ['with a call that nothing led to', [{ type: 'text', text: 'Wait' }, call]],
  ] satisfies [string, Part[]][])('is not kept of an answer %s', (_, content) => {
    expect(() => stashReply(exchange, { choices: [{ content, stopReason: 'stop' }] })).not.toThrow();
  });
});
