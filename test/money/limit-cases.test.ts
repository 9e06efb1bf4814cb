import { ConfigError, type GatewayConfig, type ScopedLimit } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { answering, atOnce, booksOver, chatAnswer, counts, tokens } from './books.ts';

/** What users of other gateways were hurt by with limits of requests and tokens, by its number in the collection of such cases. */
const brief = () => answering(() => ({ body: chatAnswer(tokens(10, 10)) }));
const rpm = (max: number): ScopedLimit => ({ scope: 'caller', counts: 'requests', max, per: 'minute' });

describe('limits of requests and tokens', () => {
  it('case 27: each limit counts in its own window, and none of them is halved by another', async () => {
    const limits: ScopedLimit[] = [
      rpm(10),
      { scope: 'caller', counts: 'requests', max: 25, per: 'hour' },
      { scope: 'team', counts: 'requests', max: 10, per: 'minute' },
    ];
    const books = booksOver(brief(), { limits });
    const passed: (number | undefined)[] = [];
    for (let minute = 0; minute < 4; minute++) {
      passed.push(counts(await atOnce(30, () => books.ask({}, { id: 'ann', team: 'red' })))[200]);
      await books.clock.advance(60_000);
    }
    expect(passed).toEqual([10, 10, 5, undefined]);
    // Nobody waits longer than until the hour is over.
    await books.clock.advance(56 * 60_000);
    expect(counts(await atOnce(30, () => books.ask({}, { id: 'ann', team: 'red' })))[200]).toBe(10);
  });

  it('case 30: what is left falls with each call', async () => {
    const books = booksOver(brief(), { limits: [rpm(3)] });
    const left: (string | null)[] = [];
    for (let call = 0; call < 3; call++) left.push((await books.ask()).headers.get('x-ratelimit-remaining-requests'));
    expect(left).toEqual(['2', '1', '0']);
  });

  it.each<[string, object, string]>([
    ['a limit under a name that nobody reads', { limit: [rpm(1)] }, 'limit'],
    ['a scope that is none', { limits: [{ ...rpm(1), scope: 'customer' }] }, 'limits.0.scope'],
    ['a unit that is none', { limits: [{ ...rpm(1), counts: 'request' }] }, 'limits.0.counts'],
    ['a maximum that is missing', { limits: [{ scope: 'caller', counts: 'requests' }] }, 'limits.0.max'],
    ['a member that is misspelt', { limits: [{ ...rpm(1), period: 'minute' }] }, 'limits.0'],
    [
      'a budget where nothing has a price',
      { limits: [{ scope: 'caller', counts: 'usd', max: 1 }], unknownPrice: 'flag', prices: {} },
      'limits.0.counts',
    ],
    ['a store that is none', { limits: [rpm(1)], store: {} }, 'store'],
  ])('case 30: %s fails at start, so that no limit is off in silence', (_, config, path) => {
    let failure: unknown;
    try {
      booksOver(brief(), config as Partial<GatewayConfig<Request>>);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String(failure)).toContain(path);
  });
});
