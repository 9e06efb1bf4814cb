import { describe, expect, it } from 'vitest';
import { Cancellation, type CancelSignal } from './cancel.ts';

function listener(log: string[], name: string) {
  return { handleEvent: () => void log.push(name) };
}

describe('a cancellation', () => {
  it('tells its listeners once, in order, with the first reason', () => {
    const cancellation = new Cancellation();
    const log: string[] = [];
    cancellation.addEventListener('abort', listener(log, 'a'));
    cancellation.addEventListener('abort', listener(log, 'b'));
    expect(cancellation.aborted).toBe(false);
    cancellation.abort('first');
    cancellation.abort('second');
    expect(log).toEqual(['a', 'b']);
    expect(cancellation.aborted).toBe(true);
    expect(cancellation.reason).toBe('first');
  });

  it('does not tell those who left, and those who come too late', () => {
    const cancellation = new Cancellation();
    const log: string[] = [];
    const left = listener(log, 'left');
    cancellation.addEventListener('abort', left);
    cancellation.removeEventListener('abort', left);
    cancellation.removeEventListener('abort', listener(log, 'never there'));
    cancellation.abort(undefined);
    cancellation.addEventListener('abort', listener(log, 'late'));
    expect(log).toEqual([]);
  });

  it('lets a listener leave while it is told', () => {
    const cancellation = new Cancellation();
    const log: string[] = [];
    const first = {
      handleEvent: () => {
        cancellation.removeEventListener('abort', first);
        log.push('first');
      },
    };
    cancellation.addEventListener('abort', first);
    cancellation.addEventListener('abort', listener(log, 'second'));
    cancellation.abort(undefined);
    expect(log).toEqual(['first', 'second']);
  });

  it('stands in for a native signal in a port, and the other way round', () => {
    const controller = new AbortController();
    const signals: CancelSignal[] = [controller.signal, new Cancellation()];
    const log: string[] = [];
    for (const signal of signals) signal.addEventListener('abort', listener(log, 'told'));
    controller.abort('gone');
    expect(log).toEqual(['told']);
    expect(signals[0]?.reason).toBe('gone');
  });
});
