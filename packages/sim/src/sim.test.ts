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

it.each(['openai-chat', 'anthropic-messages', 'gemini', 'openai-responses'] as const)(
  'a body with a toString of its own is refused like any other (%s)',
  (format) => {
    const odd = { toString: 'x', valueOf: 1 };
    const { path, body } = CHATS[format]('sim', false, {
      messages: [{ role: odd, content: [{ type: odd }] }],
      contents: [{ role: odd, parts: [{ functionResponse: { name: odd, response: {} } }] }],
      input: [{ role: odd, content: [{ type: odd }] }],
      response_format: { type: odd },
      tool_choice: { type: odd },
      tools: [{ type: odd, name: odd, functionDeclarations: [{ name: odd }, { name: odd }] }],
    });
    const answer = createSim().answer({ method: 'POST', path, headers: KEYS, body: Buffer.from(JSON.stringify(body)) });
    expect(answer.status).toBe(400);
  },
);
