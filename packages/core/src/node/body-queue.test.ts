import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyQueue, HIGH_WATER } from './body-queue.ts';

function queue(): { body: BodyQueue; log: unknown[] } {
  const log: unknown[] = [];
  return { body: new BodyQueue({ resume: () => void log.push('resume'), cancel: () => void log.push('cancel') }), log };
}
const bytes = (size: number, fill = 'x'): Buffer => Buffer.alloc(size, fill);
const ended = { done: true, value: undefined };

describe('a body that is asked for as a whole', () => {
  it('is all its bytes in order, however many and small its pieces and whenever it was asked for', async () => {
    for (const before of [0, 1, 1024, 5000]) {
      const { body } = queue();
      const sizes = Array.from({ length: 10_000 }, (_, at) => 1 + (at % 3));
      const pieces = sizes.map((size, at) => bytes(size, String.fromCharCode(97 + (at % 26))));
      for (const piece of pieces.slice(0, before)) body.push(piece);
      const whole = body.all(100_000);
      for (const piece of pieces.slice(before)) expect(body.push(piece)).toBe(true);
      body.end();
      expect(Buffer.concat(pieces).equals((await whole) ?? bytes(0))).toBe(true);
    }
  });

  it('is given up beyond the cap, and rejects as it broke', async () => {
    const first = queue();
    const tooMuch = first.body.all(10);
    first.body.push(bytes(11));
    expect([await tooMuch, first.log]).toEqual([undefined, ['cancel']]);
    const second = queue();
    const broken = second.body.all(10);
    second.body.push(bytes(1));
    second.body.fail(new Error('gone'), false);
    await expect(broken).rejects.toThrow('gone');
  });

  it('lets the provider go on that was held back', async () => {
    const { body, log } = queue();
    expect(body.push(bytes(HIGH_WATER))).toBe(false);
    const whole = body.all(10 * HIGH_WATER);
    expect(log).toEqual(['resume']);
    body.end();
    expect((await whole)?.length).toBe(HIGH_WATER);
  });
});

describe('the queue between a connection and its reader', () => {
  it('gives all bytes in order, whatever their pieces and the rhythm of reading', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 90_000 }), fc.boolean()), { maxLength: 20 }),
        async (steps) => {
          const { body } = queue();
          const given: Buffer[] = [];
          const received: Uint8Array[] = [];
          for (const [at, [size, read]] of steps.entries()) {
            const piece = bytes(size, String.fromCharCode(97 + at));
            given.push(piece);
            body.push(piece);
            if (read) received.push((await body.next()).value ?? bytes(0));
          }
          body.end();
          for await (const piece of body) received.push(piece);
          expect(Buffer.concat(received).equals(Buffer.concat(given))).toBe(true);
        },
      ),
    );
  });

  it('hands over as one what came before the reader was there', async () => {
    const { body } = queue();
    for (const text of ['a', 'b', 'c']) body.push(Buffer.from(text));
    body.end();
    expect(String((await body.next()).value)).toBe('abc');
    expect(await body.next()).toEqual(ended);
    expect(await body.next()).toEqual(ended);
  });

  it('hands over as one what comes in one go to a reader who waits', async () => {
    const { body } = queue();
    const next = body.next();
    for (const text of ['a', 'b', 'c']) body.push(Buffer.from(text));
    expect(String((await next).value)).toBe('abc');
  });

  it('gives a large piece as it is', async () => {
    const { body } = queue();
    const large = bytes(100_000);
    body.push(bytes(10));
    body.push(large);
    expect((await body.next()).value).toHaveLength(10);
    expect((await body.next()).value).toBe(large);
  });

  it('asks the connection to wait at its high-water mark, and to go on when it is nearly empty', async () => {
    const { body, log } = queue();
    const piece = bytes(HIGH_WATER / 8);
    for (let count = 0; count < 7; count++) expect(body.push(piece)).toBe(true);
    expect(body.push(piece)).toBe(false);
    for (let count = 0; count < 2; count++) await body.next();
    expect(log).toEqual([]);
    while (log.length === 0) await body.next();
    expect(log).toEqual(['resume']);
  });

  it('asks the connection to wait when very many tiny pieces are there', () => {
    const { body } = queue();
    let pushed = 0;
    while (body.push(bytes(1))) pushed++;
    expect(pushed).toBeLessThan(2000);
  });

  it('gives what came before a break, then the error, then the error again', async () => {
    const { body } = queue();
    const failure = new Error('cut');
    body.push(Buffer.from('a'));
    body.fail(failure, false);
    expect(String((await body.next()).value)).toBe('a');
    await expect(body.next()).rejects.toBe(failure);
    await expect(body.next()).rejects.toBe(failure);
  });

  it('gives nothing any more once it was cancelled, and takes nothing', async () => {
    const { body } = queue();
    const reason = new Error('why');
    body.push(Buffer.from('a'));
    body.fail(reason, true);
    expect(body.push(Buffer.from('b'))).toBe(true);
    await expect(body.next()).rejects.toBe(reason);
  });

  it('cancels the connection when its reader leaves, unless all had come', async () => {
    const { body, log } = queue();
    body.push(Buffer.from('a'));
    await body.return();
    expect(await body.next()).toEqual(ended);
    expect(log).toEqual(['cancel']);
    const over = queue();
    over.body.end();
    await over.body.return();
    expect(over.log).toEqual([]);
  });
});
