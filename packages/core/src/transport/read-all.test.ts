import { describe, expect, it } from 'vitest';
import { readAll } from './read-all.ts';

const encoder = new TextEncoder();

describe('reading a whole answer', () => {
  it('joins its pieces', async () => {
    expect(await readAll(pieces(['ab', '', 'c']), 3)).toEqual(encoder.encode('abc'));
    expect(await readAll(pieces([]), 0)).toEqual(new Uint8Array(0));
  });

  it('stops at the cap, leaves the rest unread and closes the source', async () => {
    const log: string[] = [];
    const error = { code: 'upstream_invalid_response', message: expect.stringContaining('4 bytes') as string };
    await expect(readAll(pieces(['abc', 'de', 'f'], log), 4)).rejects.toMatchObject(error);
    expect(log).toEqual(['abc', 'de', 'closed']);
  });

  it('passes on what the source throws', async () => {
    const failure = new Error('cut');
    await expect(readAll(broken(failure), 100)).rejects.toBe(failure);
  });
});

async function* pieces(texts: readonly string[], log: string[] = []): AsyncGenerator<Uint8Array> {
  try {
    for (const text of texts) {
      log.push(text);
      yield encoder.encode(text);
    }
  } finally {
    log.push('closed');
  }
}

async function* broken(failure: Error): AsyncGenerator<Uint8Array> {
  yield encoder.encode('a');
  throw failure;
}
