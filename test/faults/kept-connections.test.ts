import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { CHATS, post } from '../kit/chat.ts';
import { stage } from '../kit/stage.ts';

const CHUNK = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
const choice = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ ...CHUNK, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })}\n\n`;
/** Source: https://platform.openai.com/docs/api-reference/chat-streaming */
const STREAM = `${choice({ role: 'assistant', content: 'Hi' })}${choice({}, 'stop')}data: [DONE]\n\n`;

it('one connection to a provider serves one stream after the other: what stands behind an answer is read away', async () => {
  let connections = 0;
  const provider = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(STREAM);
    });
  }).on('connection', () => {
    connections++;
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
  const at = await stage('Express', { config: { providers: { up: { extends: 'openai', baseUrl, apiKey: 'k' } } } });
  for (let round = 0; round < 20; round++) {
    const answer = await post(at.url, CHATS['openai-chat']({ model: 'up/m', stream: true }));
    expect((await answer.text()).trimEnd().endsWith('data: [DONE]')).toBe(true);
  }
  expect(connections).toBe(1);
  await at.close();
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
});
