import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayConfig, GatewayEvents } from '@postern/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../kit/eventually.ts';
import { HOST_NAMES, HOSTS, type Host } from '../kit/hosts.ts';

/** Each half is more than what buffers on the way hold back. */
const FIRST = 'a'.repeat(300_000);
const SECOND = 'b'.repeat(300_000);
const HEAD = '--B\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n';
const field = (name: string, value: string): string =>
  `--B\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const CLOSE = '--B--\r\n';

const CONFIG = {
  access: 'open',
  models: { whisper: 'up/one', other: 'up/two' },
  defaults: { transcriptions: { model: 'whisper', straight: true } },
  log: { warn() {}, error() {} },
} as const satisfies GatewayConfig;

describe.each(HOST_NAMES)(
  'a form without a model in front of its file, on %s, where its default is gone straight to',
  (name) => {
    let provider: Awaited<ReturnType<typeof transcriber>>;
    let host: Host;
    const ended: GatewayEvents['request-end'][] = [];
    beforeAll(async () => {
      provider = await transcriber();
      const up = { extends: 'openai', baseUrl: `${provider.url}/v1`, apiKey: 'k' } as const;
      host = await HOSTS[name]({ ...CONFIG, providers: { up } });
      host.gateway.events.on('request-end', (event) => ended.push(event));
    });
    afterAll(async () => {
      await host.close();
      await provider.close();
    });

    it('is read by its provider while its client still holds half of the file back', async () => {
      const upload = posted(`${host.url}/v1/audio/transcriptions`);
      upload.write(HEAD + FIRST);
      await eventually(() => provider.heard().includes(FIRST));
      expect(provider.heard()).toContain('name="model"\r\n\r\none\r\n');
      upload.end(`${SECOND}\r\n${field('model', 'whisper')}${field('language', 'de')}${CLOSE}`);
      const answer = await upload.answer;
      expect(answer).toMatchObject({ status: 200, inserted: 'model=whisper' });
      expect(JSON.parse(answer.text)).toEqual({ text: 'Hello' });
      expect(provider.heard()).toContain(`\r\n\r\n${FIRST}${SECOND}\r\n`);
      expect(provider.heard().match(/name="[a-z]+"/g)).toEqual(['name="model"', 'name="file"', 'name="language"']);
      await eventually(() => ended.length === 1);
      expect(ended.pop()).toMatchObject({ outcome: 'ok', model: 'whisper' });
    });

    it('is refused when it names another model behind the file, and its call is closed', async () => {
      const upload = posted(`${host.url}/v1/audio/transcriptions`);
      upload.write(HEAD + FIRST);
      await eventually(() => provider.heard().includes(FIRST));
      upload.end(`\r\n${field('model', 'other')}${CLOSE}`);
      const answer = await upload.answer;
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { type: 'invalid_request_error', param: 'model' } });
      expect(answer.text).toContain('?model=');
      await eventually(() => provider.closed());
      expect(provider.heard()).not.toContain('other');
      await eventually(() => ended.length === 1);
      expect(ended.pop()).toMatchObject({
        status: 400,
        model: 'whisper',
        attempts: [{ modelServed: 'up/one', outcome: 'fault' }],
      });
    });

    it('goes where a model in front of the file says, once it is there as a whole', async () => {
      const calls = provider.calls();
      const upload = posted(`${host.url}/v1/audio/transcriptions`);
      upload.write(field('model', 'other') + HEAD + FIRST);
      upload.end(`${SECOND}\r\n${CLOSE}`);
      const answer = await upload.answer;
      expect(answer).toMatchObject({ status: 200, inserted: undefined });
      expect(provider.calls()).toBe(calls + 1);
      expect(provider.heard()).toContain('name="model"\r\n\r\ntwo\r\n');
      // Sent from the spool, where its size is known.
      expect(provider.length()).toBe(String(provider.heard().length));
      await eventually(() => ended.length === 1);
      expect(ended.pop()).toMatchObject({ outcome: 'ok', model: 'other' });
    });
  },
);

/** A client that sends a form bit by bit, and waits for its answer. */
function posted(url: string) {
  const outgoing = request(url, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=B' } });
  const answer = new Promise<{ status: number | undefined; inserted: unknown; text: string }>((resolve, reject) => {
    outgoing.on('error', reject).on('response', async (incoming) => {
      let text = '';
      for await (const piece of incoming) text += piece;
      resolve({ status: incoming.statusCode, inserted: incoming.headers['x-postern-inserted'], text });
    });
  });
  return { write: (text: string) => outgoing.write(text), end: (text: string) => outgoing.end(text), answer };
}

/** A provider that notes what it hears of each call while it hears it, and then writes down the same. */
async function transcriber() {
  let [heard, calls] = ['', 0];
  let closed = false;
  let length: string | undefined;
  const server = createServer((incoming, response) => {
    [heard, closed] = ['', false];
    calls++;
    length = incoming.headers['content-length'];
    response.on('close', () => {
      closed = true;
    });
    incoming.on('data', (piece) => {
      heard += piece;
    });
    incoming.on('end', () => {
      // Source: https://platform.openai.com/docs/api-reference/audio/json-object
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ text: 'Hello' }));
    });
    incoming.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://127.0.0.1:${port}`,
    heard: () => heard,
    calls: () => calls,
    closed: () => closed,
    length: () => length,
    close,
  };
}
