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
