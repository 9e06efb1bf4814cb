import { describe, expect, test } from 'vitest';
import { RequestError } from '../../kit/errors.ts';
import type { Fields } from '../../transport/body.ts';
import { bodyOfValue } from '../../transport/body-of.ts';
import type { ModelEntry } from '../adapter.ts';
import type { Json } from '../shared/read.ts';
import { anthropicMessages } from './index.ts';
import { bodyOf, exchange, inbound, target } from './support.type-test.ts';

const fields = (value: Json): Fields => bodyOfValue(value, { maxBytes: 1 << 20, maxDepth: 64 }).fields();
const peek = (value: Json): unknown => anthropicMessages.server.peek(fields(value), inbound());
const parse = (value: unknown): unknown => anthropicMessages.server.parse(value, inbound());

function paramOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof RequestError && error.code === 'invalid_request') return error.param;
    throw error;
  }
  throw new Error('nothing thrown');
}

describe('peek', () => {
  test('tells what decisions rest on', () => {
    expect(peek({ model: 'm', messages: [] })).toEqual({ model: 'm', stream: false, streamUsage: true });
    expect(
      peek({
        model: 'm',
        messages: [],
        stream: true,
        max_tokens: 9,
        thinking: { type: 'enabled', budget_tokens: 5 },
        mcp_servers: [{}],
      }),
    ).toEqual({ model: 'm', stream: true, maxOutputTokens: 9, streamUsage: true, reasoning: true, remoteTools: true });
    expect(
      peek({ model: 'm', messages: [], stream: null, max_tokens: 0, thinking: { type: 'disabled' }, mcp_servers: [] }),
    ).toEqual({
      model: 'm',
      stream: false,
      maxOutputTokens: 0,
      streamUsage: true,
      reasoning: false,
    });
  });

  test('sees remote servers in the options for a provider as well', () => {
    const providerOptions = { anthropic: { mcp_servers: [{ url: 'https://internal.example' }] } };
    expect(peek({ model: 'm', messages: [], providerOptions })).toMatchObject({ remoteTools: true });
  });

  test.each([
    [{}, 'model'],
    [{ model: 5 }, 'model'],
    [{ model: '' }, 'model'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', stream: 'yes' }, 'stream'],
    [{ model: 'm', messages: [], max_tokens: '9' }, 'max_tokens'],
    [{ model: 'm', messages: [], max_tokens: 1.5 }, 'max_tokens'],
    [{ model: 'm', messages: [], max_tokens: -1 }, 'max_tokens'],
  ])('refuses %j for %s', (value, param) => {
    expect(paramOf(() => peek(value))).toBe(param);
  });
});

describe('parse', () => {
  const message = (value: unknown): Json => ({ model: 'm', max_tokens: 5, messages: [value] });

  test.each<[unknown, string]>([
    [null, 'body'],
    [[], 'body'],
    [{ model: 'm' }, 'messages'],
    [{ messages: 'x' }, 'messages'],
    [message(5), 'messages.0'],
    [message({ role: 'tool', content: 'x' }), 'messages.0.role'],
    [message({ role: 'user' }), 'messages.0.content'],
    [message({ role: 'user', content: [5] }), 'messages.0.content.0'],
    [message({ role: 'user', content: [{}] }), 'messages.0.content.0.type'],
    [message({ role: 'user', content: [{ type: 'text' }] }), 'messages.0.content.0.text'],
    [message({ role: 'user', content: [{ type: 'tool_result' }] }), 'messages.0.content.0.tool_use_id'],
    [
      message({
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'x', content: [{ type: 'text', text: 5 }] }],
      }),
      'messages.0.content.0.content.0.text',
    ],
    [message({ role: 'assistant', content: [{ type: 'tool_use', id: 'x' }] }), 'messages.0.content.0.name'],
    [message({ role: 'assistant', content: [{ type: 'thinking', thinking: 'x' }] }), 'messages.0.content.0.signature'],
    [{ messages: [], system: 5 }, 'system'],
    [{ messages: [], tools: {} }, 'tools'],
    [{ messages: [], tools: [5] }, 'tools.0'],
    [{ messages: [], tools: [{ input_schema: {} }] }, 'tools.0.name'],
  ])('refuses %j for %s', (value, param) => {
    expect(paramOf(() => parse(value))).toBe(param);
  });

  test('keeps the results of tools apart from what the user says, with the names of the tools', () => {
    expect(
      parse({
        messages: [
          { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'weather', input: {} }] },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 't1', content: 'sunny', is_error: false },
              { type: 'text', text: 'So?' },
            ],
          },
        ],
      }),
    ).toEqual({
      messages: [
        { role: 'assistant', content: [{ type: 'tool-call', callId: 't1', name: 'weather', input: '{}' }] },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              callId: 't1',
              name: 'weather',
              content: [{ type: 'text', text: 'sunny' }],
              isError: false,
            },
          ],
        },
        { role: 'user', content: [{ type: 'text', text: 'So?' }] },
      ],
    });
  });

  test('options of a wrong type stay with this format, for the provider to judge', () => {
    expect(parse({ messages: [], temperature: '0.5', stop_sequences: ['a', 5], thinking: 'yes' })).toMatchObject({
      extensions: { 'anthropic-messages': { temperature: '0.5', stop_sequences: ['a', 5], thinking: 'yes' } },
    });
  });

  test('a search result is readable for other formats', () => {
    expect(
      parse(
        message({
          role: 'user',
          content: [
            {
              type: 'search_result',
              title: 'KB',
              source: 'https://example.com',
              content: [{ type: 'text', text: 'found' }],
            },
          ],
        }),
      ),
    ).toMatchObject({ messages: [{ content: [{ type: 'text', text: 'KB\nhttps://example.com\nfound' }] }] });
  });
});

