import { describe, expect, it } from 'vitest';
import type { Part } from '../chat/parts.ts';
import type { ChatRequest } from '../chat/request.ts';
import type { LineExchange } from './exchange.ts';
import { restoreReasoning, stashReply } from './stash.ts';

/** An exchange whose store counts how often it was asked for its map, and gives `map`. */
function asking(map: () => unknown = () => ({})): { exchange: LineExchange; asked: () => number } {
  let asked = 0;
  const shared = (): unknown => {
    asked++;
    return map();
  };
  const line = { store: { shared }, platform: { clock: { now: () => 0 } } };
  return { exchange: { line, caller: undefined } as unknown as LineExchange, asked: () => asked };
}
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
    const { exchange, asked } = asking();
    expect(restoreReasoning(exchange, request)).toBe(request);
    expect(asked()).toBe(0);
  });

  it.each([
    ['without tool calls', [{ type: 'reasoning', text: 'Hm', signature: 'c2ln' }]],
    ['with a call that nothing led to', [{ type: 'text', text: 'Wait' }, call]],
  ] satisfies [string, Part[]][])('is not kept of an answer %s', (_, content) => {
    const { exchange, asked } = asking();
    stashReply(exchange, { choices: [{ content, stopReason: 'stop' }] });
    expect(asked()).toBe(0);
  });

  const broken = (): never => {
    throw new Error('the store is broken');
  };
  it.each<[string, () => unknown]>([
    ['gives no map', broken],
    ['throws', () => ({ add: broken, get: broken })],
    ['rejects', () => ({ add: async () => broken(), get: async () => broken() })],
    ['gives what nobody wrote', () => ({ add: () => undefined, get: async () => ({ value: new Uint8Array([123]) }) })],
  ])('costs no answer when the store %s', async (_, map) => {
    const { exchange, asked } = asking(map);
    const content: Part[] = [{ type: 'reasoning', text: 'Hm', signature: 'c2ln' }, call];
    expect(() => stashReply(exchange, { choices: [{ content, stopReason: 'tool-calls' }] })).not.toThrow();
    expect(await restoreReasoning(exchange, chat(call))).toEqual(chat(call));
    expect(asked()).toBe(2);
  });
});
