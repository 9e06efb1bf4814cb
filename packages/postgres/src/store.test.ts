import { storeCases } from '@postern/core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type PostgresServer, postgresFolder, startPostgres } from '../../../test/services/postgres.ts';
import { postgresStore } from './store.ts';

describe.skipIf(postgresFolder === undefined)('the PostgreSQL store does what every store does', () => {
  let server: PostgresServer;
  let count = 0;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());

  const make = () => {
    count += 1;
    return postgresStore({ connectionString: server.url, schema: `case_${count}` });
  };
  for (const { name, run } of storeCases(make)) it(name, run);
});