describe('token counts', () => {
  test('are asked with what shapes the prompt, and nothing else', () => {
    const request = anthropicMessages.server.parse(
      {
        model: 'm',
        max_tokens: 5,
        system: 's',
        temperature: 0.1,
        stop_sequences: ['x'],
        metadata: { user_id: 'u' },
        tools: [{ name: 'a', input_schema: { type: 'object' } }],
        messages: [{ role: 'user', content: 'Hi' }],
      },
      inbound({ 'anthropic-beta': 'a-1' }),
    );
    const upstream = anthropicMessages.client.count?.render(request, target(), exchange({ stream: true }));
    if (upstream === undefined) throw new Error('no count');
    expect(upstream).toMatchObject({
      path: '/v1/messages/count_tokens',
      stream: false,
      inserted: [],
      headers: { 'anthropic-beta': 'a-1' },
    });
    expect(Object.keys(bodyOf(upstream)).sort()).toEqual(['messages', 'model', 'system', 'tools']);
  });

  // Source: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens
  test('name the model in the body where the path is one for all of them, though that of chats names it', () => {
    const request = anthropicMessages.server.parse(
      { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] },
      inbound(),
    );
    const { row } = target();
    const paths = { chat: '/models/{model}:rawPredict', 'count-tokens': '/models/count-tokens:rawPredict' };
    const bodyFields = { anthropic_version: 'vertex-2023-10-16' };
    const claude = target('claude-sonnet-4-5', { row: { ...row, modelInPath: true, paths, bodyFields } });
    const upstream = anthropicMessages.client.count?.render(request, claude, exchange());
    if (upstream === undefined) throw new Error('no count');
    expect(upstream.path).toBe('/models/count-tokens:rawPredict');
    expect(bodyOf(upstream)).toEqual({ model: 'claude-sonnet-4-5', messages: [{ role: 'user', content: 'Hi' }] });
  });

  test('are read, or are a fault', () => {
    expect(anthropicMessages.client.count?.parse({ input_tokens: 14 })).toBe(14);
    expect(anthropicMessages.client.count?.parse({ input_tokens: 'x' })).toMatchObject({ kind: 'invalid-response' });
    expect(
      anthropicMessages.client.count?.parse({ type: 'error', error: { type: 'api_error', message: 'x' } }),
    ).toMatchObject({ kind: 'unavailable' });
    expect(anthropicMessages.server.count?.(14, exchange())).toEqual({ input_tokens: 14 });
  });
});

/** After https://platform.claude.com/docs/en/api/models/list */
describe('models', () => {
  const entries: ModelEntry[] = ['a', 'b', 'c', 'd'].map((id) => ({ id, created: 1_739_923_200, ownedBy: 'x' }));
  const list = (query = ''): Json => anthropicMessages.server.models?.(entries, inbound({}, query)) as Json;
  const ids = (query: string): unknown => (list(query).data as Json[]).map((entry) => entry.id);

  test("have the vendor's form", () => {
    expect(anthropicMessages.server.model?.({ id: 'smart', created: 1_739_923_200, ownedBy: 'x' })).toEqual({
      type: 'model',
      id: 'smart',
      display_name: 'smart',
      created_at: '2025-02-19T00:00:00Z',
    });
    expect(list()).toMatchObject({ has_more: false, first_id: 'a', last_id: 'd' });
    expect(anthropicMessages.server.models?.([], inbound())).toEqual({
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });
  });

  test.each([
    ['limit=2', ['a', 'b'], true],
    ['limit=2&after_id=b', ['c', 'd'], false],
    ['limit=1&before_id=c', ['b'], true],
    ['before_id=c', ['a', 'b'], false],
    ['limit=0', ['a', 'b', 'c', 'd'], false],
  ])('are paged by %s', (query, page, more) => {
    expect(ids(query)).toEqual(page);
    expect(list(query).has_more).toBe(more);
  });
});
