import type { Stored } from '../index.ts';
import { equal, ok } from './assert.ts';
import { at, NOW, type StoreCase } from './store-setting.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (stored: Stored | undefined): string | undefined =>
  stored === undefined ? undefined : new TextDecoder().decode(stored.value);

/** Shared maps. */
export const sharedCases: readonly StoreCase[] = [
  [
    'a value is there once it was added, and a second one is not taken',
    async (store) => {
      const map = store.shared('nonces', 10);
      equal(await map.get('a', NOW), undefined, 'before');
      equal(await map.add('a', bytes('one'), 1_000, NOW), 'added', 'first');
      equal(await map.add('a', bytes('two'), 1_000, NOW), 'present', 'second');
      equal(textOf(await map.get('a', NOW)), 'one', 'value');
    },
  ],
  [
    'of many that add the same key at once one does',
    async (store) => {
      const map = store.shared('nonces', 10);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => map.add('a', bytes(String(index)), 1_000, NOW)),
      );
      equal(answers.filter((answer) => answer === 'added').length, 1, 'added');
    },
  ],
  [
    'a value is gone when its time is over, and can be added again',
    async (store) => {
      const map = store.shared('nonces', 10);
      await map.add('a', bytes('one'), 1_000, NOW);
      equal(textOf(await map.get('a', at(999))), 'one', 'before');
      equal(await map.get('a', at(1_000)), undefined, 'after');
      equal(await map.add('a', bytes('two'), 1_000, at(1_000)), 'added', 'again');
      equal(textOf(await map.get('a', at(1_999))), 'two', 'the new one');
    },
  ],
  [
    'a full map takes no new key until one is deleted or expires',
    async (store) => {
      const map = store.shared('nonces', 2);
      await map.add('a', bytes('1'), 1_000, NOW);
      await map.add('b', bytes('2'), 5_000, NOW);
      equal(await map.add('c', bytes('3'), 5_000, NOW), 'full', 'full');
      equal(await map.add('a', bytes('3'), 5_000, NOW), 'present', 'a key that is there');
      equal(await map.add('c', bytes('3'), 5_000, at(1_000)), 'added', 'after an expiry');
      equal(await map.add('d', bytes('4'), 5_000, at(1_000)), 'full', 'full again');
      await map.delete('b', at(1_000));
      equal(await map.add('d', bytes('4'), 5_000, at(1_000)), 'added', 'after a deletion');
    },
  ],
  [
    'a full map that may forget drops what was added first, expired values before',
    async (store) => {
      const map = store.shared('stash', 2, { forget: 'oldest' });
      await map.add('a', bytes('1'), 5_000, NOW);
      await map.add('b', bytes('2'), 1_000, NOW);
      await map.replace('a', bytes('3'), 5_000, (await map.get('a', NOW))?.version ?? '', NOW);
      equal(await map.add('a', bytes('4'), 5_000, NOW), 'present', 'a key that is there');
      equal(await map.add('c', bytes('5'), 5_000, at(1_000)), 'added', 'after an expiry');
      equal(textOf(await map.get('a', at(1_000))), '3', 'what had not expired');
      equal(await map.add('d', bytes('6'), 5_000, at(1_000)), 'added', 'when full');
      equal(await map.get('a', at(1_000)), undefined, 'what was added first');
      equal(textOf(await map.get('c', at(1_000))), '5', 'what was added later');
      equal(textOf(await map.get('d', at(1_000))), '6', 'the new one');
    },
  ],
  [
    'a value is replaced by who knows its version, with a new time',
    async (store) => {
      const map = store.shared('breakers', 10);
      await map.add('a', bytes('one'), 1_000, NOW);
      const version = (await map.get('a', NOW))?.version ?? '';
      equal(await map.replace('a', bytes('two'), 5_000, `${version}x`, NOW), false, 'wrong version');
      equal(await map.replace('a', bytes('two'), 5_000, version, NOW), true, 'right version');
      equal(await map.replace('a', bytes('three'), 5_000, version, NOW), false, 'old version');
      equal(textOf(await map.get('a', at(4_999))), 'two', 'value');
      equal(await map.get('a', at(5_000)), undefined, 'after its time');
    },
  ],
  [
    'of many that replace the same version one does',
    async (store) => {
      const map = store.shared('breakers', 10);
      await map.add('a', bytes('one'), 1_000, NOW);
      const version = (await map.get('a', NOW))?.version ?? '';
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => map.replace('a', bytes(String(index)), 1_000, version, NOW)),
      );
      equal(answers.filter(Boolean).length, 1, 'replaced');
    },
  ],
  [
    'nothing is replaced that is not there, and a version does not come back',
    async (store) => {
      const map = store.shared('breakers', 10);
      equal(await map.replace('a', bytes('one'), 1_000, '1', NOW), false, 'never added');
      await map.add('a', bytes('one'), 1_000, NOW);
      const version = (await map.get('a', NOW))?.version ?? '';
      await map.delete('a', NOW);
      equal(await map.replace('a', bytes('two'), 1_000, version, NOW), false, 'deleted');
      await map.add('a', bytes('three'), 1_000, NOW);
      equal(await map.replace('a', bytes('four'), 1_000, version, NOW), false, 'added anew');
    },
  ],
  [
    'what is replaced for no time is gone at once, and who did it late takes nothing from the next one',
    async (store) => {
      const map = store.shared('idempotency', 1, { forget: 'oldest' });
      await map.add('a', bytes('one'), 1_000, NOW);
      const version = (await map.get('a', NOW))?.version ?? '';
      equal(await map.replace('a', bytes('one'), 0, version, NOW), true, 'right version');
      equal(await map.get('a', NOW), undefined, 'gone');
      equal(await map.add('a', bytes('two'), 1_000, NOW), 'added', 'the next one');
      equal(await map.replace('a', bytes('one'), 0, version, NOW), false, 'late');
      equal(textOf(await map.get('a', NOW)), 'two', 'what the next one wrote');
    },
  ],
  [
    'maps of two names are two maps, of one name one',
    async (store) => {
      await store.shared('one', 10).add('a', bytes('1'), 1_000, NOW);
      equal(await store.shared('two', 10).get('a', NOW), undefined, 'other name');
      equal(textOf(await store.shared('one', 10).get('a', NOW)), '1', 'same name');
    },
  ],
  [
    'a value does not change with the bytes it came from or went out in',
    async (store) => {
      const map = store.shared('stash', 10);
      const value = bytes('one');
      await map.add('a', value, 1_000, NOW);
      value[0] = 0;
      const out = await map.get('a', NOW);
      if (out !== undefined) out.value[0] = 0;
      equal(textOf(await map.get('a', NOW)), 'one', 'value');
    },
  ],
  [
    'values are bytes, whichever, none included; keys are any text',
    async (store) => {
      const map = store.shared('stash', 600);
      for (const key of ['', '__proto__', 'a\u0000b', 'ä'.repeat(200)]) {
        equal(await map.add(key, bytes(key), 1_000, NOW), 'added', `key of length ${key.length}`);
        equal(textOf(await map.get(key, NOW)), key, `value of length ${key.length}`);
      }
      await map.add(
        'all',
        Uint8Array.from({ length: 256 }, (_, index) => index),
        1_000,
        NOW,
      );
      const all = (await map.get('all', NOW))?.value;
      ok(all?.length === 256 && all.every((byte, index) => byte === index), 'all bytes');
    },
  ],
];
