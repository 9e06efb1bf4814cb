import { describe, expect, it } from 'vitest';
import { broken, type Deed, errorOf, Scene } from './routing-scene.type-test.ts';

/** https://platform.openai.com/docs/guides/error-codes */
const limited: Deed = () => ({ status: 429, body: { error: { message: 'slow down', code: 'rate_limit_exceeded' } } });

describe('a request whose deployments all rest', () => {
  it.each([
    ['after faults', broken, [503, 'upstream_unavailable']],
    ['after a rate limit', limited, [429, 'upstream_rate_limited']],
  ])('is refused at once with the time to come back, %s, fallbacks or not', async (_, deed, refused) => {
    const lists = {
      m: { deployments: ['a/one'], retries: 0, fallbacks: ['n'] },
      n: { deployments: ['b/two'], retries: 0 },
    };
    const scene = new Scene({ models: lists });
    scene.deeds = { a: deed, b: deed };
    // Ten failures in a row of each, and one trial of each.
    for (let request = 0; request < 12; request++) await scene.ask();
    const calls = scene.went.length;
    for (const more of [{}, { disable_fallbacks: true }]) {
      const reply = await scene.ask(more);
      expect([reply.status, errorOf(reply).code]).toEqual(refused);
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(scene.went).toHaveLength(calls);
  });
});
