import { storeCases } from '@postern/core/testing';
import { describe, it } from 'vitest';
import { openStore } from '../../../test/kit/sqlite-store.ts';

describe('a SQLite store', () => {
  for (const { name, run } of storeCases(async () => openStore())) it(name, run);
});
