import { describe, expect, it } from 'vitest';
import { eventFrame } from '../../adapters/bedrock-converse/wire.ts';
import type { WireFormat } from '../../adapters/format.ts';
import type { ScopedLimit } from '../../config/limit-types.ts';
import { limited, openai, othersTurn, PROVIDERS, reader, until } from '../limited.type-test.ts';

/** 100 tokens, at four characters each. */
const PIECE = 400;
const X = 'x'.repeat(PIECE);
const event = (type: string, more: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const RESPONSE = { id: 'r', object: 'response', created_at: 1, model: 'm', status: 'in_progress', output: [] };

/** How a stream of each format begins, and goes on; and what its clients read of an answer that reached its bound. */
const FORMATS: Readonly<
  Record<
    WireFormat,
    { ask: object; head: string | Uint8Array; piece: string | Uint8Array; length: RegExp; last: RegExp; noted: boolean }
  >
> = {
  // Source: https://platform.openai.com/docs/api-reference/chat-streaming
  'openai-chat': {
    ask: { messages: [{ role: 'user', content: 'hi' }] },
    head: '',
    piece: openai.piece(PIECE),
    length: /"finish_reason":"length"/,
    last: /data: \[DONE\]\n\n$/,
    noted: true,
  },
  // Source: https://platform.openai.com/docs/api-reference/completions
  'openai-completions': {
    ask: { prompt: 'hi' },
    head: '',
    piece: `data: ${JSON.stringify({ id: 'c', object: 'text_completion', created: 1, model: 'm', choices: [{ text: X, index: 0, logprobs: null, finish_reason: null }] })}\n\n`,
    length: /"finish_reason":"length"/,
    last: /data: \[DONE\]\n\n$/,
    noted: true,
  },
  // Source: https://platform.openai.com/docs/api-reference/responses-streaming
  'openai-responses': {
    ask: { input: 'hi' },
    head:
      event('response.created', { sequence_number: 0, response: RESPONSE }) +
      event('response.output_item.added', {
        sequence_number: 1,
        output_index: 0,
        item: { id: 'i', type: 'message', role: 'assistant', status: 'in_progress', content: [] },
      }),
    piece: event('response.output_text.delta', { item_id: 'i', output_index: 0, content_index: 0, delta: X }),
    length: /"reason":"max_output_tokens"/,
    last: /event: response\.incomplete\ndata: .*\n\n$/,
    noted: true,
  },
  // Source: https://platform.claude.com/docs/en/build-with-claude/streaming
  'anthropic-messages': {
    ask: { max_tokens: 100_000, messages: [{ role: 'user', content: 'hi' }] },
    head:
      event('message_start', {
        message: {
          id: 'm',
          type: 'message',
          role: 'assistant',
          content: [],
          model: 'm',
          usage: { input_tokens: 9, output_tokens: 1 },
        },
      }) + event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    piece: event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: X } }),
    length: /"stop_reason":"max_tokens"/,
    last: /event: message_stop\ndata: .*\n\n$/,
    noted: true,
  },
  // Source: https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
  gemini: {
    ask: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
    head: '',
    piece: `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [{ text: X }] }, index: 0 }] })}\r\n\r\n`,
    length: /"finishReason":"MAX_TOKENS"/,
    last: /\}\r\n\r\n$/,
    noted: true,
  },
  // Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
  'bedrock-converse': {
    ask: { messages: [{ role: 'user', content: [{ text: 'hi' }] }] },
    head: eventFrame('messageStart', { role: 'assistant' }),
    piece: eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: X } }),
    length: /"stopReason":"max_tokens"/,
    last: /metadata.*"usage".*$/s,
    noted: false,
  },
  // Source: https://docs.cohere.com/v2/docs/streaming
  cohere: {
    ask: { messages: [{ role: 'user', content: 'hi' }] },
    head:
      event('message-start', { id: 'c', delta: { message: { role: 'assistant' } } }) +
      event('content-start', { index: 0, delta: { message: { content: { type: 'text', text: '' } } } }),
    piece: event('content-delta', { index: 0, delta: { message: { content: { text: X } } } }),
    length: /"finish_reason":"MAX_TOKENS"/,
    last: /"message-end".*\n\n$/,
    noted: true,
  },
  // Source: https://docs.ollama.com/api/chat
  ollama: {
    ask: { messages: [{ role: 'user', content: 'hi' }] },
    head: '',
    piece: `${JSON.stringify({ model: 'm', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content: X }, done: false })}\n`,
    length: /"done_reason":"length"/,
    last: /"done":true.*\n$/,
    noted: false,
  },
};
const NAMES = Object.keys(FORMATS) as WireFormat[];
const PAIRS = NAMES.flatMap((client) =>
  [...new Set<WireFormat>([client, 'openai-chat', 'anthropic-messages'])].map((provider) => ({ client, provider })),
);
const TYPES: Partial<Record<WireFormat, string>> = {
  ollama: 'application/x-ndjson',
  'bedrock-converse': 'application/vnd.amazon.eventstream',
};
const output = (max: number): ScopedLimit => ({ scope: 'caller', counts: 'outputTokens', max, per: 'day' });

