/**
 * Counters, one row for each limit of each scope, and the reservations that hold them.
 *
 * The moments of windows are double precision: they come from the caller's numbers by the same arithmetic as in every other store.
 * A row is written at every request, so it leaves room on its page for the next version (fillfactor), and only what does not change
 * then has an index. https://www.postgresql.org/docs/current/storage-hot.html
 */
export const limitTables = (schema: string): string => `
CREATE SEQUENCE ${schema}.generation;

CREATE TABLE ${schema}.counter (
  scope text COLLATE "C" NOT NULL,
  limit_id text COLLATE "C" NOT NULL,
  -- Another one when the limit was configured anew: what an old generation holds counts no more. 0: nothing was counted yet.
  generation bigint NOT NULL,
  counts text NOT NULL,
  length bigint NOT NULL,
  calendar boolean NOT NULL,
  slices int NOT NULL,
  -- Parts that count, oldest first; of a fixed window one.
  starts double precision[] NOT NULL,
  used bigint[] NOT NULL,
  reserved bigint[] NOT NULL,
  -- The window that is over, for what is carried over from it.
  before_start double precision,
  before_used bigint NOT NULL,
  before_reserved bigint NOT NULL,
  told boolean NOT NULL,
  -- Holds of reservations that are not settled: a row with any is not forgotten.
  holds int NOT NULL,
  -- From then on nothing in it can count.
  idle_at double precision NOT NULL,
  PRIMARY KEY (scope, limit_id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX counter_idle ON ${schema}.counter (idle_at) WHERE idle_at < 'Infinity';

-- One limit that a reservation is held against, and how much of it in which parts.
CREATE TYPE ${schema}.claim AS (
  scope text,
  limit_id text,
  counts text,
  max bigint,
  length bigint,
  window_ms bigint,
  start double precision,
  slices int,
  rollover_from double precision,
  rollover_most bigint,
  soft boolean,
  -- Position of the first claim on the same counter, from 1.
  first int,
  hold_generations bigint[],
  hold_starts double precision[],
  hold_amounts bigint[]
);

CREATE TABLE ${schema}.reservation (
  id text COLLATE "C" PRIMARY KEY,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  state text NOT NULL CHECK (state IN ('open', 'doubt', 'lapsed')),
  body json NOT NULL,
  amounts jsonb NOT NULL,
  claims ${schema}.claim[] NOT NULL,
  expires double precision NOT NULL,
  on_expiry text NOT NULL CHECK (on_expiry IN ('spend', 'release', 'doubt'))
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX reservation_due ON ${schema}.reservation (expires) WHERE state = 'open';
CREATE INDEX reservation_lapsed ON ${schema}.reservation (expires) WHERE state = 'lapsed';
CREATE INDEX reservation_listed ON ${schema}.reservation (sequence) WHERE state <> 'lapsed';
`;
