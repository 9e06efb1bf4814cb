import { expect, it } from 'vitest';
import { Pending } from './pending.ts';

it('is waited for until the last of the work has ended', async () => {
  const pending = new Pending();
  const told: string[] = [];
  pending.begin();
  pending.begin();
  const none = pending.none().then(() => told.push('none'));
  pending.end();
  await Promise.resolve();
  told.push('one left');
  pending.end();
  await none;
  expect(told).toEqual(['one left', 'none']);
});

it('lets nobody wait when nothing is under way, also after there was', async () => {
  const pending = new Pending();
  await pending.none();
  pending.begin();
  pending.end();
  await pending.none();
});
