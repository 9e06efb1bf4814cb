import { describe, expect, it } from 'vitest';
import { OPERATIONS, WIRE_FORMATS } from '../adapters/format.ts';
import { operationSide } from '../adapters/index.ts';
import type { AlsoServed, ProviderRow } from '../adapters/provider-row.ts';
import { placeholdersOf } from './base-url.ts';
import { OTHER_MODELS } from './catalog/gateways.ts';
import { CATALOG } from './catalog.ts';
import { resolveProvider } from './resolve.ts';
import { catalogRow } from './row.ts';

const written: [string, ProviderRow][] = Object.entries(CATALOG);
const rows = written.map(([id]): [string, ProviderRow] => [id, catalogRow(id) ?? fail(id)]);
const templates = (row: ProviderRow) => [
  row.baseUrl ?? '',
  ...Object.values(row.query ?? {}),
  ...Object.values(row.bodyFields ?? {}),
];
const SIGNING = { headers: () => ({}) };

/** Top-level fields of a chat completion request, https://platform.openai.com/docs/api-reference/chat/create, and `top_k`, which most others know. */
const CHAT_FIELDS = new Set(
  `audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens metadata modalities model n
   parallel_tool_calls prediction presence_penalty prompt_cache_key reasoning_effort response_format safety_identifier seed service_tier stop
   store stream_options temperature tool_choice tools top_k top_logprobs top_p user verbosity web_search_options`.split(
    /\s+/,
  ),
);

describe('the catalog', () => {
  it('reaches at least 120 different hosts, and with the servers that one has oneself 135', () => {
    const hosts = new Set(rows.map(([, row]) => row.baseUrl?.split('/')[2]).filter((host) => host !== undefined));
    const own = rows.filter(([, row]) => row.baseUrl === undefined);
    expect(hosts.size).toBeGreaterThanOrEqual(120);
    expect(hosts.size + own.length).toBeGreaterThanOrEqual(135);
  });

  it('gives no default base URL to a server that one runs oneself', () => {
    const selfHosted = rows.filter(([, row]) => row.apiKeyOptional === true);
    expect(selfHosted.length).toBeGreaterThan(5);
    for (const [id, row] of selfHosted) expect(row.baseUrl, id).toBeUndefined();
  });

  it('marks a row that repeats the base URL and format of another with `extends`', () => {
    const seen = new Map<string, string>();
    for (const [id, row] of written) {
      if (row.baseUrl === undefined || row.extends !== undefined) continue;
      const place = `${row.format} ${row.baseUrl}`;
      expect(seen.get(place), id).toBeUndefined();
      seen.set(place, id);
    }
  });

  it('lets bytes pass untouched for the owners of a format only', () => {
    const exact = rows.filter(([, row]) => row.fidelity === 'exact').map(([id]) => id);
    expect(exact.sort()).toEqual([
      'anthropic',
      'azure',
      'azure-deployments',
      'bedrock',
      'cohere',
      'gemini',
      'openai',
      'openai-responses',
      'vertex_ai',
      'vertex_ai-global',
    ]);
  });
});

describe.each(written)('row %s', (id, row) => {
  it('names a row with the same format that it extends', () => {
    if (row.extends === undefined) return;
    const base = catalogRow(row.extends);
    expect(base?.format).toBe(row.format);
    expect(base?.extends, 'one step only').toBeUndefined();
  });

  it('states its documentation, format and operations', () => {
    expect(new URL(row.source).protocol).toBe('https:');
    expect(WIRE_FORMATS).toContain(row.format);
    expect(row.serves.length).toBeGreaterThan(0);
    for (const operation of row.serves) expect(OPERATIONS).toContain(operation);
    // What a format itself answers has no form of its own.
    const own: readonly string[] = ['chat', 'models', 'count-tokens', 'embeddings', 'realtime'];
    for (const operation of row.serves.filter((name) => !own.includes(name)))
      expect(operationSide(catalogRow(id) ?? row, operation), operation).toBeDefined();
    expect(id).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
  });

  it('names environment variables in upper case', () => {
    const names = [...row.apiKeyEnv, ...(row.baseUrlEnv ?? []), ...Object.values(row.settings ?? {}).flat()];
    expect(row.apiKeyEnv.length > 0).toBe(row.auth !== 'credentials');
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
  });
});

