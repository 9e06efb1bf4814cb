import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CHATS, post } from '../kit/chat.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { HOST_NAMES } from '../kit/hosts.ts';
import { type Bench, bench, ORIGINS } from '../kit/in-process.ts';
import { FORMATS, PROVIDERS, stage } from '../kit/stage.ts';

/** What a field that chooses a host is called in gateways, SDKs and vendors' APIs. */
const NAMES = [
  ...[
    'base_url',
    'baseUrl',
    'baseURL',
    'api_base',
    'apiBase',
    'api_url',
    'apiUrl',
    'url',
    'uri',
    'href',
    'host',
    'hostname',
    'origin',
    'authority',
  ],
  ...[
    'endpoint',
    'endpoints',
    'custom_host',
    'customHost',
    'target',
    'target_url',
    'upstream',
    'upstream_url',
    'server',
    'server_url',
    'serverUrl',
  ],
  ...[
    'proxy',
    'proxies',
    'http_proxy',
    'https_proxy',
    'proxyUrl',
    'forward_to',
    'redirect',
    'redirect_uri',
    'location',
    'callback',
    'callback_url',
  ],
  ...[
    'webhook',
    'webhook_url',
    'webhooks',
    'notify',
    'file_url',
    'fileUrl',
    'fileUri',
    'file_uri',
    'image_url',
    'imageUrl',
    'source',
    'src',
    'link',
  ],
  ...[
    'azure_endpoint',
    'aws_bedrock_runtime_endpoint',
    'vertex_location',
    'api_version',
    'organization',
    'provider',
    'api_key',
    'apiKey',
    'key',
  ],
  ...[
    'litellm_params',
    'extra_body',
    'extra_headers',
    'extra_query',
    'config',
    'options',
    'client',
    'transport',
    'resource',
    'resourceName',
    'region',
  ],
];

const VALUES = [
  'http://169.254.169.254/latest/meta-data/',
  'https://evil.test/v1',
  '//evil.test/v1',
  'https://oa.test@evil.test/v1',
  'https://evil.test#oa.test',
  'http://2130706433/',
  'http://[::ffff:7f00:1]:1/',
  'file:///etc/passwd',
];

const DEPTHS = [0, 1, 2, 3, 4, 5];
const PAIRS = FORMATS.flatMap((client) => FORMATS.map((upstream) => ({ client, upstream })));

/** A member at some depth below the root. */
function nested(name: string, value: unknown, depth: number): Record<string, unknown> {
  return depth === 0 ? { [name]: value } : { nested: nested(name, value, depth - 1) };
}

/** A chat with further members in the root, in the message, in its part and in the tool. */
function infested(client: ChatFormat, model: string, stream: boolean, more: Record<string, unknown>) {
  const { path, headers, body } = CHATS[client]({ model, stream, tools: true });
  const within = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(within);
    if (typeof value !== 'object' || value === null) return value;
    return { ...Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, within(inner)])), ...more };
  };
  return { path, headers, body: { ...(within(body) as object), model: body['model'] } };
}

/** The calls of each format, whole: a path that a body or a model had a say in is none of these. */
const PATHS: Readonly<Record<ChatFormat, RegExp>> = {
  'openai-chat': /^\/v1\/(?:chat\/completions|embeddings)$/,
  'anthropic-messages': /^\/v1\/messages(?:\/count_tokens)?$/,
  gemini: /^\/v1beta\/models\/[^/?#]+:(?:generateContent|streamGenerateContent\?alt=sse|countTokens)$/,
  'openai-responses': /^\/v1\/responses(?:\/input_tokens)?$/,
  cohere: /^\/v2\/chat$/,
  ollama: /^\/api\/chat$/,
  'bedrock-converse': /^\/model\/[^/?#]+\/(?:converse|converse-stream|count-tokens)$/,
};

/** A path that URLs take for another one: `..` in a segment of its own, however it is spelled. */
const CLIMBS = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/** Only the hosts of the configuration were dialled, and at these the calls of one of the formats. */
function expectOnlyConfigured({ dialled }: Bench, upstreams: readonly ChatFormat[] = FORMATS): void {
  expect([...new Set(dialled.map(({ origin }) => origin))].filter((origin) => !ORIGINS.includes(origin))).toEqual([]);
  const isCall = (path: string): boolean => upstreams.some((upstream) => PATHS[upstream].test(path));
  const strays = dialled.map(({ path }) => path).filter((path) => !isCall(path) || CLIMBS.test(path));
  expect([...new Set(strays)]).toEqual([]);
  for (const { headers } of dialled) expect(headers['host'] ?? '').toBe('');
}

it('has more than 60 names', () => {
  expect(new Set(NAMES).size).toBeGreaterThan(60);
});

/** Every name at once, in one spelling each: `api_base` and `apiBase` together are one field twice to Gemini. */
const all = (value: string): Record<string, unknown> =>
  Object.fromEntries(new Map(NAMES.map((name) => [name.replaceAll('_', '').toLowerCase(), [name, value]])).values());

/** Names that are an API's own for an object: a text is refused there, and what would choose a host can only stand within. */
const OBJECTS: Readonly<Partial<Record<ChatFormat, ReadonlySet<string>>>> = { ollama: new Set(['options']) };

/** The names as members of a body's root, each where the client's API lets it be. */
function placed(client: ChatFormat, members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isObject = (name: string): boolean => OBJECTS[client]?.has(name) === true;
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, isObject(name) ? all(String(value)) : value]),
  );
}

