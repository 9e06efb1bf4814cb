import { describe, expect, it, vi } from 'vitest';
import { createEvents } from './events.ts';

interface Catalog {
  start: { readonly id: string };
  end: number;
}

function emitter() {
  const faults: [keyof Catalog, unknown][] = [];
  const events = createEvents<Catalog>((name, error) => faults.push([name, error]));
  return { events, faults };
}

describe('events', () => {
  it('reach the listeners of their name, in the order they came', () => {
    const { events } = emitter();
    const heard: string[] = [];
    events.on('start', ({ id }) => heard.push(`first ${id}`));
    events.on('start', ({ id }) => heard.push(`second ${id}`));
    events.on('end', (count) => heard.push(`end ${count}`));
    events.emit('start', { id: 'a' });
    expect(heard).toEqual(['first a', 'second a']);
  });

  it('are heard no more once a listener was taken off, by itself or during the event', () => {
    const { events } = emitter();
    const heard: string[] = [];
    const off = events.on('end', () => {
      heard.push('once');
      off();
    });
    events.on('end', () => heard.push('always'));
    events.emit('end', 1);
    events.emit('end', 2);
    off();
    expect(heard).toEqual(['once', 'always', 'always']);
  });

  it('keep two listeners apart that are the same function', () => {
    const { events } = emitter();
    const listener = vi.fn();
    const off = events.on('end', listener);
    events.on('end', listener);
    off();
    events.emit('end', 1);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('do not reach a listener that came during the event', () => {
    const { events } = emitter();
    const late = vi.fn();
    events.on('end', () => events.on('end', late));
    events.emit('end', 1);
    expect(late).not.toHaveBeenCalled();
  });

  it('say whether anybody listens', () => {
    const { events } = emitter();
    expect(events.listens('end')).toBe(false);
    const off = events.on('end', () => {});
    expect([events.listens('end'), events.listens('start')]).toEqual([true, false]);
    off();
    expect(events.listens('end')).toBe(false);
  });

  it('survive a listener that throws, and report it once', () => {
    const { events, faults } = emitter();
    const error = new Error('listener');
    const after = vi.fn();
    events.on('end', () => {
      throw error;
    });
    events.on('end', after);
    for (let count = 0; count < 3; count++) events.emit('end', count);
    expect(after).toHaveBeenCalledTimes(3);
    expect(faults).toEqual([['end', error]]);
  });

  it('report each failing listener for itself', () => {
    const { events, faults } = emitter();
    for (const text of ['a', 'b']) {
      events.on('end', () => {
        throw text;
      });
    }
    events.emit('end', 1);
    expect(faults).toEqual([
      ['end', 'a'],
      ['end', 'b'],
    ]);
  });

  it('catch an async listener that rejects, which would end the process', async () => {
    const { events, faults } = emitter();
    const error = new Error('late');
    events.on('end', async () => {
      throw error;
    });
    events.emit('end', 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(faults).toEqual([['end', error]]);
  });

  it('survive a fault handler that throws', () => {
    const events = createEvents<Catalog>(() => {
      throw new Error('handler');
    });
    events.on('end', () => {
      throw new Error('listener');
    });
    expect(() => events.emit('end', 1)).not.toThrow();
  });
});
