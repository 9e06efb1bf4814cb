import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Agenda } from './agenda.ts';

it('lets things happen in the order of their time, and of the same time in the order they were written down', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (times) => {
      const agenda = new Agenda();
      const happened: [number, number][] = [];
      for (const [order, at] of times.entries()) agenda.add(at, () => happened.push([agenda.now, order]));
      while (agenda.next());
      const expected = [...times.entries()]
        .map(([order, at]) => [at, order])
        .sort(([a, x], [b, y]) => (a as number) - (b as number) || (x as number) - (y as number));
      expect(happened).toEqual(expected);
    }),
  );
});

it('takes what is written down while something happens, also for that very moment', () => {
  const agenda = new Agenda();
  const happened: string[] = [];
  agenda.add(5, () => {
    happened.push('first');
    agenda.add(1, () => happened.push(`late, at ${agenda.now}`));
  });
  agenda.add(6, () => happened.push('second'));
  while (agenda.next());
  expect(happened).toEqual(['first', 'late, at 5', 'second']);
});
