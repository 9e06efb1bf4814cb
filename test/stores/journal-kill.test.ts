import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sqliteJournal, sqliteStore } from '@postern/sqlite';
import { expect, it } from 'vitest';
import { temporaryFile } from '../kit/sqlite-store.ts';

const gateway = fileURLToPath(new URL('journal-process.mjs', import.meta.url));

/** Runs the gateway to its end, or kills it when it has said so many lines. */
async function run(args: readonly string[], lines = Number.POSITIVE_INFINITY): Promise<string[]> {
  const child = spawn(process.execPath, [gateway, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
    if (text.split('\n').length > lines) child.kill('SIGKILL');
  });
  const [code, signal] = await closed;
  expect([code, signal]).toEqual(lines === Number.POSITIVE_INFINITY ? [0, null] : [null, 'SIGKILL']);
  // The last line may be cut.
  return text.split('\n').slice(0, -1);
}

it('what was served while the store was away is in the ledger once, and counted once, though the process was killed', async () => {
  const [file, journalFile] = [temporaryFile(), temporaryFile()];
  const served = new Map<string, number>();
  for (const lines of [20, 1, 60]) {
    for (const line of await run([file, journalFile, 'away'], lines)) {
      const [id = '', tokens] = line.split(' ');
      served.set(id, Number(tokens));
    }
  }
  expect(served.size).toBeGreaterThanOrEqual(81);
  const back = await run([file, journalFile, 'back']);
  // A second time there is nothing to tell.
  expect(await run([file, journalFile, 'back'])).toEqual(back);

  const store = sqliteStore({ file });
  const now = Date.now();
  const call = { now, deadline: now + 60_000 };
  const rows: string[] = [];
  let tokens = 0;
  let cursor: string | undefined;
  do {
    const page = await store.ledger.list({}, cursor, call);
    for (const { request, usage } of page.items) {
      rows.push(request);
      tokens += (usage?.['input'] ?? 0) + (usage?.['output'] ?? 0);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  await store.close();
  expect(new Set(rows).size).toBe(rows.length);
  expect([...served.keys()].filter((id) => !rows.includes(id))).toEqual([]);
  expect(back).toEqual([`left 0, used ${tokens}, reserved 0`]);
  const journal = sqliteJournal({ file: journalFile });
  expect(journal.load()).toEqual([]);
  journal.close();
});
