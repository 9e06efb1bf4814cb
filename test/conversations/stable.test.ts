import { describe, expect, it } from 'vitest';
import { PAIRS } from './pairs.ts';
import { play } from './play.ts';
import { TOOLS } from './rows/tools.ts';

const RUNS = TOOLS.flatMap((row) =>
  PAIRS.filter(({ client, provider }) => row.says[client] !== undefined && client !== provider).map((pair) => ({
    ...pair,
    row,
    name: row.name,
  })),
);

/** The provider's prompt cache keys on the bytes. */
describe('the same conversation is the same bytes at the provider, every time (case 73)', () => {
  it.each(RUNS)('$name: $client → $provider', async ({ row, client, provider }) => {
    const sent = async () => {
      const { call } = await play({
        client,
        provider,
        body: row.says[client] ?? {},
        stream: false,
        script: row.script ?? 'echo',
      });
      return Buffer.from(call?.bodyBytes ?? []).toString();
    };
    expect(await sent()).toBe(await sent());
  });
});
