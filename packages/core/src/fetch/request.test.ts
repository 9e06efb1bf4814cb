import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ClientGone, type GatewayError } from '../kit/errors.ts';
import { requestOf } from './request.ts';

const limits = { maxBytes: 100, maxDepth: 64 };
const url = 'https://host.example/ai/v1/models/a%2Fb?key=1';
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Request =>
  new Request(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const bodyOf = (request: Request) => requestOf(request, request).body(limits);
const failure = (run: Promise<unknown>): Promise<GatewayError> =>
  run.then(
    () => Promise.reject(new Error('It should have failed.')),
    (error: unknown) => error as GatewayError,
  );

describe('a Fetch request', () => {
  it('gives method, path, query, headers and host', () => {
    const native = new Request(url, { headers: { 'X-One': 'a' } });
    const request = requestOf(native, 'the host');
    expect([
      request.method,
      request.path,
      request.query.get('key'),
      request.header('x-one'),
      request.header('x-two'),
      request.host,
    ]).toEqual(['GET', '/ai/v1/models/a%2Fb', '1', 'a', undefined, 'the host']);
    expect(requestOf(native, native, '/v1/models').path).toBe('/v1/models');
  });

  it('reads its body once', async () => {
    const request = requestOf(post('{"model":"ü"}'), undefined);
    const [first, second] = await Promise.all([request.body(limits), request.body(limits)]);
    expect(first).toBe(second);
    expect(first.fields().get('model')).toBe('ü');
  });

  it('reads a body in pieces, and none', async () => {
    const pieces = new ReadableStream({
      start(controller) {
        for (const piece of ['{"a"', ':1}']) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    });
    expect(
      (await bodyOf(new Request(url, { method: 'POST', body: pieces, duplex: 'half' } as RequestInit))).json(),
    ).toEqual({ a: 1 });
    expect((await bodyOf(new Request(url))).size).toBe(0);
  });

  it('decompresses its body, within the cap', async () => {
    expect((await bodyOf(post(new Uint8Array(gzipSync('{"a":1}')), { 'content-encoding': 'gzip' }))).json()).toEqual({
      a: 1,
    });
    expect(
      await failure(bodyOf(post(new Uint8Array(gzipSync(Buffer.alloc(10_000))), { 'content-encoding': 'gzip' }))),
    ).toMatchObject({ code: 'body_too_large' });
    expect(await failure(bodyOf(post('no gzip', { 'content-encoding': 'gzip' })))).toMatchObject({
      code: 'invalid_json',
    });
    expect(await failure(bodyOf(post('{}', { 'content-encoding': 'br' })))).toMatchObject({
      code: 'unsupported_content_type',
    });
  });

  it('refuses a body beyond the cap, by its declared length or when it is passed', async () => {
    expect(await failure(bodyOf(post('{}', { 'content-length': '101' })))).toMatchObject({
      code: 'body_too_large',
      status: 413,
    });
    let cancelled = false;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(40)),
      cancel: () => {
        cancelled = true;
      },
    });
    expect(
      await failure(bodyOf(new Request(url, { method: 'POST', body: endless, duplex: 'half' } as RequestInit))),
    ).toMatchObject({ code: 'body_too_large' });
    expect(cancelled).toBe(true);
  });

  it('refuses other types than JSON, and a body that was read before', async () => {
    expect(await failure(bodyOf(post('x', { 'content-type': 'text/plain' })))).toMatchObject({
      code: 'unsupported_content_type',
    });
    const read = post('{}');
    await read.text();
    expect(await failure(bodyOf(read))).toMatchObject({ code: 'invalid_request', status: 500 });
  });

  it('ends with ClientGone when the upload breaks', async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
    expect(
      await failure(bodyOf(new Request(url, { method: 'POST', body: broken, duplex: 'half' } as RequestInit))),
    ).toBeInstanceOf(ClientGone);
  });

  it('aborts its signal when the client leaves, also when it had left before', () => {
    const controller = new AbortController();
    const native = new Request(url, { signal: controller.signal });
    const request = requestOf(native, native);
    expect(request.signal.aborted).toBe(false);
    controller.abort();
    expect(request.signal.aborted).toBe(true);
    expect(request.signal.reason).toBeInstanceOf(ClientGone);
    expect(requestOf(native, native).signal.aborted).toBe(true);
  });
});
