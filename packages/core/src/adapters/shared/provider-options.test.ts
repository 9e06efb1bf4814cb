import { describe, expect, it } from 'vitest';
import { bodyOfValue } from '../../transport/body-of.ts';
import type { ProviderRow } from '../provider-row.ts';
import { optionGroups, optionsFor } from './provider-options.ts';
import { namesRemoteServers } from './remote-tools.ts';

function taken(name: string, remoteTools = false): { taken: boolean; dropped: string[] } {
  const dropped = new Set<string>();
  const [options = {}] = optionsFor({ acme: { [name]: 'evil' } }, ['acme'], remoteTools, dropped);
  return { taken: Object.hasOwn(options, name), dropped: [...dropped] };
}

describe('options for a provider', () => {
  it.each([
    ...['model', 'models', 'fallbacks', 'route', 'preset', 'Model', 'messageſ'],
    ...['messages', 'contents', 'input', 'prompt', 'system', 'systemInstruction', 'system_instruction'],
    ...[
      'stream',
      'stream_options',
      'n',
      'candidateCount',
      'tools',
      'functions',
      'tool_choice',
      'toolConfig',
      'tool_config',
      'function_call',
    ],
    ...['mcp_servers', 'mcpServers'],
  ])('can not set %s, and say so', (name) => {
    expect(taken(name)).toEqual({ taken: false, dropped: [`providerOptions.acme.${name}`] });
  });

  it.each(['temperature', 'cachedContent', 'prompt_cache_key', 'provider', 'constructor'])('can set %s', (name) => {
    expect(taken(name)).toEqual({ taken: true, dropped: [] });
  });

  it('name remote tool servers only in a request that was authorised to', () => {
    expect(taken('mcp_servers', true)).toEqual({ taken: true, dropped: [] });
    expect(taken('tools', true).taken).toBe(false);
  });

  it('come for the format first, then for the provider, each group once', () => {
    const options = { acme: { a: 2 }, 'openai-chat': { a: 1 }, other: { a: 3 } };
    expect(optionsFor(options, ['openai-chat', 'acme'], false, new Set())).toEqual([{ a: 1 }, { a: 2 }]);
    expect(optionsFor(options, ['acme', 'acme'], false, new Set())).toEqual([{ a: 2 }]);
  });

  it.each([[undefined], [null], [7], [[1]], [{ acme: 7 }]])('are none when they are %j', (value) => {
    expect(optionsFor(value, ['acme'], false, new Set())).toEqual([]);
  });
});

it('what is for the owner of a format is for its own API, and not for all that are like it', () => {
  const row = (fidelity: ProviderRow['fidelity']) => ({ format: 'openai-chat', fidelity }) as ProviderRow;
  expect(optionGroups({ provider: 'oa', row: row('exact') })).toEqual(['openai-chat', 'openai', 'oa']);
  expect(optionGroups({ provider: 'acme', row: row('compatible') })).toEqual(['openai-chat', 'acme']);
});

describe('remote tool servers', () => {
  const seen = (body: object): boolean =>
    namesRemoteServers(bodyOfValue(body, { maxBytes: 1 << 20, maxDepth: 64 }).fields());
  it.each<[object, boolean]>([
    [{}, false],
    [{ mcp_servers: [] }, false],
    [{ mcp_servers: null }, false],
    [{ mcp_servers: [{ url: 'https://internal.example' }] }, true],
    [{ mcp_servers: { url: 'https://internal.example' } }, true],
    [{ providerOptions: { acme: { mcp_servers: [] } } }, true],
    [{ providerOptions: { gemini: { mcpServers: {} } } }, true],
    [{ providerOptions: { acme: { temperature: 1 } } }, false],
    [{ providerOptions: 'x' }, false],
  ])('in %j: %s', (body, expected) => {
    expect(seen(body)).toBe(expected);
  });
});
