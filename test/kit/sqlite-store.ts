import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '@postern/core';
import { type SqliteStoreOptions, sqliteStore } from '@postern/sqlite';
import { onTestFinished } from 'vitest';

/** A path in a folder of its own, gone with the test. */
export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-sqlite-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'store.db');
}

/** A store of its own, closed with the test. */
export function openStore(options: Partial<SqliteStoreOptions> = {}): Store {
  const store = sqliteStore({ file: temporaryFile(), ...options });
  onTestFinished(() => store.close());
  return store;
}
