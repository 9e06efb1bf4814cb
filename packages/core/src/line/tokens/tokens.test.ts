import { describe, expect, it, vi } from 'vitest';
import type { Tokenizer } from '../../config/tokenizer.ts';
import type { GatewayConfig } from '../../config/types.ts';
import { createGateway } from '../../gateway.ts';
import { memoryStore } from '../../store/memory.ts';
import { manualClock, scriptedDispatcher } from '../../testing/index.ts';
import type { GatewayEvents } from '../events.ts';

const row = { apiKey: 'k', fidelity: 'exact' } as const;
const providers = {
  acme: { ...row, format: 'openai-chat', baseUrl: 'https://acme.test/v1' },
  globex: { ...row, format: 'anthropic-messages', baseUrl: 'https://globex.test/v1' },
} as const;

/** A token is a word, of whatever is no blank. */
const words = (text: string): number => text.split(/\s+/).filter(Boolean).length;

function started(tokenizer?: Tokenizer) {
  const upstream = scriptedDispatcher();
  const clock = manualClock();
  const ended: GatewayEvents['request-end'][] = [];
  const warned: string[] = [];
  const store = memoryStore();
  let ids = 0;
  const gateway = createGateway<Request>(
    {
      access: 'open',
      providers,
      prices: { 'acme/*': { perMillionTokens: { input: '1000', output: '1000' } } },
      store,
      log: { warn: (message) => warned.push(message), error() {} },
      ...(tokenizer && { tokenizer }),
    } as GatewayConfig<Request>,
    {
      dispatcher: upstream,
      clock,
      random: () => 0.5,
      randomId: (bytes: number) => String(++ids).padStart(2 * bytes, '0'),
      environment: {},
    },
  );
  gateway.events.on('request-end', (event) => ended.push(event));
  const ask = (body: object, path = '/v1/chat/completions') =>
    gateway.fetch(
      new Request(`https://gateway.test${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'acme/one', messages: [{ role: 'user', content: 'one two three' }], ...body }),
      }),
    ) as Promise<Response>;
  return { upstream, clock, ended, warned, store, ask, gateway };
}

const head = { id: 'c1', created: 1, model: 'one' };
const answered = (content: string, more: object = {}) => ({
  ...head,
  object: 'chat.completion',
  choices: [
    { index: 0, logprobs: null, finish_reason: 'stop', message: { role: 'assistant', content, refusal: null } },
  ],
  ...more,
});
const piece = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, logprobs: null, finish_reason: finish, delta: finish === null ? { content } : {} }],
  })}\n\n`;

/** A streamed answer whose provider tells no usage. */
async function streamed({ ask, upstream }: ReturnType<typeof started>, pieces: readonly string[], path?: string) {
  const pending = ask({ stream: true, max_tokens: 1000 }, path);
  const wire = (await upstream.next()).stream({ 'content-type': 'text/event-stream' });
  for (const text of pieces) wire.write(piece(text));
  wire.write(`${piece('', 'stop')}data: [DONE]\n\n`);
  wire.end();
  await (await pending).text();
}

describe('an answer whose provider told no usage', () => {
  it('weighs what its script weighs, whether it passes or is translated', async () => {
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      const scene = started();
      await streamed(scene, ['你好', '世界'], path);
      expect(scene.ended[0]?.usage).toMatchObject({ output: 4, estimated: true });
    }
  });

  it('is counted by the tokenizer when it is over, streamed through or translated, and stays an estimate', async () => {
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      const scene = started({ count: words });
      await streamed(scene, ['four ', 'words ', 'are ', 'here'], path);
      await vi.waitFor(() => expect(scene.ended).toHaveLength(1));
      // The role of its one message is read by a model, too.
      expect(scene.ended[0]?.usage).toEqual({ input: 4, output: 4, estimated: true });
      expect(scene.ended[0]?.attempts).toMatchObject([
        { usage: { input: 4, output: 4 }, estimated: true, cost: '8000000' },
      ]);
      const [total] = await scene.store.ledger.totals({}, [], { now: 0, deadline: 1e15 });
      expect(total).toMatchObject({ cost: 8_000_000n });
    }
  });

  it('is counted where it comes whole, which its client does not wait for', async () => {
    const counting: ((tokens: number) => void)[] = [];
    const scene = started({ count: () => new Promise((resolve) => counting.push(resolve)) });
    const pending = scene.ask({});
    (await scene.upstream.next()).respond(200, answered('five words of an answer'));
    await (await pending).text();
    expect(scene.ended).toEqual([]);
    await vi.waitFor(() => expect(counting).toHaveLength(2));
    const closing = scene.gateway.close();
    for (const tell of counting) tell(7);
    await closing;
    expect(scene.ended[0]?.usage).toEqual({ input: 7, output: 7, estimated: true });
  });

  it('is counted in any format, and without a frame that was broken', async () => {
    const scene = started({ count: words });
    const pending = scene.ask({ model: 'globex/two', stream: true, max_tokens: 9 }, '/v1/messages');
    const wire = (await scene.upstream.next()).stream({ 'content-type': 'text/event-stream' });
    const message = { id: 'm', type: 'message', role: 'assistant', model: 'two', content: [], stop_reason: null };
    const delta = (text: string) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
    for (const event of [
      { type: 'message_start', message },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      delta('three words '),
      delta('here'),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null } },
      { type: 'message_stop' },
    ]) {
      wire.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      if (event.type === 'content_block_start') wire.write('event: content_block_delta\ndata: {"type":\n\n');
    }
    wire.end();
    await (await pending).text();
    await vi.waitFor(() => expect(scene.ended).toHaveLength(1));
    expect(scene.ended[0]?.usage).toEqual({ input: 4, output: 3, estimated: true });
  });

  it('is never counted when it told its usage', async () => {
    const count = vi.fn(words);
    const scene = started({ count });
    const pending = scene.ask({});
    const usage = { prompt_tokens: 3, completion_tokens: 0, total_tokens: 3 };
    (await scene.upstream.next()).respond(200, answered('', { usage }));
    await (await pending).text();
    expect(scene.ended[0]?.usage).toMatchObject({ input: 3, output: 0 });
    expect(count).not.toHaveBeenCalled();
  });

  it('is not kept as a whole: what is beyond the bound is extrapolated', async () => {
    const seen: number[] = [];
    const scene = started({
      count: (text) => {
        seen.push(text.length);
        return words(text);
      },
    });
    const pieces = Array.from({ length: 4000 }, () => 'word '.repeat(10));
    await streamed(scene, pieces);
    await vi.waitFor(() => expect(scene.ended).toHaveLength(1));
    expect(Math.max(...seen)).toBeLessThan(256 * 1024);
    expect(scene.ended[0]?.usage?.output).toBeGreaterThanOrEqual(40_000);
    expect(scene.ended[0]?.usage?.output).toBeLessThan(40_100);
  });

  it.each<[string, Tokenizer['count']]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['gives no number', () => Number.NaN],
  ])('is estimated when the tokenizer %s, and the operator is told', async (_, count) => {
    const scene = started({ count });
    await streamed(scene, ['x'.repeat(40)]);
    await vi.waitFor(() => expect(scene.ended).toHaveLength(1));
    expect(scene.ended[0]?.usage).toMatchObject({ output: 10, estimated: true });
    expect(scene.warned.join()).toContain('tokenizer');
  });

  it('is estimated when the tokenizer takes more than 5 s', async () => {
    const scene = started({ count: () => new Promise(() => {}) });
    await streamed(scene, ['x'.repeat(40)]);
    await scene.clock.advance(4_999);
    expect(scene.ended).toEqual([]);
    await scene.clock.advance(1);
    await vi.waitFor(() => expect(scene.ended[0]?.usage).toMatchObject({ output: 10, estimated: true }));
  });

  it('is counted as far as it came when its client leaves', async () => {
    const scene = started({ count: words });
    const pending = scene.ask({ stream: true });
    const wire = (await scene.upstream.next()).stream({ 'content-type': 'text/event-stream' });
    wire.write(piece('two words'));
    const reader = (await pending).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await vi.waitFor(() => expect(scene.ended[0]?.usage).toEqual({ input: 4, output: 2, estimated: true }));
  });
});

describe('a request to count tokens', () => {
  const path = '/v1/messages/count_tokens';
  it('is answered by the tokenizer where the provider has no endpoint, marked as an estimate', async () => {
    const count = vi.fn(words);
    const response = await started({ count }).ask({}, path);
    expect(await response.json()).toEqual({ input_tokens: 4 });
    expect(response.headers.get('x-postern-inserted')).toContain('token-count=estimated');
    expect(count).toHaveBeenCalledWith(expect.stringContaining('one two three'), 'one');
  });

  it('is answered by the length of its body where the tokenizer fails', async () => {
    const response = await started({ count: () => Promise.reject(new Error('no')) }).ask({}, path);
    const { input_tokens } = (await response.json()) as { input_tokens: number };
    expect(input_tokens).toBeGreaterThan(10);
  });
});
