/**
 * Admit, extend, settle and expire: one call and one transaction each.
 *
 * No deadlock can be: every one of them takes locks in the same order. First its own reservation (by its id, then the row), then those that are due (which it leaves to
 * others when they have them), then all counters that these touch, by scope and limit. Nothing is waited for after that.
 */
export const limitFunctions = (schema: string): string => `
-- Locks reservations that are past their time, a bounded number, and gives their ids.
CREATE FUNCTION ${schema}.due(p_now double precision) RETURNS text[]
LANGUAGE plpgsql AS $$
BEGIN
  RETURN ARRAY(SELECT id FROM ${schema}.reservation WHERE state = 'open' AND expires <= p_now ORDER BY expires LIMIT 100 FOR UPDATE SKIP LOCKED);
END $$;

-- Locks the counters of claims, and of reservations by their ids, in the order of their keys. Makes those of the claims that are not there, and
-- gives them, each at the place of the first claim on it.
CREATE FUNCTION ${schema}.lock_counters(claims ${schema}.claim[], p_ids text[]) RETURNS ${schema}.counter[]
LANGUAGE plpgsql AS $$
DECLARE
  key record;
  r ${schema}.counter;
  counters ${schema}.counter[] := '{}';
BEGIN
  FOR key IN
    SELECT wanted.scope COLLATE "C" AS scope, wanted.limit_id COLLATE "C" AS limit_id, min(wanted.first) AS first FROM (
      SELECT c.scope, c.limit_id, c.first FROM unnest(claims) AS c
      UNION ALL
      SELECT c.scope, c.limit_id, NULL FROM unnest(p_ids) AS ids(id) JOIN ${schema}.reservation USING (id), unnest(reservation.claims) AS c
    ) AS wanted GROUP BY 1, 2 ORDER BY 1, 2
  LOOP
    LOOP
      SELECT * INTO r FROM ${schema}.counter WHERE scope = key.scope AND limit_id = key.limit_id FOR UPDATE;
      EXIT WHEN FOUND OR key.first IS NULL;
      INSERT INTO ${schema}.counter VALUES (key.scope, key.limit_id, 0, '', 0, false, 1, '{0}', '{0}', '{0}', NULL, 0, 0, false, 0, 0)
        ON CONFLICT DO NOTHING;
    END LOOP;
    IF key.first IS NOT NULL THEN counters[key.first] := r; END IF;
  END LOOP;
  RETURN counters;
END $$;

-- Ends reservations that are past their time. They and their counters are locked.
CREATE FUNCTION ${schema}.expire(p_due text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  it ${schema}.reservation;
  c ${schema}.claim;
  counters ${schema}.counter[];
BEGIN
  IF cardinality(p_due) = 0 THEN RETURN; END IF;
  FOR it IN SELECT * FROM ${schema}.reservation WHERE id = ANY (p_due) LOOP
    counters := ${schema}.load_counters(it.claims);
    IF it.on_expiry = 'doubt' THEN
      counters := ${schema}.book(ARRAY(SELECT held FROM unnest(it.claims) AS held WHERE held.counts = 'concurrency'), counters, '{}');
      FOR index IN 1 .. cardinality(it.claims) LOOP
        c := it.claims[index];
        CONTINUE WHEN c.counts <> 'concurrency';
        c.hold_generations := '{}';
        c.hold_starts := '{}';
        c.hold_amounts := '{}';
        it.claims[index] := c;
      END LOOP;
      UPDATE ${schema}.reservation SET state = 'doubt', claims = it.claims WHERE id = it.id;
    ELSE
      counters := ${schema}.book(it.claims, counters, CASE WHEN it.on_expiry = 'spend' THEN it.amounts ELSE '{}' END);
      UPDATE ${schema}.reservation SET state = 'lapsed', claims = it.claims[1:1] WHERE id = it.id;
    END IF;
    PERFORM ${schema}.store_counters(it.claims, counters);
  END LOOP;
END $$;

-- Reserves on every claim, or on none: what it gives is not written yet. The counters are locked.
CREATE FUNCTION ${schema}.hold(INOUT claims ${schema}.claim[], INOUT counters ${schema}.counter[], p_amounts jsonb, p_now double precision,
  OUT refused json)
LANGUAGE plpgsql AS $$
DECLARE
  c ${schema}.claim;
  r ${schema}.counter;
  amount bigint;
  taken bigint;
  start double precision;
  last int;
BEGIN
  FOR index IN 1 .. cardinality(claims) LOOP
    c := claims[index];
    amount := coalesce((p_amounts->>c.counts)::bigint, 0);
    start := ${schema}.part_start(c, p_now);
    r := counters[c.first];
    IF NOT ${schema}.suits(r, c) THEN r := ${schema}.fresh(c, start, p_now);
    ELSE
      r := ${schema}.rolled(r, c, start);
      r.idle_at := greatest(r.idle_at, ${schema}.idle_at(c, r.starts[cardinality(r.starts)], p_now));
    END IF;
    taken := ${schema}.total(r.used) + ${schema}.total(r.reserved) + amount;
    IF amount > 0 AND NOT c.soft AND taken > ${schema}.allowed(r, c) THEN
      refused := json_build_object('scope', c.scope, 'limit', c.limit_id, 'counts', c.counts, 'resetAt', ${schema}.reset_at(r, c, p_now));
      RETURN;
    END IF;
    IF taken > 9007199254740991 THEN
      RAISE EXCEPTION 'The count of a limit would not be below 2^53.' USING ERRCODE = '22003';
    END IF;
    last := cardinality(r.reserved);
    r.reserved[last] := r.reserved[last] + amount;
    IF c.hold_generations[cardinality(c.hold_generations)] = r.generation
      AND c.hold_starts[cardinality(c.hold_starts)] = r.starts[last] THEN
      c.hold_amounts[cardinality(c.hold_amounts)] := c.hold_amounts[cardinality(c.hold_amounts)] + amount;
    ELSE
      c.hold_generations := c.hold_generations || r.generation;
      c.hold_starts := c.hold_starts || r.starts[last];
      c.hold_amounts := c.hold_amounts || amount;
      r.holds := r.holds + 1;
    END IF;
    counters[c.first] := r;
    claims[index] := c;
  END LOOP;
END $$;

-- Rolls everything back when the call took longer than it had, so that nobody is charged for an answer that came too late.
CREATE FUNCTION ${schema}.in_time(p_budget int, answer json) RETURNS json
LANGUAGE plpgsql AS $$
BEGIN
  IF clock_timestamp() > statement_timestamp() + p_budget * interval '1 millisecond' THEN
    RAISE EXCEPTION 'The deadline of the call has passed.' USING ERRCODE = '57014';
  END IF;
  RETURN answer;
END $$;

-- The answer for a reservation that is there already. It is locked, and its counters are.
CREATE FUNCTION ${schema}.told_again(p_id text, p_now double precision) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  mine ${schema}.reservation;
  told record;
BEGIN
  SELECT * INTO mine FROM ${schema}.reservation WHERE id = p_id;
  told := ${schema}.states(mine.claims, ${schema}.load_counters(mine.claims), p_now);
  PERFORM ${schema}.store_counters(mine.claims, told.counters);
  RETURN told.answer;
END $$;

CREATE FUNCTION ${schema}.admit(p_id text, p_body json, p_claims jsonb, p_amounts jsonb, p_expires double precision, p_on_expiry text,
  p_now double precision, p_budget int) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  claims ${schema}.claim[] := ARRAY(SELECT c FROM jsonb_populate_recordset(NULL::${schema}.claim, p_claims) AS c);
  counters ${schema}.counter[];
  mine ${schema}.reservation;
  overdue text[];
  held record;
  told record;
BEGIN
  -- One that is sent twice at once has no row yet that could be waited for.
  PERFORM pg_advisory_xact_lock(hashtextextended(p_id, 1));
  SELECT * INTO mine FROM ${schema}.reservation WHERE id = p_id FOR UPDATE;
  overdue := ${schema}.due(p_now);
  IF mine.state = 'open' AND mine.expires <= p_now THEN overdue := overdue || p_id; END IF;
  counters := ${schema}.lock_counters(claims, CASE WHEN mine.id IS NULL THEN overdue ELSE overdue || p_id END);
  PERFORM ${schema}.expire(overdue);
  IF mine.state = 'doubt' OR mine.state = 'open' AND (mine.expires > p_now OR mine.on_expiry = 'doubt') THEN
    RETURN ${schema}.in_time(p_budget, ${schema}.told_again(p_id, p_now));
  END IF;
  IF cardinality(overdue) > 0 THEN counters := ${schema}.load_counters(claims); END IF;
  held := ${schema}.hold(claims, counters, p_amounts, p_now);
  IF held.refused IS NOT NULL THEN
    -- More may be due than was looked at, and would make room.
    RETURN ${schema}.in_time(p_budget, json_build_object('refused', held.refused, 'again', cardinality(overdue) >= 100));
  END IF;
  INSERT INTO ${schema}.reservation (id, state, body, amounts, claims, expires, on_expiry)
    VALUES (p_id, 'open', p_body, p_amounts, held.claims, p_expires, p_on_expiry)
    ON CONFLICT (id) DO UPDATE SET state = 'open', body = p_body, amounts = p_amounts, claims = held.claims, expires = p_expires,
      on_expiry = p_on_expiry;
  told := ${schema}.states(held.claims, held.counters, p_now);
  PERFORM ${schema}.store_counters(held.claims, told.counters);
  RETURN ${schema}.in_time(p_budget, told.answer);
END $$;

CREATE FUNCTION ${schema}.extend(p_id text, p_by jsonb, p_expires double precision, p_now double precision, p_budget int) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  mine ${schema}.reservation;
  counters ${schema}.counter[];
  overdue text[];
  held record;
  told record;
  summed jsonb;
BEGIN
  SELECT * INTO mine FROM ${schema}.reservation WHERE id = p_id FOR UPDATE;
  IF NOT FOUND THEN RETURN json_build_object('scopes', json_build_array()); END IF;
  overdue := ${schema}.due(p_now);
  IF mine.state = 'open' AND mine.expires <= p_now THEN overdue := overdue || p_id; END IF;
  counters := ${schema}.lock_counters(mine.claims, overdue);
  PERFORM ${schema}.expire(overdue);
  IF mine.state <> 'open' OR mine.expires <= p_now THEN
    IF cardinality(mine.claims) = 0 THEN RETURN json_build_object('scopes', json_build_array()); END IF;
    RETURN ${schema}.in_time(p_budget, json_build_object('refused',
      json_build_object('scope', (mine.claims[1]).scope, 'limit', (mine.claims[1]).limit_id,
        'counts', (mine.claims[1]).counts, 'resetAt', p_now)));
  END IF;
  IF cardinality(overdue) > 0 THEN counters := ${schema}.load_counters(mine.claims); END IF;
  held := ${schema}.hold(mine.claims, counters, p_by, p_now);
  IF held.refused IS NOT NULL THEN
    RETURN ${schema}.in_time(p_budget, json_build_object('refused', held.refused, 'again', cardinality(overdue) >= 100));
  END IF;
  summed := mine.amounts || coalesce((
    SELECT jsonb_object_agg(key, value::bigint + coalesce((mine.amounts->>key)::bigint, 0)) FROM jsonb_each_text(p_by)), '{}');
  IF EXISTS (SELECT 1 FROM jsonb_each_text(summed) WHERE value::bigint > 9007199254740991) THEN
    RAISE EXCEPTION 'The amount of a reservation would not be below 2^53.' USING ERRCODE = '22003';
  END IF;
  UPDATE ${schema}.reservation SET claims = held.claims, expires = p_expires, amounts = summed WHERE id = p_id;
  told := ${schema}.states(held.claims, held.counters, p_now);
  PERFORM ${schema}.store_counters(held.claims, told.counters);
  RETURN ${schema}.in_time(p_budget, told.answer);
END $$;

CREATE FUNCTION ${schema}.settle(p_id text, p_used jsonb, p_now double precision, p_tidy boolean, p_budget int) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  mine ${schema}.reservation;
  counters ${schema}.counter[];
  overdue text[];
  told record;
BEGIN
  SELECT * INTO mine FROM ${schema}.reservation WHERE id = p_id AND state <> 'lapsed' FOR UPDATE;
  IF NOT FOUND THEN RETURN json_build_object('scopes', json_build_array()); END IF;
  overdue := ${schema}.due(p_now);
  IF mine.state = 'open' AND mine.expires <= p_now THEN overdue := overdue || p_id; END IF;
  counters := ${schema}.lock_counters(mine.claims, overdue);
  IF cardinality(overdue) > 0 THEN
    PERFORM ${schema}.expire(overdue);
    counters := ${schema}.load_counters(mine.claims);
    -- Its own time may have been over: it has been settled by that, or holds no concurrency any more.
    SELECT * INTO mine FROM ${schema}.reservation WHERE id = p_id AND state <> 'lapsed';
    IF NOT FOUND THEN RETURN ${schema}.in_time(p_budget, json_build_object('scopes', json_build_array())); END IF;
  END IF;
  DELETE FROM ${schema}.reservation WHERE id = p_id;
  told := ${schema}.states(mine.claims, ${schema}.book(mine.claims, counters, p_used), p_now);
  PERFORM ${schema}.store_counters(mine.claims, told.counters);
  IF p_tidy THEN PERFORM ${schema}.tidy(p_now); END IF;
  RETURN ${schema}.in_time(p_budget, told.answer);
END $$;

-- Ends what is due, for the list of what is open. How many there were.
CREATE FUNCTION ${schema}.expire_due(p_now double precision) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
  overdue text[] := ${schema}.due(p_now);
BEGIN
  PERFORM ${schema}.lock_counters('{}', overdue);
  PERFORM ${schema}.expire(overdue);
  PERFORM ${schema}.tidy(p_now);
  RETURN cardinality(overdue);
END $$;

-- Forgets counters that nothing can count in, and after a day that a reservation had expired. Waits for nobody.
CREATE FUNCTION ${schema}.tidy(p_now double precision) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM ${schema}.counter AS gone USING (
    SELECT scope, limit_id FROM ${schema}.counter WHERE idle_at <= p_now AND holds = 0 ORDER BY idle_at LIMIT 200 FOR UPDATE SKIP LOCKED
  ) AS idle WHERE gone.scope = idle.scope AND gone.limit_id = idle.limit_id;
  DELETE FROM ${schema}.reservation WHERE id IN (
    SELECT id FROM ${schema}.reservation WHERE state = 'lapsed' AND expires <= p_now - 86400000 ORDER BY expires LIMIT 200 FOR UPDATE SKIP LOCKED
  );
END $$;
`;