describe('a running stream whose limit is used up', () => {
  it.each(PAIRS)('ends for $client as one that reached its bound, from $provider', async ({ client, provider }) => {
    const { gateway, upstream, ended, cuts, calls, state } = limited([output(1_200)], { reserve: 'estimate' });
    const { ask, length, last, noted } = FORMATS[client];
    const { head, piece } = FORMATS[provider];
    const asked = gateway.call(client, { ...ask, model: `${provider}/m`, stream: true }, { caller: { id: 'ann' } });
    const call = await upstream.next();
    const wire = call.stream({ 'content-type': TYPES[provider] ?? 'text/event-stream' });
    wire.write(head);
    for (let pieces = 0; pieces < 50; pieces++) wire.write(piece);
    const { got, done } = reader((await asked).stream);
    await done;
    // The provider would go on for 5,000 tokens.
    expect(call.signal.aborted).toBe(true);
    const tokens = (got.text.match(/x{400}/g) ?? []).length * 100;
    // The last item of an answer repeats its text in this format.
    if (client !== 'openai-responses') expect(tokens).toBeLessThanOrEqual(1_200);
    expect(tokens).toBeGreaterThanOrEqual(1_100);
    expect(got.text.match(length)).toHaveLength(1);
    expect(got.text).toMatch(last);
    expect(got.text.includes(': x-postern-ended: rate_limited\n\n')).toBe(noted);
    expect(cuts).toMatchObject([{ caller: 'ann', error: { code: 'rate_limited' } }]);
    expect(ended).toMatchObject([{ outcome: 'cancelled', status: 200, error: { code: 'rate_limited' } }]);
    const [record] = ended[0]?.attempts ?? [];
    expect(record).toMatchObject({ outcome: 'cancelled', estimated: true });
    expect(record?.usage?.['output']).toBeGreaterThanOrEqual(1_100);
    expect(record?.usage?.['output']).toBeLessThanOrEqual(1_200);
    await until(() => calls.at(-1)?.[0] === 'settle');
    expect(await state()).toEqual([]);
  });

  it('is ended by a budget, and says so', async () => {
    // 1,000 tokens of the answer at 10,000 nano-dollars, its prompt, and 150 tokens more.
    const { ask, upstream, cuts, ended } = limited([{ scope: 'caller', counts: 'usd', max: '0.0116' }], {
      reserve: 'estimate',
    });
    const { reply } = ask({ stream: true });
    const wire = (await upstream.next()).stream();
    for (let pieces = 0; pieces < 50; pieces++) wire.write(openai.piece(PIECE));
    const { got, done } = reader((await reply).body);
    await done;
    expect(got.text).toContain(': x-postern-ended: budget_exhausted\n\n');
    expect(cuts).toMatchObject([{ error: { code: 'budget_exhausted', shouldRetry: false } }]);
    expect(Number(ended[0]?.cost)).toBeLessThanOrEqual(11_600_000);
    expect(Number(ended[0]?.cost)).toBeGreaterThanOrEqual(11_000_000);
  });

  it('is ended by a limit of its provider as well', async () => {
    const limit: ScopedLimit = { scope: 'provider', counts: 'outputTokens', max: 1_100, per: 'day' };
    const { ask, upstream, cuts, state } = limited([limit], { reserve: 'estimate' });
    const { reply } = ask({ stream: true });
    const wire = (await upstream.next()).stream();
    for (let pieces = 0; pieces < 50; pieces++) wire.write(openai.piece(PIECE));
    await reader((await reply).body).done;
    expect(cuts).toHaveLength(1);
    await othersTurn();
    expect(await state()).toEqual([]);
  });

  it('is ended for a client that has left as well, where its call is read on', async () => {
    const providers = { ...PROVIDERS, 'openai-chat': { ...PROVIDERS['openai-chat'], onAbort: 'drain' as const } };
    const { ask, upstream, ended } = limited([output(1_200)], { reserve: 'estimate', providers });
    const { reply, leave } = ask({ stream: true });
    const call = await upstream.next();
    const wire = call.stream();
    wire.write(openai.piece(PIECE));
    await reply;
    leave();
    for (let pieces = 0; pieces < 50; pieces++) wire.write(openai.piece(PIECE));
    await until(() => call.signal.aborted);
    await until(() => ended.length === 1);
    expect(ended[0]?.usage?.output).toBeLessThanOrEqual(1_200);
    expect(ended[0]).toMatchObject({ outcome: 'cancelled' });
  });

  it('goes on when others have given back what they did not use', async () => {
    const { ask, upstream, cuts } = limited([output(2_500)], { reserve: 'estimate' });
    const other = ask({ stream: true });
    const theirs = (await upstream.next()).stream();
    theirs.write(openai.piece(4));
    const others = reader((await other.reply).body);
    const { reply } = ask({ stream: true });
    const wire = (await upstream.next()).stream();
    wire.write(openai.piece(PIECE));
    const { got, done } = reader((await reply).body);
    for (let pieces = 1; pieces < 13; pieces++) {
      wire.write(openai.piece(PIECE));
      await othersTurn();
    }
    theirs.write(openai.end(10, 1));
    theirs.end();
    await others.done;
    for (let pieces = 0; pieces < 7; pieces++) wire.write(openai.piece(PIECE));
    wire.write(openai.end(10, 2_000));
    wire.end();
    await done;
    expect(cuts).toEqual([]);
    expect(got.text).toContain('"finish_reason":"stop"');
  });
});

