import type { AuditEntry, Entity } from '../index.ts';
import { equal } from './assert.ts';
import { HOUR, NOW, type StoreCase } from './store-setting.ts';

const audit: AuditEntry = { at: HOUR, by: 'admin', action: 'test' };

/** Keys, teams and other documents. */
export const entityCases: readonly StoreCase[] = [
  [
    'a document is created once and comes back with its etag',
    async ({ entities }) => {
      equal(await entities.get('team', 'a', NOW), undefined, 'before');
      const etag = await entities.put('team', 'a', { name: 'A', tags: ['x'] }, undefined, audit, NOW);
      equal(typeof etag, 'string', 'etag');
      equal(
        await entities.get('team', 'a', NOW),
        { kind: 'team', id: 'a', value: { name: 'A', tags: ['x'] }, etag },
        'after',
      );
      equal(await entities.put('team', 'a', { name: 'B' }, undefined, audit, NOW), undefined, 'create again');
      equal((await entities.get('team', 'a', NOW))?.etag, etag, 'unchanged');
    },
  ],
  [
    'a document is changed by who knows its etag, which is another one then',
    async ({ entities }) => {
      const first = await entities.put('team', 'a', 1, undefined, audit, NOW);
      const second = await entities.put('team', 'a', 2, first, audit, NOW);
      equal(second !== undefined && second !== first, true, 'another etag');
      equal(await entities.put('team', 'a', 3, first, audit, NOW), undefined, 'old etag');
      equal((await entities.get('team', 'a', NOW))?.value, 2, 'value');
      equal(await entities.put('team', 'b', 3, first, audit, NOW), undefined, 'etag of what is not there');
    },
  ],
  [
    'of many that change the same etag one does',
    async ({ entities }) => {
      const etag = await entities.put('team', 'a', 0, undefined, audit, NOW);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => entities.put('team', 'a', index, etag, audit, NOW)),
      );
      equal(answers.filter((answer) => answer !== undefined).length, 1, 'changed');
    },
  ],
  [
    'a document is deleted by who knows its etag, once',
    async ({ entities }) => {
      const etag = (await entities.put('team', 'a', 1, undefined, audit, NOW)) ?? '';
      equal(await entities.delete('team', 'a', `${etag}x`, audit, NOW), false, 'wrong etag');
      equal(await entities.delete('team', 'a', etag, audit, NOW), true, 'right etag');
      equal(await entities.delete('team', 'a', etag, audit, NOW), false, 'again');
      equal(await entities.get('team', 'a', NOW), undefined, 'after');
      equal((await entities.put('team', 'a', 2, undefined, audit, NOW)) !== etag, true, 'an etag does not come back');
    },
  ],
  [
    'kinds are apart',
    async ({ entities }) => {
      await entities.put('team', 'a', 'team', undefined, audit, NOW);
      await entities.put('key', 'a', 'key', undefined, audit, NOW);
      equal((await entities.get('team', 'a', NOW))?.value, 'team', 'team');
      equal(
        (await entities.list('key', undefined, NOW)).items.map((entity) => entity.value),
        ['key'],
        'keys',
      );
      equal((await entities.list('budget', undefined, NOW)).items, [], 'a kind without documents');
    },
  ],
  [
    'documents are listed page by page, each once, while others come and go',
    async ({ entities }) => {
      for (let index = 0; index < 250; index++) await entities.put('key', `k${index}`, index, undefined, audit, NOW);
      const seen: Entity[] = [];
      let cursor: string | undefined;
      do {
        const page = await entities.list('key', cursor, NOW);
        seen.push(...page.items);
        const [gone] = page.items;
        if (gone !== undefined) await entities.delete('key', gone.id, gone.etag, audit, NOW);
        cursor = page.next;
      } while (cursor !== undefined && seen.length <= 250);
      equal(
        seen.map((entity) => entity.value as number).sort((a, b) => a - b),
        Array.from({ length: 250 }, (_, index) => index),
        'listed',
      );
    },
  ],
  [
    'who changed what is written with each change, the newest first, and nothing of changes that were not made',
    async ({ entities }) => {
      const made = await entities.put('team', 'a', 1, undefined, { ...audit, action: 'create', after: 1 }, NOW);
      await entities.put('key', 'b', 2, undefined, { at: HOUR + 1, by: 'ann', action: 'create' }, NOW);
      await entities.put('team', 'a', 3, `${made}0`, { ...audit, action: 'lost' }, NOW);
      await entities.delete('team', 'a', `${made}0`, { ...audit, action: 'lost' }, NOW);
      await entities.delete('team', 'a', made ?? '', { ...audit, action: 'delete', before: { name: 'ä' } }, NOW);
      equal(
        await entities.audit(undefined, NOW),
        {
          items: [
            { kind: 'team', id: 'a', at: HOUR, by: 'admin', action: 'delete', before: { name: 'ä' } },
            { kind: 'key', id: 'b', at: HOUR + 1, by: 'ann', action: 'create' },
            { kind: 'team', id: 'a', at: HOUR, by: 'admin', action: 'create', after: 1 },
          ],
        },
        'audit',
      );
    },
  ],
  [
    'the audit is read page by page, each entry once, while others are added',
    async ({ entities }) => {
      let etag: string | undefined;
      const change = async (index: number) => {
        etag = await entities.put('team', 'a', index, etag, { ...audit, at: index }, NOW);
      };
      for (let index = 0; index < 250; index++) await change(index);
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await entities.audit(cursor, NOW);
        seen.push(...page.items.map((entry) => entry.at));
        await change(1_000);
        cursor = page.next;
      } while (cursor !== undefined && seen.length <= 250);
      equal(
        seen,
        Array.from({ length: 250 }, (_, index) => 249 - index),
        'listed',
      );
    },
  ],
  [
    'a cursor that no page of the audit gave is refused',
    async ({ entities }) => {
      for (const cursor of ['', 'x', "1' OR '1'='1", '-1', '1e3', '\u0000'])
        equal(await entities.audit(cursor, NOW).catch(() => 'refused'), 'refused', JSON.stringify(cursor));
    },
  ],
  [
    'a document does not change with the object it came from or went out in',
    async ({ entities }) => {
      const value = { limits: [1] };
      await entities.put('team', 'a', value, undefined, audit, NOW);
      value.limits.push(2);
      const out = await entities.get('team', 'a', NOW);
      if (out !== undefined) (out.value as typeof value).limits.push(3);
      equal((await entities.get('team', 'a', NOW))?.value, { limits: [1] }, 'value');
    },
  ],
];
