import type { Dispatcher } from '@postern/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_STREAM, wireText } from '../kit/event-stream.ts';
import { CHAT_FORMATS, type ChatFormat } from '../kit/formats.ts';
import { aliasOf, chatRequest, gatewayOver } from './gateway.ts';
import { MODELS } from './pairs.ts';
import { answerOf, play, told } from './play.ts';
import { READERS } from './read/index.ts';

const BODIES: Readonly<Record<ChatFormat, object>> = {
  'openai-chat': { messages: [{ role: 'user', content: 'Hello.' }] },
  'anthropic-messages': { max_tokens: 100, messages: [{ role: 'user', content: 'Hello.' }] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }] },
  cohere: { messages: [{ role: 'user', content: 'Hello.' }] },
  ollama: { messages: [{ role: 'user', content: 'Hello.' }] },
  'bedrock-converse': { messages: [{ role: 'user', content: [{ text: 'Hello.' }] }] },
  'openai-responses': { input: 'Hello.' },
};

/** A provider of Converse that streams these bytes, in pieces of so many. */
const streaming = (bytes: Uint8Array, size: number): Dispatcher => ({
  close: async () => {},
  dispatch: async () => ({
    status: 200,
    header: (name) => (name === 'content-type' ? EVENT_STREAM : undefined),
    cancel: () => {},
    body: (async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
    })(),
  }),
});

async function hear(client: ChatFormat, bytes: Uint8Array, size: number) {
  const gateway = gatewayOver(streaming(bytes, size), { models: MODELS });
  const response = await gateway.fetch(chatRequest(client, BODIES[client], aliasOf('bedrock-converse'), true));
  const text = await wireText(response);
  await gateway.close();
  return { ...told(response), text };
}

async function goodBytes(): Promise<Uint8Array> {
  const pair = { client: 'bedrock-converse', provider: 'bedrock-converse' } as const;
  const { upstream } = await play({ ...pair, body: BODIES[pair.client], stream: true, script: 'text-8' });
  return Uint8Array.from(Buffer.from(upstream, 'latin1'));
}

/** An error, whether it came before any content or within the stream, and no good end beside it. */
function judgeBroken(client: ChatFormat, { status, text }: Awaited<ReturnType<typeof hear>>): void {
  if (status === 200) expect(READERS[client].brokenStream(text).message).toBeTruthy();
  else {
    expect(status).toBe(502);
    expect(READERS[client].error(JSON.parse(text)).message).toBeTruthy();
  }
}

describe.each(CHAT_FORMATS)('event-stream frames of a provider, told to a client of %s', (client) => {
  const size = fc.integer({ min: 1, max: 90 });

  it('are the same answer wherever they are cut', async () => {
    const bytes = await goodBytes();
    const { text } = await hear(client, bytes, bytes.length);
    const whole = answerOf(client, text, true, false).choices;
    const property = fc.asyncProperty(size, async (pieces) => {
      expect(answerOf(client, (await hear(client, bytes, pieces)).text, true, false).choices).toEqual(whole);
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it('with any bit flipped are an error: the checksum says so', async () => {
    const bytes = await goodBytes();
    const property = fc.asyncProperty(fc.nat(usageAt(bytes) - 1), fc.nat(7), size, async (at, bit, pieces) => {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
      judgeBroken(client, await hear(client, flipped, pieces));
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('that break off anywhere before the answer has ended are an error, and never a hang', async () => {
    const bytes = await goodBytes();
    const property = fc.asyncProperty(fc.nat(usageAt(bytes) - 1), size, async (end, pieces) => {
      judgeBroken(client, await hear(client, bytes.slice(0, end), pieces));
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

/** Where each frame begins. Source: https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream (prelude) */
function framesAt(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: number[] = [];
  for (let at = 0; at < bytes.length; at += view.getUint32(at)) found.push(at);
  return found;
}
/** The last frame holds the usage; the answer has ended before it. */
const usageAt = (bytes: Uint8Array): number => framesAt(bytes).at(-1) ?? 0;
