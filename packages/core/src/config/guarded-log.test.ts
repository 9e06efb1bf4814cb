import { describe, expect, it, vi } from 'vitest';
import { guardedLog } from './guarded-log.ts';

describe('guardedLog', () => {
  it('redacts keys in messages and fields, and keeps everything else', () => {
    const lines: unknown[][] = [];
    const log = guardedLog({ warn: (...line) => void lines.push(line), error: (...line) => void lines.push(line) });
    log.warn('no key here');
    log.error('refused sk-proj-abcdefghijklmnopqrstuvwx1234', {
      cause: 'at https://user:secret@db.internal',
      count: 3,
    });
    expect(lines).toEqual([
      ['no key here'],
      ['refused [redacted]', { cause: 'at https://[redacted]@db.internal', count: 3 }],
    ]);
  });

  it('takes out the keys that it was told, in lists and objects too, and shows errors as their text', () => {
    const lines: unknown[][] = [];
    const log = guardedLog({ warn: () => {}, error: (...line) => void lines.push(line) }, ['correct-horse']);
    const at = new Date(0);
    const fields = {
      url: ['x?key=correct-horse', 1],
      deep: { a: { b: 'correct-horse' } },
      cause: new Error('no correct-horse'),
      at,
    };
    log.error('is correct-horse ok?', fields);
    expect(lines).toEqual([
      [
        'is [redacted] ok?',
        { url: ['x?key=[redacted]', 1], deep: { a: { b: '[redacted]' } }, cause: 'Error: no [redacted]', at },
      ],
    ]);
  });

  it('survives fields that refer to themselves or throw when they are read', () => {
    const warn = vi.fn();
    const circle: Record<string, unknown> = { text: 'x' };
    circle['self'] = circle;
    const trap = Object.defineProperty({}, 'text', {
      enumerable: true,
      get: () => {
        throw new Error('trap');
      },
    });
    const log = guardedLog({ warn, error: warn });
    expect(() => log.warn('circle', circle)).not.toThrow();
    expect(() => log.warn('trap', trap)).not.toThrow();
    expect(warn).toHaveBeenCalledWith('circle', expect.objectContaining({ text: 'x' }));
  });

  it('survives a log that is asynchronous and rejects', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const fails = (): Promise<void> => Promise.reject(new Error('disk full'));
    guardedLog({ warn: fails, error: fails }).warn('x');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('survives a log that throws, and calls methods on their own object', () => {
    class Counting {
      count = 0;
      warn(): void {
        this.count++;
      }
      error(): void {
        throw new Error('disk full');
      }
    }
    const own = new Counting();
    const log = guardedLog(own);
    log.warn('x');
    expect(() => log.error('x')).not.toThrow();
    expect(own.count).toBe(1);
  });
});
