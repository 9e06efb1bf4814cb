import type { GatewayConfig, ScopedLimit, Store } from '@postern/core';
import { simDispatcher } from '@postern/sim';
import { expect, it } from 'vitest';
import { onEveryStore } from '../kit/every-store.ts';
import { answering, atOnce, booksOver, chatAnswer, counts, tokens } from './books.ts';

/** What users of other gateways were hurt by where it is the store that must count right, by its number in the collection of such cases. */
const CENT: ScopedLimit = { scope: 'team', counts: 'usd', max: '0.01', per: 'month' };
const OF_CENT = 10_000_000;
const ANN = { id: 'ann', team: 'red' };
/** Nano-dollars of 10 tokens of the prompt and 10 of the answer at the provider `a`. */
const COST = 10 * 1_000 + 10 * 10_000;
const provider = () => answering(() => ({ body: chatAnswer(tokens(10, 10)) }));
const rpm = (max: number): ScopedLimit => ({ scope: 'caller', counts: 'requests', max, per: 'minute' });
/** On a machine that others use a deadline of 50 ms would say more of the machine than of the store. */
const over = (store: Store): Partial<GatewayConfig<Request>> => ({ store, storage: { timeout: '20s' } });

onEveryStore((open) => {
  it('case 2: a thousand calls at once on a cent never cost the provider’s account more than the cent', async () => {
    const store = await open();
    const upstream = provider();
    const books = booksOver(upstream, { ...over(store), limits: [CENT] });
    const answers = await atOnce(1_000, () => books.ask({ max_tokens: 10 }, ANN));
    expect(upstream.bodies.length).toBe(counts(answers)[200]);
    expect(upstream.bodies.length * COST).toBeLessThanOrEqual(OF_CENT);
    // And what is left once all is settled is less than one more call would reserve.
    await books.ledger(1_000);
    while ((await books.ask({ max_tokens: 10 }, ANN)).status === 200) await books.ledger(books.ended.length);
    expect(upstream.bodies.length * COST).toBeGreaterThan(OF_CENT - 2 * COST);
  });

  it('case 3: the first calls at once of an end user whom nobody has seen are counted like any other', async () => {
    const store = await open();
    const upstream = provider();
    const limits: ScopedLimit[] = [{ scope: 'endUser', counts: 'requests', max: 3, per: 'day' }];
    const books = booksOver(upstream, { ...over(store), limits });
    for (const endUser of ['new', 'newer', 'newest'])
      expect(counts(await atOnce(8, () => books.ask({}, { id: 'app', endUser })))).toEqual({ 200: 3, 429: 5 });
    expect(upstream.bodies).toHaveLength(9);
  });

  it('case 5: a stream ten times the budget ends as one that reached its bound, with the reason, within the budget', async () => {
    const budget = 15_000_000;
    const sim = simDispatcher();
    const books = booksOver(sim, {
      ...over(await open()),
      models: { m: { deployments: ['a/sim-text-15000'], retries: 0 } },
      limits: [{ scope: 'caller', counts: 'usd', max: '0.015' }],
      reserve: 'estimate',
    });
    const text = await (await books.ask({ stream: true })).text();
    expect(text).toContain('"finish_reason":"length"');
    expect(text).toContain(': x-postern-ended: budget_exhausted');
    const [row] = await books.ledger(1);
    expect(row).toMatchObject({ outcome: 'cancelled', estimated: true });
    expect(Number(row?.cost)).toBeLessThanOrEqual(budget);
    expect(Number(row?.cost)).toBeGreaterThan(budget / 2);
    // What the provider had made by then is little more than what was counted.
    expect(await sim.calls[0]?.ended).toBe('cancelled');
    expect((await books.ask({ stream: true })).status).toBe(429);
    expect(sim.calls).toHaveLength(1);
  });

  it('case 11: an attempt is in the ledger once, however often its record is told', async () => {
    const store = await open();
    const books = booksOver(provider(), over(store));
    await books.ask();
    const rows = await books.ledger(1);
    const call = { now: books.clock.now(), deadline: books.clock.now() + 20_000 };
    for (let again = 0; again < 3; again++)
      await books.store.ledger.append([...rows, ...(books.ended[0]?.attempts ?? [])], call);
    expect(await books.store.ledger.totals({}, [], call)).toMatchObject([{ attempts: 1, cost: BigInt(COST) }]);
  });

  it('case 23: a request that comes again with its Idempotency-Key is charged once, also when eight come at once; another body is refused', async () => {
    const upstream = provider();
    const books = booksOver(upstream, over(await open()));
    const ask = (key: string, more = {}) => books.ask(more, ANN, undefined, { 'idempotency-key': key });
    const first = counts(await atOnce(8, () => ask('one')));
    expect(first).toEqual({ 200: 1, 409: 7 });
    await books.ledger(8);
    const again = await ask('one');
    const { error } = (await again.json()) as { error: { code: string } };
    expect([again.status, error.code, again.headers.get('x-should-retry')]).toEqual([409, 'idempotency_done', 'false']);
    expect((await ask('one', { max_tokens: 5 })).status).toBe(422);
    expect((await ask('two')).status).toBe(200);
    const rows = await books.ledger(11);
    expect(rows.map(({ cost }) => cost)).toEqual([String(COST), String(COST)]);
    expect(upstream.bodies).toHaveLength(2);
    expect(rows.map(({ request }) => request)).toContain(again.headers.get('x-postern-first-request-id'));
  });

  it('case 26: what is refused because others are open takes nothing from the requests of the minute', async () => {
    const store = await open();
    let answer: (() => void) | undefined;
    const slow = answering(() => ({ body: chatAnswer(tokens(10, 10)) }));
    const { dispatch } = slow;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    slow.dispatch = async (...args) => {
      if (slow.bodies.length === 0) await held;
      return dispatch(...args);
    };
    const books = booksOver(slow, {
      ...over(store),
      limits: [{ scope: 'caller', counts: 'concurrency', max: 1 }, rpm(2)],
    });
    const first = books.ask();
    expect(counts(await atOnce(5, () => books.ask()))).toEqual({ 429: 5 });
    answer?.();
    expect((await first).status).toBe(200);
    await books.ledger(6);
    expect((await books.ask()).status).toBe(200);
    await books.ledger(7);
    expect((await books.ask()).status).toBe(429);
  });

  it.each([false, true])(
    'case 28: calls at once can not pass a limit of tokens that none of them would pass alone (stream: %s)',
    async (stream) => {
      const store = await open();
      const sse = `data: ${JSON.stringify({ ...chatAnswer({}), choices: [{ index: 0, delta: { content: 'x' }, finish_reason: 'stop' }], usage: tokens(20, 40) })}\n\ndata: [DONE]\n\n`;
      const upstream = answering(() => ({ body: stream ? sse : chatAnswer(tokens(20, 40)) }));
      const books = booksOver(upstream, { ...over(store), limits: [{ scope: 'caller', counts: 'tokens', max: 100 }] });
      const answers = await atOnce(5, () => books.ask({ max_tokens: 40, stream }));
      await Promise.all(answers.map((answer) => answer.text()));
      expect(counts(answers)).toEqual({ 200: 1, 429: 4 });
      await books.ledger(5);
      // 60 are used.
      expect((await books.ask({ max_tokens: 40, stream })).status).toBe(429);
      expect(upstream.bodies).toHaveLength(1);
    },
  );

  it('case 29: of 1,022 calls in a minute that allows 100 there pass 100', async () => {
    const store = await open();
    const upstream = provider();
    const books = booksOver(upstream, { ...over(store), limits: [rpm(100)] });
    expect(counts(await atOnce(1_022, () => books.ask()))).toEqual({ 200: 100, 429: 922 });
    expect(upstream.bodies).toHaveLength(100);
  });
});