describe('a running stream within its limits', () => {
  it('reserves more ahead of what it needs, and gives back what it did not use', async () => {
    const { ask, calls, upstream, ended } = limited([output(100_000)], { reserve: 'estimate' });
    const { reply } = ask({ stream: true });
    const wire = (await upstream.next()).stream();
    wire.write(openai.piece(PIECE));
    const { done } = reader((await reply).body);
    for (let pieces = 1; pieces < 30; pieces++) {
      wire.write(openai.piece(PIECE));
      await othersTurn();
    }
    wire.write(openai.end(10, 2_900));
    wire.end();
    await done;
    await until(() => calls.at(-1)?.[0] === 'settle');
    expect(calls[0]?.[2]).toMatchObject({ outputTokens: 1_000 });
    const more = calls.filter(([name]) => name === 'extend').map(([, , by]) => by.outputTokens);
    // 3,000 tokens by the estimate: one more step of 500 each time that 125 are left.
    expect(more).toEqual([500, 500, 500, 500, 500]);
    expect(calls.at(-1)?.[2]).toMatchObject({ outputTokens: 2_900 });
    expect(ended[0]).toMatchObject({ outcome: 'ok' });
  });

  it('does not wait for the store while something is reserved, and waits when nothing is', async () => {
    let answer = () => {};
    const { ask, calls, upstream } = limited([output(100_000)], { reserve: 'estimate' }, (name) =>
      name === 'extend'
        ? new Promise<void>((resolve) => {
            answer = resolve;
          })
        : undefined,
    );
    const { reply } = ask({ stream: true });
    const wire = (await upstream.next()).stream();
    for (let pieces = 0; pieces < 15; pieces++) wire.write(openai.piece(PIECE));
    const { got, done } = reader((await reply).body);
    await until(() => calls.some(([name]) => name === 'extend'));
    for (let turn = 0; turn < 20; turn++) await othersTurn();
    expect(got.text.match(/x{400}/g)).toHaveLength(10);
    answer();
    await until(() => got.text.match(/x{400}/g)?.length === 15);
    answer();
    wire.write(openai.end(10, 1_500));
    wire.end();
    await othersTurn();
    answer();
    await done;
  });

  it('asks for nothing beyond the bound that its client set', async () => {
    const { ask, calls, upstream, cuts } = limited([output(300)]);
    const { reply } = ask({ stream: true, max_tokens: 300 });
    const wire = (await upstream.next()).stream();
    // Long words: five characters a token.
    for (let pieces = 0; pieces < 10; pieces++) wire.write(openai.piece(150));
    wire.write(openai.end(10, 300));
    wire.end();
    const { got, done } = reader((await reply).body);
    await done;
    expect(calls.map(([name]) => name)).not.toContain('extend');
    expect(cuts).toEqual([]);
    expect(got.text).toContain('"finish_reason":"stop"');
  });

  it('asks for nothing at all where no limit counts what it brings', async () => {
    for (const limits of [
      [],
      [{ scope: 'caller', counts: 'requests', max: 9 }],
      [{ ...output(10), soft: true }],
    ] satisfies ScopedLimit[][]) {
      const { ask, calls, upstream } = limited(limits, { reserve: 'estimate' });
      const { reply } = ask({ stream: true });
      const wire = (await upstream.next()).stream();
      for (let pieces = 0; pieces < 30; pieces++) wire.write(openai.piece(PIECE));
      wire.write(openai.end(10, 3_000));
      wire.end();
      await reader((await reply).body).done;
      expect(calls.map(([name]) => name)).not.toContain('extend');
    }
  });

  /** What becomes of a stream of 3,000 tokens whose reservation of 1,000 can't be extended while `away` says so. */
  async function whileAway(onFailure: 'open' | 'closed', away: (asked: number) => Error | undefined) {
    let asked = 0;
    const all = limited([output(100_000)], { reserve: 'estimate', storage: { onFailure } }, (name) => {
      const cause = name === 'extend' ? away(++asked) : undefined;
      return cause === undefined ? undefined : Promise.reject(cause);
    });
    const unchecked: unknown[] = [];
    all.gateway.events.on('limits-unchecked', ({ scopes }) => unchecked.push(...scopes));
    const { reply } = all.ask({ stream: true });
    const wire = (await all.upstream.next()).stream();
    for (let pieces = 0; pieces < 30; pieces++) wire.write(openai.piece(PIECE));
    wire.write(openai.end(10, 3_000));
    wire.end();
    const { got, done } = reader((await reply).body);
    await done;
    await until(() => all.calls.some(([name]) => name === 'settle'));
    const used = all.calls.find(([name]) => name === 'settle')?.[2].outputTokens ?? 0;
    return { ...all, got, unchecked, used };
  }
  const lost = () => new Error('away');

  it('gets no more than is reserved while the store is away, where the limits are closed then', async () => {
    const { got, cuts, errors, used, calls } = await whileAway('closed', lost);
    expect(got.text).toMatch(/"finish_reason":"length"/);
    expect(got.text).toMatch(/data: \[DONE\]\n\n$/);
    expect(cuts.map(({ error }) => [error.code, error.status])).toEqual([['store_unavailable', 503]]);
    expect(errors.some((line) => line.includes('does not answer'))).toBe(true);
    expect([used > 800, used <= 1_000]).toEqual([true, true]);
    // Once ahead of need and once when it was needed: a store that is away is not asked for less and less.
    expect(calls.filter(([name]) => name === 'extend')).toHaveLength(2);
  });

  it('goes on when the store is back by the time that more is needed', async () => {
    const { got, cuts, used } = await whileAway('closed', (asked) => (asked === 1 ? lost() : undefined));
    expect([cuts, used]).toEqual([[], 3_000]);
    expect(got.text).toMatch(/"finish_reason":"stop"/);
  });

  it('goes on while the store is away where the limits are open then, which is told, and counts at its end', async () => {
    const { cuts, errors, unchecked, used } = await whileAway('open', lost);
    expect([cuts, used]).toEqual([[], 3_000]);
    expect(new Set(unchecked)).toEqual(new Set(['caller:ann']));
    expect(errors.some((line) => line.includes('does not answer'))).toBe(true);
  });

  it('is ended where what it asks for is more than any store can count: that is no outage', async () => {
    const { cuts } = await whileAway('open', () => new RangeError('2^53'));
    expect(cuts.map(({ error }) => error.code)).toEqual(['rate_limited']);
  });
});
