import { expect, it } from 'vitest';
import { createSim } from './index.ts';
import { CHATS, KEYS } from './testing/client.ts';

const never = new AbortController().signal;

async function writes(model: string): Promise<number[]> {
  const { path, body } = CHATS.gemini(model, true);
  const answer = createSim().answer({ method: 'POST', path, headers: KEYS, body: Buffer.from(JSON.stringify(body)) });
  await answer.headersDue(never);
  const sizes: number[] = [];
  for await (const bytes of answer.writes(never)) sizes.push(bytes.length);
  return sizes;
}

// What a socket makes of many small writes is the system's affair, so they are counted before it.
it('utf8 writes byte by byte, split-N in N bytes', async () => {
  expect(new Set(await writes('sim-text-2+utf8'))).toEqual(new Set([1]));
  expect(Math.max(...(await writes('sim-text-2-split-10')))).toBe(10);
});

it('an event is one write by default', async () => expect(await writes('sim-text-2')).toHaveLength(3));
