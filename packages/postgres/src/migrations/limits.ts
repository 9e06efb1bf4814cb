/**
 * What is counted, one row for each scope, and the reservations that hold it. What stands in them is worked out by whoever calls (with the code that counts in
 * memory): here it is only seen to that nothing was changed meanwhile. Each row has the version that wrote it, of a sequence, so that no version
 * comes back, not of a scope that was forgotten either.
 *
 * A row is written at every request, so it leaves room on its page for the next version (fillfactor), and only what changes once a window has an
 * index. https://www.postgresql.org/docs/current/storage-hot.html
 */
export const limits = (schema: string): string => `
CREATE SEQUENCE ${schema}.limits_version;

CREATE TABLE ${schema}.counter (
  scope text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL,
  -- The counters of all limits of the scope, as JSON.
  counters text NOT NULL,
  -- From then on nothing in it can count.
  idle_at double precision NOT NULL,
  -- Holds of reservations that are not settled: a row with any is not forgotten.
  holds int NOT NULL
) WITH (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX counter_idle ON ${schema}.counter (idle_at) WHERE idle_at < 'Infinity';

CREATE TABLE ${schema}.reservation (
  id text COLLATE "C" PRIMARY KEY,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  version bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'doubt', 'lapsed')),
  expires double precision NOT NULL,
  scopes text[] NOT NULL,
  -- The reservation and what it holds, as JSON.
  kept text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX reservation_due ON ${schema}.reservation (expires) WHERE state = 'open';
CREATE INDEX reservation_lapsed ON ${schema}.reservation (expires) WHERE state = 'lapsed';
CREATE INDEX reservation_listed ON ${schema}.reservation (sequence) WHERE state <> 'lapsed';

-- Writes what a batch of calls came to, if nothing of what it was worked out from has changed: the version that it has then. 0: something has changed. -1: a
-- reservation is past its time (p_now) and has to be ended first. Then nothing is written.
--
-- No deadlock can be between scopes: rows that are there are locked first, in their order, then those that are not there are made, in their order.
-- Whoever has locked all scopes of a reservation has locked it.
CREATE FUNCTION ${schema}.write_limits(p_scopes text[], p_versions bigint[], p_counters text[], p_idle double precision[], p_holds int[],
  p_gone text[], p_gone_versions bigint[], p_changed json, p_new json, p_now double precision, p_tidy boolean, p_budget int) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  v bigint;
  wanted int;
  found_rows int;
BEGIN
  SELECT count(*) INTO wanted FROM unnest(p_versions) AS version WHERE version > 0;
  SELECT count(*) INTO found_rows
  FROM (SELECT scope, version FROM ${schema}.counter WHERE scope = ANY (p_scopes) ORDER BY scope FOR UPDATE) AS locked
  JOIN unnest(p_scopes, p_versions) AS asked(scope, version) ON locked.scope = asked.scope COLLATE "C" AND locked.version = asked.version;
  IF found_rows <> wanted THEN RETURN 0; END IF;
  IF EXISTS (SELECT 1 FROM ${schema}.reservation WHERE state = 'open' AND expires <= p_now AND NOT id = ANY (p_gone)
    AND NOT id IN (SELECT id FROM json_to_recordset(p_changed) AS changed(id text))) THEN RETURN -1; END IF;

  v := nextval('${schema}.limits_version');
  IF wanted < cardinality(p_scopes) THEN
    INSERT INTO ${schema}.counter (scope, version, counters, idle_at, holds)
      SELECT new.scope, v, new.counters, new.idle_at, new.holds
      FROM unnest(p_scopes, p_versions, p_counters, p_idle, p_holds) AS new(scope, version, counters, idle_at, holds)
      WHERE new.version = 0 ORDER BY new.scope COLLATE "C" ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    IF found_rows <> cardinality(p_scopes) - wanted THEN
      RAISE EXCEPTION 'A scope was made by another call.' USING ERRCODE = '40001';
    END IF;
  END IF;
  UPDATE ${schema}.counter SET version = v, counters = new.counters, idle_at = new.idle_at, holds = new.holds
    FROM unnest(p_scopes, p_versions, p_counters, p_idle, p_holds) AS new(scope, version, counters, idle_at, holds)
    WHERE counter.scope = new.scope COLLATE "C" AND new.version > 0 AND new.counters IS NOT NULL;

  IF cardinality(p_gone) > 0 THEN
    DELETE FROM ${schema}.reservation USING unnest(p_gone, p_gone_versions) AS gone(id, version)
      WHERE reservation.id = gone.id COLLATE "C" AND reservation.version = gone.version;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    IF found_rows <> cardinality(p_gone) THEN
      RAISE EXCEPTION 'A reservation was settled by another call.' USING ERRCODE = '40001';
    END IF;
  END IF;
  IF json_array_length(p_changed) > 0 THEN
    UPDATE ${schema}.reservation SET version = v, state = new.state, expires = new.expires, scopes = new.scopes, kept = new.kept
      FROM json_to_recordset(p_changed) AS new(id text, version bigint, state text, expires double precision, scopes text[], kept text)
      WHERE reservation.id = new.id COLLATE "C" AND reservation.version = new.version;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    IF found_rows <> json_array_length(p_changed) THEN
      RAISE EXCEPTION 'A reservation was changed by another call.' USING ERRCODE = '40001';
    END IF;
  END IF;
  IF json_array_length(p_new) > 0 THEN
    INSERT INTO ${schema}.reservation (id, version, state, expires, scopes, kept)
      SELECT new.id, v, new.state, new.expires, new.scopes, new.kept
      FROM json_to_recordset(p_new) AS new(id text, state text, expires double precision, scopes text[], kept text);
  END IF;
  IF p_tidy THEN PERFORM ${schema}.tidy(p_now); END IF;
  -- Rolled back when it took longer than the calls had, so that nobody is charged for an answer that came too late.
  IF clock_timestamp() > statement_timestamp() + p_budget * interval '1 millisecond' THEN
    RAISE EXCEPTION 'The deadline of the call has passed.' USING ERRCODE = '57014';
  END IF;
  RETURN v;
END $$;

-- Forgets scopes in which nothing can count, and after a day that a reservation had expired. Waits for nobody.
CREATE FUNCTION ${schema}.tidy(p_now double precision) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM ${schema}.counter AS gone USING (
    SELECT scope FROM ${schema}.counter WHERE idle_at <= p_now AND holds = 0 ORDER BY idle_at LIMIT 200 FOR UPDATE SKIP LOCKED
  ) AS idle WHERE gone.scope = idle.scope;
  DELETE FROM ${schema}.reservation WHERE id IN (
    SELECT id FROM ${schema}.reservation WHERE state = 'lapsed' AND expires <= p_now - 86400000 ORDER BY expires LIMIT 200 FOR UPDATE SKIP LOCKED
  );
END $$;
`;
