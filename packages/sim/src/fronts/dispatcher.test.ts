import type { WireRequest } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { simDispatcher } from '../index.ts';
import { CHATS, FORMATS, KEYS, visibleText } from '../testing/client.ts';

const never = new AbortController().signal;

function wire(format: (typeof FORMATS)[number], model: string, stream: boolean): WireRequest {
  const { path, body } = CHATS[format](model, stream);
  return { method: 'POST', origin: 'https://vendor.example', path, headers: KEYS, body: JSON.stringify(body) };
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('the dispatcher', () => {
  for (const format of FORMATS) {
    it(`answers ${format} as the server does`, async () => {
      const dispatcher = simDispatcher();
      const answer = await dispatcher.dispatch(wire(format, 'sim-text-4', true), never);
      expect([answer.status, answer.header('content-type')]).toEqual([
        200,
        expect.stringContaining(format === 'ollama' ? 'application/x-ndjson' : 'text/event-stream'),
      ]);
      expect(visibleText(await textOf(answer.body))).not.toBe('');
      expect(dispatcher.calls[0]).toMatchObject({ end: 'finished', emitted: 4, origin: 'https://vendor.example' });
    });
  }

  it('throws where the script cuts the connection, as core’s error for it', async () => {
    const dispatcher = simDispatcher();
    const answer = await dispatcher.dispatch(wire('openai-chat', 'sim+cut', true), never);
    await expect(textOf(answer.body)).rejects.toMatchObject({
      name: 'UpstreamError',
      code: 'upstream_unavailable',
      [Symbol.for('postern.error')]: true,
    });
    expect(dispatcher.calls[0]).toMatchObject({ end: 'broken', emitted: 8 });
  });

  it('rejects where the connection is reset before the headers', async () => {
    const dispatcher = simDispatcher();
    await expect(
      dispatcher.dispatch(wire('openai-chat', 'sim+reset-before-headers', true), never),
    ).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });

  it('rejects with the signal’s reason, before the headers and after them', async () => {
    const dispatcher = simDispatcher({
      sizes: { lateHeaders: Number.POSITIVE_INFINITY, stall: Number.POSITIVE_INFINITY },
    });
    const reason = new Error('enough');
    const early = new AbortController();
    const asking = dispatcher.dispatch(wire('gemini', 'sim+late-headers', true), early.signal);
    early.abort(reason);
    await expect(asking).rejects.toBe(reason);

    const later = new AbortController();
    const answer = await dispatcher.dispatch(wire('gemini', 'sim+stall', true), later.signal);
    const reading = textOf(answer.body);
    later.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(dispatcher.calls.map((call) => call.end)).toEqual(['cancelled', 'cancelled']);
    expect(dispatcher.openCalls()).toBe(0);
  });

  it('is cancelled without having been read', async () => {
    const dispatcher = simDispatcher();
    const answer = await dispatcher.dispatch(wire('anthropic-messages', 'sim', true), never);
    answer.cancel(new Error('not wanted'));
    expect(await dispatcher.calls[0]?.ended).toBe('cancelled');
    await expect(textOf(answer.body)).rejects.toThrow('not wanted');
  });

  it('is cancelled by a reader that stops', async () => {
    const dispatcher = simDispatcher();
    const answer = await dispatcher.dispatch(wire('anthropic-messages', 'sim', true), never);
    for await (const _ of answer.body) break;
    expect(dispatcher.calls[0]).toMatchObject({ end: 'cancelled', emitted: 0 });
  });

  it('unpacks gzip, and throws over what is none', async () => {
    const dispatcher = simDispatcher({ sizes: { bomb: 3_000_000 } });
    const bomb = await dispatcher.dispatch(wire('openai-chat', 'sim+bomb', false), never);
    expect((await textOf(bomb.body)).length).toBeGreaterThan(3_000_000);
    const broken = await dispatcher.dispatch(wire('openai-chat', 'sim+bad-gzip', false), never);
    await expect(textOf(broken.body)).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });

  it('takes bytes as well as text', async () => {
    const request = wire('openai-chat', 'sim', false);
    const answer = await simDispatcher().dispatch({ ...request, body: Buffer.from(String(request.body)) }, never);
    expect(answer.status).toBe(200);
  });

  it('closes what is open', async () => {
    const dispatcher = simDispatcher({ sizes: { stall: Number.POSITIVE_INFINITY } });
    const answer = await dispatcher.dispatch(wire('openai-chat', 'sim+stall', true), never);
    const reading = textOf(answer.body);
    await dispatcher.close();
    await expect(reading).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });
});
