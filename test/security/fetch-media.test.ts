import { type AddressInfo, createServer, type Socket } from 'node:net';
import { guardedFetchMedia } from '@postern/core/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWhole } from '../kit/answers.ts';
import { CHATS } from '../kit/chat.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { bench } from '../kit/in-process.ts';

/** What only this machine may reach: nobody may ever come. */
const visitors: Socket[] = [];
const inner = createServer((socket) => visitors.push(socket.on('error', () => undefined)));
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
  port = (inner.address() as AddressInfo).port;
});
afterAll(() => {
  for (const socket of visitors) socket.destroy();
  inner.close();
});

const HOST = 'images.example.com';
/** Ways to write this machine, with the port behind each. */
const SPELLINGS = [
  (at: number) => `https://127.0.0.1:${at}/s3cret`,
  (at: number) => `http://127.0.0.1:${at}/s3cret`,
  (at: number) => `https://2130706433:${at}/s3cret`,
  (at: number) => `https://0177.0.0.1:${at}/s3cret`,
  (at: number) => `https://0x7f.1:${at}/s3cret`,
  (at: number) => `https://127.1:${at}/s3cret`,
  (at: number) => `https://0:${at}/s3cret`,
  (at: number) => `https://[::ffff:127.0.0.1]:${at}/s3cret`,
  (at: number) => `https://[::1]:${at}/s3cret`,
  (at: number) => `https://localhost:${at}/s3cret`,
  (at: number) => `https://${HOST}@127.0.0.1:${at}/s3cret`,
  (at: number) => `https://127.0.0.1:${at}#@${HOST}/s3cret`,
  (at: number) => `https://127.0.0.1:${at}\\@${HOST}/s3cret`,
  (at: number) => `https://127.0.0.1:${at}/s3cret?.${HOST}`,
  () => 'https://169.254.169.254/latest/s3cret',
  () => 'file:///etc/s3cret',
];

/** A medium by URL of each format that has such, and a target that takes it as bytes only. */
const ASKED: Readonly<
  Record<Exclude<ChatFormat, 'ollama'>, { model: string; more: (url: string) => Record<string, unknown> }>
> = {
  'openai-chat': {
    model: 'ge/gemini-2.0-flash',
    more: (url) => ({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] }),
  },
  'anthropic-messages': {
    model: 'oa/sim-text-2',
    more: (url) => ({ messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'url', url } }] }] }),
  },
  gemini: {
    model: 'oa/sim-text-2',
    more: (url) => ({ contents: [{ role: 'user', parts: [{ fileData: { mimeType: 'audio/wav', fileUri: url } }] }] }),
  },
  cohere: {
    model: 'ge/gemini-2.0-flash',
    more: (url) => ({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] }),
  },
  'bedrock-converse': {
    model: 'oa/sim-text-2',
    more: (url) => ({
      messages: [
        { role: 'user', content: [{ document: { format: 'pdf', name: 'a', source: { s3Location: { uri: url } } } }] },
      ],
    }),
  },
  'openai-responses': {
    model: 'oa/sim-text-2',
    more: (url) => ({ input: [{ role: 'user', content: [{ type: 'input_file', file_url: url }] }] }),
  },
};

describe.each(Object.keys(ASKED) as (keyof typeof ASKED)[])('the guarded fetch behind a client of %s', (format) => {
  it.each(SPELLINGS)('does not go where %s leads, and says nothing of it', async (spelling) => {
    const fetchMedia = guardedFetchMedia({ allow: [HOST], ports: [443, port] });
    const at = bench({ config: { fetchMedia } });
    const url = spelling(port);
    const { model, more } = ASKED[format];
    const answer = await at.ask(CHATS[format]({ model, more: more(url) }));
    expect(answer.status).toBe(400);
    expect(['media_fetch_failed', 'media_url_unsupported']).toContain(at.ended[0]?.error?.code);
    expect(readWhole(format, answer.body).error?.message).toBeTruthy();
    expect(`${answer.body}${JSON.stringify([...answer.headers])}`).not.toMatch(
      /s3cret|127\.|169\.254|2130706433|localhost|not allowed/,
    );
    expect(at.logged.join('\n')).not.toContain('s3cret');
    expect([visitors, at.dialled]).toEqual([[], []]);
  });
});
