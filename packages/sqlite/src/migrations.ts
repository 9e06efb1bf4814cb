import type Database from 'libsql';

/**
 * The steps from an empty file to the present one. What was published is never changed, only followed. Numbers below 2^53 stand in INTEGER
 * columns (the driver binds each number as a double, exact up to there, and the column makes an integer of it); starts of windows may be fractions.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE stamp (last INTEGER NOT NULL);
  INSERT INTO stamp VALUES (0);

  CREATE TABLE attempts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    attempt TEXT NOT NULL UNIQUE,
    request TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    deployment TEXT NOT NULL,
    cost INTEGER,
    scopes TEXT NOT NULL,
    usage TEXT,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX attempts_started_at ON attempts (started_at);
  CREATE INDEX attempts_request ON attempts (request);
  CREATE TABLE attempt_scopes (scope TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (scope, seq)) STRICT, WITHOUT ROWID;

  CREATE TABLE entities (
    kind TEXT NOT NULL, id TEXT NOT NULL, etag INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, id)
  ) STRICT;
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, entry TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_of ON audit (kind, id);

  CREATE TABLE shared (
    map TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, version INTEGER NOT NULL, added INTEGER NOT NULL, expires REAL NOT NULL,
    PRIMARY KEY (map, key)
  ) STRICT;
  CREATE INDEX shared_added ON shared (map, added);
  CREATE INDEX shared_expires ON shared (map, expires);

  CREATE TABLE marks (
    scope TEXT NOT NULL, counter TEXT NOT NULL, start REAL NOT NULL, ends REAL NOT NULL, high INTEGER NOT NULL,
    PRIMARY KEY (scope, counter, start)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX marks_ends ON marks (ends);
  CREATE TABLE reservations (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;
  `,
  `
  CREATE TABLE journal (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;
  INSERT INTO journal (seq, entry) SELECT seq, '{"opened":[[' || seq || ',' || entry || ']],"ended":[]}' FROM reservations;
  DROP TABLE reservations;

  CREATE TABLE documents (
    kind TEXT NOT NULL, id TEXT NOT NULL, etag INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO documents (kind, id, etag, value) SELECT kind, id, etag, value FROM entities;
  DROP TABLE entities;
  ALTER TABLE documents RENAME TO entities;
  `,
];

/**
 * Brings the file to the present form, each step in a transaction of its own; nothing happens to one that has it.
 * @throws Error when the file was written by a newer version
 */
export function migrate(database: Database.Database): void {
  const version = database.prepare('PRAGMA user_version').raw().get([]) as readonly [number];
  if (version[0] > MIGRATIONS.length) {
    throw new Error(
      `The store was written by a newer version of it (form ${version[0]}; this one knows ${MIGRATIONS.length}).`,
    );
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version[0]) continue;
    database.transaction(() => database.exec(`${sql}; PRAGMA user_version = ${index + 1}`)).immediate();
  }
}
