import { describe, expect, it } from 'vitest';
import type { Inbound, Target, UpstreamCall } from '../adapter.ts';
import { ollama } from './index.ts';

const inbound = (form: string): Inbound => ({ path: { form }, query: new URLSearchParams(), header: () => undefined });
const target: Target = {
  provider: 'local',
  model: 'm',
  row: { format: 'ollama', auth: 'none', apiKeyEnv: [], serves: ['chat'], source: 'test' },
};
const fields = (body: object) => new Map<string, unknown>(Object.entries(body));
const call = { target, memo: { form: 'chat', created: 0, model: 'm' } } as unknown as UpstreamCall;

describe('a client of Ollama', () => {
  // Source: https://docs.ollama.com/api/streaming
  it('streams unless it says otherwise', () => {
    const body = { model: 'm', messages: [] };
    expect(ollama.server.peek(fields(body), inbound('chat')).stream).toBe(true);
    expect(ollama.server.peek(fields({ ...body, stream: false }), inbound('chat')).stream).toBe(false);
  });

  // Source: https://docs.ollama.com/modelfile (num_predict)
  it('has no bound when it asks for as much as the model likes', () => {
    const peek = (num_predict: number) =>
      ollama.server.peek(fields({ model: 'm', messages: [], options: { num_predict } }), inbound('chat'));
    expect([peek(-1).maxOutputTokens, peek(7).maxOutputTokens]).toEqual([undefined, 7]);
  });

  it('generates: system and prompt become a conversation, and a suffix is refused', () => {
    const parsed = ollama.server.parse({ model: 'm', system: 'Be brief.', prompt: 'Hi' }, inbound('generate'));
    expect(parsed.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(() => ollama.server.parse({ model: 'm', prompt: 'a', suffix: 'b' }, inbound('generate'))).toThrow(/suffix/);
  });
});

it('options for a provider may not raise the bound that was reserved', () => {
  const exchange = {
    peek: { model: 'm', stream: false },
    created: 0,
    model: 'm',
    id: 'r',
    newId: (p: string) => `${p}1`,
  };
  const request = {
    messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hi' }] }],
    maxOutputTokens: 5,
    providerOptions: { ollama: { options: { num_predict: 9000, num_ctx: 4096 } } },
  };
  const made = ollama.client.render(request, target, exchange);
  expect(JSON.parse(String(made.body))).toMatchObject({ options: { num_predict: 5, num_ctx: 4096 } });
  expect(made.dropped).toEqual(['providerOptions.ollama.options.num_predict']);
});

// Source: https://docs.ollama.com/api/errors
it('an error on a line of a good answer is a fault', () => {
  const frame = { data: '{"error":"the model failed"}', unclosed: false };
  expect(ollama.client.meter(call).push(frame as never).fault?.message).toBe('the model failed');
});