describe.each(PAIRS)('a body of $client for $upstream chooses no host', ({ client, upstream }) => {
  const model = `${PROVIDERS[upstream]}/sim-text-2`;

  it('by any one field beside its own', async () => {
    const at = bench({ sim: { unknownFields: 'allow' } });
    for (const [index, name] of NAMES.entries()) {
      const more = placed(client, { [name]: VALUES[index % VALUES.length] });
      const call = CHATS[client]({ model, stream: index % 2 === 0, more });
      expect((await at.ask(call)).status).toBe(200);
    }
    expectOnlyConfigured(at, [upstream]);
    expect(at.dialled).toHaveLength(NAMES.length);
  });

  it.each(DEPTHS)('by any fields at depth %d, in its root, its messages, their parts and its tools', async (depth) => {
    const at = bench({ sim: { unknownFields: 'allow' } });
    for (const [index, value] of VALUES.entries()) {
      const more = depth === 0 ? placed(client, all(value)) : nested('deeper', all(value), depth - 1);
      const topic = { model, stream: index % 2 === 0, more };
      await at.ask(CHATS[client](topic));
      await at.ask(infested(client, model, index % 2 === 0, more));
    }
    expectOnlyConfigured(at, [upstream]);
    expect(at.dialled.length).toBeGreaterThanOrEqual(VALUES.length);
  });
});

const OWN = FORMATS.flatMap((client) => [...(OBJECTS[client] ?? [])].map((name) => ({ client, name })));

it.each(OWN)('an address in the place of $name of $client is refused', async ({ client, name }) => {
  const at = bench({ sim: { unknownFields: 'allow' } });
  for (const upstream of FORMATS) {
    const model = `${PROVIDERS[upstream]}/sim-text-2`;
    for (const value of VALUES)
      expect((await at.ask(CHATS[client]({ model, more: { [name]: value } }))).status).toBe(400);
  }
  expect(at.dialled).toEqual([]);
});

describe.each(FORMATS)('a request of %s chooses no host', (client) => {
  it.each(VALUES)('by its headers or its query: %s', async (value) => {
    const at = bench();
    const call = CHATS[client]({ model: `${PROVIDERS[client]}/sim-text-2` });
    const named = Object.fromEntries(NAMES.map((name) => [`x-${name.replaceAll('_', '-').toLowerCase()}`, value]));
    const headers = { ...call.headers, ...named, 'x-forwarded-host': 'evil.test', forwarded: 'host=evil.test' };
    const query = NAMES.map((name) => `${name}=${encodeURIComponent(value)}`).join('&');
    const { status } = await at.ask({ ...call, path: `${call.path}?${query}`, headers });
    expect([status, at.dialled.length]).toEqual([200, 1]);
    expectOnlyConfigured(at, [client]);
    expect(JSON.stringify(at.dialled[0]?.headers)).not.toContain('evil.test');
  });

  it.each([
    'https://evil.test/v1',
    'oa/../../evil.test',
    'oa/x@evil.test',
    'oa/x#@evil.test/',
    'oa/x?host=evil.test',
    'oa\\evil.test',
    'oa/\r\nhost: evil.test',
    'an/..;/evil',
    'ge/../../../evil:generateContent?x=',
    'ge/x:embedContent?y=#',
    'ge/%2e%2e%2f%2e%2e%2fevil',
    'ge/..%2f..%2fevil',
    'ge/..',
    'ge/.',
    'be/../../../evil/converse?x=',
    'be/x/converse?y=#',
    'be/%2e%2e%2f%2e%2e%2fevil',
    'be/..%2f..%2fevil',
    'be/..',
    'be/.',
    'co/x@evil.test',
    'ol/../../evil.test',
    'rs/x?host=evil.test',
    '//evil.test/x',
    'constructor/x',
    '__proto__/x',
    'toString/x',
  ])('by the name of its model: %j', async (model) => {
    const at = bench({ sim: { unknownFields: 'allow' } });
    for (const stream of [false, true]) {
      const { status } = await at.ask(CHATS[client]({ model, stream }));
      expect([200, 400, 404, 502]).toContain(status);
    }
    expectOnlyConfigured(at);
  });
});

