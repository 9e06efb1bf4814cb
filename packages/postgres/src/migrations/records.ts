/**
 * The ledger, the documents and who changed them.
 *
 * The ledger is one table and not partitioned: an attempt is in it once, whenever it is sent again, and a unique index over partitions would
 * have to contain the month, so that an attempt sent again with another start would be another one. Old records leave by `purge`, in steps.
 *
 * Appending takes a lock, so that the order of the sequence is the order in which records can be seen: a cursor never passes a record that is
 * still being written.
 */
export const records = (schema: string): string => `
CREATE TABLE ${schema}.ledger (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  attempt text COLLATE "C" NOT NULL UNIQUE,
  request text COLLATE "C" NOT NULL,
  started_at double precision NOT NULL,
  ended_at double precision NOT NULL,
  scopes text[] COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  provider text COLLATE "C" NOT NULL,
  deployment text COLLATE "C" NOT NULL,
  -- Nano-dollars; null: without a price.
  cost numeric,
  -- Units that can be added up, by name.
  usage_names text[] NOT NULL,
  usage_units bigint[] NOT NULL,
  -- The other members of the record, as JSON.
  rest json NOT NULL
);
CREATE INDEX ledger_request ON ${schema}.ledger (request);
CREATE INDEX ledger_started ON ${schema}.ledger (started_at);
CREATE INDEX ledger_scopes ON ${schema}.ledger USING gin (scopes);
CREATE INDEX ledger_ended ON ${schema}.ledger USING brin (ended_at) WITH (autosummarize = on);

CREATE FUNCTION ${schema}.append(p_records json) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('postern ledger of ${schema}', 0));
  INSERT INTO ${schema}.ledger (attempt, request, started_at, ended_at, scopes, model, provider, deployment, cost, usage_names, usage_units, rest)
  SELECT attempt, request, started_at, ended_at, scopes, model, provider, deployment, cost, usage_names, usage_units, rest::json
  FROM ROWS FROM (json_to_recordset(p_records) AS (attempt text, request text, started_at double precision, ended_at double precision,
    scopes text[], model text, provider text, deployment text, cost numeric, usage_names text[], usage_units bigint[], rest text))
    WITH ORDINALITY AS r(attempt, request, started_at, ended_at, scopes, model, provider, deployment, cost, usage_names, usage_units, rest, place)
  ORDER BY place
  ON CONFLICT (attempt) DO NOTHING;
END $$;

CREATE SEQUENCE ${schema}.etag;

CREATE TABLE ${schema}.entity (
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  value json NOT NULL,
  etag bigint NOT NULL,
  PRIMARY KEY (kind, id)
);

CREATE TABLE ${schema}.audit (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  entry json NOT NULL
);
CREATE INDEX audit_of ON ${schema}.audit (kind, id, sequence);
`;
