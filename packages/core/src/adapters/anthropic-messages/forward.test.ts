import { expect, test } from 'vitest';
import type { Body } from '../../transport/body.ts';
import { bodyOf as bytesBody } from '../../transport/body-of.ts';
import type { Target, UpstreamCall } from '../adapter.ts';
import { anthropicMessages } from './index.ts';
import { exchange, inbound, ROW, target } from './support.type-test.ts';

const LIMITS = { maxBytes: 1 << 20, maxDepth: 64 };
const raw = (text: string): Body => bytesBody(new TextEncoder().encode(text), LIMITS);
const text = (upstream: UpstreamCall): string =>
  typeof upstream.body === 'string' ? upstream.body : new TextDecoder().decode(upstream.body as Uint8Array);
const forward = (body: string, to: Target = target(), headers = {}, query = ''): UpstreamCall =>
  anthropicMessages.client.forward(raw(body), inbound(headers, query), to, exchange({ stream: true }));

test('only the model is exchanged; every other byte stays', () => {
  const upstream = forward('{ "model" : "smart",\n "max_tokens":1.0e1, "unknown": [1,  2], "stream":true }');
  expect(text(upstream)).toBe(
    '{ "model" : "claude-sonnet-4-5",\n "max_tokens":1.0e1, "unknown": [1,  2], "stream":true }',
  );
  expect(upstream).toMatchObject({ method: 'POST', path: '/v1/messages', stream: true, dropped: [], inserted: [] });
});

test('a model of the same name changes nothing', () => {
  const body = raw('{"model":"claude-sonnet-4-5"}');
  expect(anthropicMessages.client.forward(body, inbound(), target(), exchange()).body).toBe(body.bytes());
});

test("of the client's headers only the betas pass", () => {
  const upstream = forward('{"model":"m"}', target(), {
    'anthropic-beta': 'a-1, b-2',
    'x-api-key': 'sk',
    authorization: 'Bearer x',
    'anthropic-version': '2020-01-01',
    cookie: 'c',
  });
  expect(upstream.headers).toEqual({ 'content-type': 'application/json', 'anthropic-beta': 'a-1,b-2' });
});

test("the beta surface keeps its query, and the row's path wins", () => {
  expect(forward('{"model":"m"}', target(), {}, 'beta=true&x=1').path).toBe('/v1/messages?beta=true');
  expect(
    forward('{"model":"m"}', target('m', { row: { ...ROW, paths: { chat: '/anthropic/messages' } } }), {}, 'beta=true')
      .path,
  ).toBe('/anthropic/messages');
});

test("the row's renames and refusals are carried out in the bytes, and reported", () => {
  const upstream = forward(
    '{"model":"m","top_k":5,"max_tokens":7}',
    target('m', { row: { ...ROW, drop: ['top_k', 'speed'], rename: { max_tokens: 'max_output' } } }),
  );
  expect(JSON.parse(text(upstream))).toEqual({ model: 'm', max_output: 7 });
  expect(upstream.dropped).toEqual(['top_k']);
});
