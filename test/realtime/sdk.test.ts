import { connect } from 'node:net';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { expect, it } from 'vitest';
import { sessionStage } from './stage.ts';

it('the vendor’s own client holds a conversation, with its base URL changed and nothing else', async () => {
  const stage = await sessionStage();
  const [host = '', port] = stage.host.address.split(':');
  const client = new OpenAI({ apiKey: 'client-key', baseURL: `http://${stage.host.address}/ai/v1` });
  // The client insists on wss; this is what stands in for TLS.
  const createConnection = () => connect(Number(port), host);
  const session = new OpenAIRealtimeWS({ model: 'voice', options: { createConnection } as object }, client);
  const failed: unknown[] = [];
  session.on('error', (error) => failed.push(error));
  const created = await new Promise((resolve) => session.on('session.created', resolve));
  expect(created).toMatchObject({ session: { model: 'voice' } });
  session.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
  });
  session.send({ type: 'response.create' });
  const done = await new Promise((resolve) => session.on('response.done', resolve));
  expect(done).toMatchObject({ response: { status: 'completed', usage: { total_tokens: 253 } } });
  session.close();
  expect(await stage.end()).toMatchObject({ outcome: 'ok' });
  expect(failed).toEqual([]);
  await stage.close();
});
