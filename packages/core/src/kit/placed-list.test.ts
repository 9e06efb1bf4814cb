import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Placed, PlacedList } from './placed-list.ts';

const item = (name: number): Placed & { name: number } => ({ name, place: -1 });

describe('a placed list', () => {
  it('holds what a set would hold, whatever is added and removed in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(9)), { maxLength: 60 }), (steps) => {
        const items = Array.from({ length: 10 }, (_, name) => item(name));
        const list = new PlacedList<Placed & { name: number }>();
        const model = new Set<number>();
        for (const [adds, name] of steps) {
          const chosen = items[name] ?? item(name);
          if (!adds) list.remove(chosen);
          else if (!model.has(name)) list.add(chosen);
          if (adds) model.add(name);
          else model.delete(name);
          expect(list.size).toBe(model.size);
          expect(new Set([...list].map((each) => each.name))).toEqual(model);
        }
      }),
    );
  });

  it('leaves alone what is in another list', () => {
    const [mine, other] = [new PlacedList<Placed>(), new PlacedList<Placed>()];
    const [a, b] = [item(1), item(2)];
    mine.add(a);
    other.add(b);
    mine.remove(b);
    expect([mine.size, other.size]).toEqual([1, 1]);
  });

  it('may be emptied while it is walked', () => {
    const list = new PlacedList<Placed>();
    for (let name = 0; name < 5; name++) list.add(item(name));
    for (const each of list) list.remove(each);
    expect(list.size).toBe(0);
  });
});