describe('fields that make the provider dial out', () => {
  const MCP: readonly { format: ChatFormat; more: Record<string, unknown> }[] = [
    {
      format: 'openai-chat',
      more: { tools: [{ type: 'mcp', server_label: 'x', server_url: 'https://evil.test/mcp' }] },
    },
    {
      format: 'openai-responses',
      more: { tools: [{ type: 'mcp', server_label: 'x', server_url: 'https://evil.test/mcp' }] },
    },
    { format: 'anthropic-messages', more: { mcp_servers: [{ type: 'url', url: 'https://evil.test/mcp', name: 'x' }] } },
    // Its API calls no servers, but those that serve it besides their own may.
    { format: 'cohere', more: { mcp_servers: [{ type: 'url', url: 'https://evil.test/mcp', name: 'x' }] } },
    { format: 'ollama', more: { mcp_servers: [{ type: 'url', url: 'https://evil.test/mcp', name: 'x' }] } },
    {
      format: 'bedrock-converse',
      more: {
        additionalModelRequestFields: { mcp_servers: [{ type: 'url', url: 'https://evil.test/mcp', name: 'x' }] },
      },
    },
  ];

  it.each(MCP)('remote tool servers of $format are refused unless they are enabled', async ({ format, more }) => {
    const at = bench();
    for (const upstream of FORMATS) {
      const { status } = await at.ask(CHATS[format]({ model: `${PROVIDERS[upstream]}/sim`, more }));
      expect(status).toBe(403);
    }
    expect(at.dialled).toEqual([]);
  });

  /** By format; one takes bytes only, and has no member for an address but one that nobody knows. */
  const MEDIA: Readonly<Record<ChatFormat, Record<string, unknown>>> = {
    ollama: { image_url: 'https://evil.test/a.png' },
    'openai-chat': {
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://evil.test/a.png' } }] }],
    },
    'anthropic-messages': {
      messages: [
        { role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://evil.test/a.png' } }] },
      ],
    },
    gemini: {
      contents: [
        { role: 'user', parts: [{ fileData: { mimeType: 'image/png', fileUri: 'https://evil.test/a.png' } }] },
      ],
    },
    cohere: {
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://evil.test/a.png' } }] }],
    },
    'bedrock-converse': {
      messages: [
        { role: 'user', content: [{ image: { format: 'png', source: { s3Location: { uri: 's3://evil/a.png' } } } }] },
      ],
    },
    'openai-responses': {
      input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://evil.test/a.png' }] }],
    },
  };

  it.each(FORMATS)(
    'media by URL of %s are never fetched here, and refused when they are switched off',
    async (client) => {
      const at = bench();
      const closed = bench({ config: { features: { remoteMedia: false } } });
      for (const upstream of FORMATS) {
        const call = CHATS[client]({ model: `${PROVIDERS[upstream]}/sim`, more: MEDIA[client] });
        await at.ask(call);
        expect((await closed.ask(call)).status).toBe(403);
      }
      expectOnlyConfigured(at);
      expect(closed.dialled).toEqual([]);
    },
  );
});

describe.each(HOST_NAMES)('the sockets of the process, on %s', (host) => {
  it('lead to the client and to the configured provider, and nowhere else', async () => {
    const at = await stage(host, { sim: { unknownFields: 'allow' } });
    const opened: Socket[] = [];
    const note = (message: unknown): void => void opened.push((message as { socket: Socket }).socket);
    const ports: (number | undefined)[] = [];
    subscribe('net.client.socket', note);
    for (const [index, name] of NAMES.entries()) {
      const client = FORMATS[index % FORMATS.length] ?? 'openai-chat';
      const upstream = FORMATS[(index >> 1) % FORMATS.length] ?? 'openai-chat';
      const value = VALUES[index % VALUES.length];
      const call = infested(
        client,
        at.model(upstream, 'sim-text-2'),
        index % 2 === 0,
        nested(name, value, index % DEPTHS.length),
      );
      await (await post(at.url, call)).text();
      for (const socket of opened) ports.push(socket.remotePort);
    }
    unsubscribe('net.client.socket', note);
    const allowed = [at.sim.port, Number(new URL(at.url).port)];
    expect(opened.length).toBeGreaterThan(0);
    expect(ports.filter((port) => port !== undefined && !allowed.includes(port))).toEqual([]);
    await at.close();
  });
});