describe.each(rows)('row %s with what it extends', (id, row) => {
  it('has a base URL in the form that a call is put on, or says where to get one', () => {
    if (row.baseUrl === undefined) return expect(row.baseUrlEnv).toBeDefined();
    expect(row.baseUrl).toMatch(/^https:\/\/[^?#@\s]+[^/]$/);
    const settings = Object.fromEntries(
      templates(row)
        .flatMap(placeholdersOf)
        .map((name) => [name, 'acme']),
    );
    const resolved =
      row.auth === 'credentials'
        ? resolveProvider(id, { settings }, undefined, SIGNING)
        : resolveProvider(id, { apiKey: 'k', settings });
    expect(resolved.origin + resolved.basePath).toBe(row.baseUrl.replace(/\{\w+\}/g, 'acme'));
  });

  it('knows a variable for each placeholder, and no others', () => {
    const wanted = [...new Set(templates(row).flatMap(placeholdersOf))].sort();
    expect(Object.keys(row.settings ?? {}).sort()).toEqual(wanted);
  });

  it('renames and drops fields of the format, and none twice', () => {
    const rename = Object.entries(row.rename ?? {});
    // Source: https://platform.openai.com/docs/api-reference/embeddings/create
    const fields = row.serves?.includes('chat') === false ? ['encoding_format', 'dimensions', 'user'] : CHAT_FIELDS;
    for (const [ours, theirs] of rename) {
      expect(fields).toContain(ours);
      expect(theirs).not.toBe(ours);
      expect(row.drop ?? []).not.toContain(ours);
    }
    expect(new Set(rename.map(([, theirs]) => theirs)).size).toBe(rename.length);
    for (const name of row.drop ?? []) expect([...CHAT_FIELDS, ...OTHER_MODELS]).toContain(name);
    expect(new Set(row.drop).size).toBe(row.drop?.length ?? 0);
  });

  it('fixes headers in lower case, the version among them where the format has one', () => {
    for (const name of Object.keys(row.headers ?? {})) expect(name).toBe(name.toLowerCase());
    const version = row.headers?.['anthropic-version'] ?? row.bodyFields?.anthropic_version;
    if (row.format === 'anthropic-messages') expect(version).toMatch(/2023-\d\d-\d\d$/);
    else expect(version).toBeUndefined();
  });

  it('sends a key, in a header', () => {
    expect(row.auth).not.toBe('none');
    if (row.auth === 'credentials') expect(row.credentialsFrom).toMatch(/@postern\/credentials\/\w+$/);
    expect(JSON.stringify(row.query ?? {})).not.toMatch(/key|token/i);
  });

  it('says of each further format what is not said of its own, and of which models where not of all', () => {
    for (const [format, differs] of Object.entries<AlsoServed>(row.also ?? {})) {
      expect(WIRE_FORMATS).toContain(format);
      expect(format).not.toBe(row.format);
      expect(differs.only).not.toEqual([]);
      for (const name of differs.only ?? []) expect(name).toMatch(/^[^*]+\*?$/);
      for (const path of Object.values(differs.paths ?? {})) expect(path).toMatch(/^\/[^?#{}]+$/);
    }
  });

  it('lets a request choose no other model in a further format either', () => {
    if (row.drop?.includes(OTHER_MODELS[0]) !== true) return;
    for (const { drop } of Object.values<AlsoServed>(row.also ?? {}))
      expect(drop).toEqual(expect.arrayContaining([...OTHER_MODELS]));
  });

  it('fills in nothing but the model in its paths', () => {
    for (const [operation, path] of [...Object.entries(row.paths ?? {}), ['chat', row.streamPath ?? '/x']] as const) {
      // A session has no body: its model stands in the query, under a name that differs.
      expect(path).toMatch(operation === 'realtime' ? /^\/[^#]+$/ : /^\/[^?#]+$/);
      expect(placeholdersOf(path).filter((name) => name !== 'model')).toEqual([]);
    }
  });
});

function fail(id: string): never {
  throw new Error(`no row for ${id}`);
}
