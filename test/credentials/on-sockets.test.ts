import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway } from '@postern/core';
import { clientCredentials } from '@postern/credentials/oauth';
import { afterEach, expect, it } from 'vitest';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close(() => undefined).closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A stream of the Messages API: https://platform.claude.com/docs/en/build-with-claude/streaming */
const STREAM = [
  { type: 'message_start', message: { id: 'msg_1', role: 'assistant', content: [], usage: { input_tokens: 3 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
  { type: 'message_stop' },
];

it('a model behind short-lived tokens streams to a client of another format, also when its first token was revoked', async () => {
  let fetched = 0;
  const tokenUrl = await listening((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: `token-${++fetched}`, expires_in: 3600 }));
  });
  const calls: { url: string | undefined; authorization: string | undefined; body: Record<string, unknown> }[] = [];
  const upstream = await listening(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    const { authorization } = request.headers;
    calls.push({ url: request.url, authorization, body: JSON.parse(text) });
    if (authorization !== 'Bearer token-2') {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ error: { code: 401, message: 'Request had invalid authentication credentials.' } }),
      );
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of STREAM) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    response.end();
  });
  const gateway = createGateway({
    access: 'open',
    providers: { claude: { extends: 'vertex_ai-anthropic', baseUrl: `${upstream}/v1/publishers/anthropic` } },
    models: { smart: 'claude/claude-sonnet-5-5' },
    credentials: { claude: clientCredentials({ tokenUrl, clientId: 'gateway', clientSecret: 'secret-1' }) },
    log: { warn() {}, error() {} },
  });
  const ask = async () => {
    const request = new Request('http://gateway.test/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'smart', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    return (await gateway.fetch(request))?.text();
  };
  const answers = await Promise.all([ask(), ask()]);
  for (const answer of answers) {
    expect(answer).toContain('"content":"Hello"');
    expect(answer).toContain('data: [DONE]');
  }
  expect(fetched).toBe(2);
  const served = calls.filter(({ authorization }) => authorization === 'Bearer token-2');
  expect(served).toHaveLength(2);
  expect(served[0]).toMatchObject({
    url: '/v1/publishers/anthropic/models/claude-sonnet-5-5:streamRawPredict',
    body: { anthropic_version: 'vertex-2023-10-16', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
  });
  expect(served[0]?.body).not.toHaveProperty('model');
  await gateway.close();
});
