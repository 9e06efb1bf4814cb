import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UpstreamError } from '../../kit/errors.ts';
import type { Chunk } from '../../transport/gateway-request.ts';
import { limited, openai, othersTurn } from '../limited.type-test.ts';

interface Script {
  /** Tokens of a piece, and how many pieces the provider has. */
  readonly piece: number;
  readonly pieces: number;
  readonly end: 'well' | 'broken';
  /** Chunks that the client reads before it leaves. */
  readonly patience: number;
}

const script: fc.Arbitrary<Script> = fc.record({
  piece: fc.integer({ min: 5, max: 200 }),
  pieces: fc.integer({ min: 1, max: 30 }),
  end: fc.constantFrom('well', 'broken'),
  patience: fc.oneof(fc.constant(1_000), fc.integer({ min: 0, max: 20 })),
});

it('what is used and what is reserved never go beyond the limit together, in whatever order streams extend, end, break and are left', async () => {
  const property = fc.asyncProperty(
    fc.scheduler(),
    fc.array(script, { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 900, max: 6_000 }),
    async (scheduler, scripts, max) => {
      const { ask, calls, states, upstream, ended, state } = limited(
        [{ scope: 'caller', counts: 'outputTokens', max, per: 'day' }],
        { reserve: 'estimate' },
        (name, id) => scheduler.schedule(Promise.resolve(), `${name} ${id}`),
      );
      let answered = 0;
      const answer = () => {
        for (; answered < upstream.calls.length; answered++) {
          const { piece, pieces, end } = scripts[answered] as Script;
          const wire = upstream.calls[answered]?.stream();
          for (let count = 0; count < pieces; count++) wire?.write(openai.piece(4 * piece));
          if (end === 'broken') wire?.break(new UpstreamError('upstream_unavailable', 'reset'));
          else {
            wire?.write(openai.end(10, piece * pieces));
            wire?.end();
          }
        }
      };
      const client = async ({ patience }: Script) => {
        const { reply, leave } = ask({ stream: true });
        const { body } = await reply;
        if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return;
        const chunks = (body as AsyncIterable<Chunk>)[Symbol.asyncIterator]();
        for (let count = 0; count < patience; count++) if ((await chunks.next()).done === true) return;
        leave();
        await chunks.return?.();
      };
      let left = scripts.length;
      for (const one of scripts)
        void client(one).finally(() => {
          left--;
        });
      for (let turn = 0; turn < 3_000 && (left > 0 || ended.length < scripts.length || scheduler.count() > 0); turn++) {
        answer();
        if (scheduler.count() > 0) await scheduler.waitOne();
        await othersTurn();
      }
      expect([left, ended.length]).toEqual([0, scripts.length]);
      for (const { used, reserved } of states) expect(used + reserved).toBeLessThanOrEqual(max);
      expect(await state()).toEqual([]);
      const settled = calls.filter(([name]) => name === 'settle').map(([, id]) => id);
      expect(new Set(settled).size).toBe(settled.length);
    },
  );
  await fc.assert(property, { numRuns: 60 });
});
