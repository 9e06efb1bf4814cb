/** What the functions of limits are made of: windows that roll, states that are told, holds that end. */
export const limitHelpers = (schema: string): string => `
-- When the part that p_now falls into began. A calendar's window that is over is followed by one of the same length.
CREATE FUNCTION ${schema}.part_start(c ${schema}.claim, p_now double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN c.length = 0 THEN 0
    WHEN c.start IS NULL THEN floor(p_now / (c.length::double precision / c.slices)) * (c.length::double precision / c.slices)
    WHEN p_now < c.start + c.length::double precision / c.slices THEN c.start
    ELSE c.start + c.length::double precision / c.slices
  END
$$;

CREATE FUNCTION ${schema}.idle_at(c ${schema}.claim, p_start double precision, p_now double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN c.length > 0 THEN p_start + 3 * c.length
    WHEN c.counts = 'concurrency' THEN (floor(p_now / 86400000) + 2) * 86400000
    ELSE 'Infinity'
  END
$$;

-- A counter that counts nothing yet. Three windows: what is carried over outlives its own, and months differ in length.
CREATE FUNCTION ${schema}.fresh(c ${schema}.claim, p_start double precision, p_now double precision) RETURNS ${schema}.counter
LANGUAGE sql VOLATILE AS $$
  SELECT ROW(c.scope, c.limit_id, nextval('${schema}.generation'), c.counts, c.length, c.start IS NOT NULL, c.slices,
    ARRAY[p_start], ARRAY[0::bigint], ARRAY[0::bigint], NULL, 0, 0, false, 0, ${schema}.idle_at(c, p_start, p_now))::${schema}.counter
$$;

-- Begins a new part when the last one is over, and forgets those that count no more. A clock that was set back brings back no old one.
CREATE FUNCTION ${schema}.rolled(r ${schema}.counter, c ${schema}.claim, p_start double precision) RETURNS ${schema}.counter
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  oldest double precision := CASE WHEN r.slices = 1 THEN p_start ELSE p_start - c.window_ms END;
BEGIN
  IF p_start <= r.starts[cardinality(r.starts)] THEN RETURN r; END IF;
  r.starts := r.starts || p_start;
  r.used := r.used || 0::bigint;
  r.reserved := r.reserved || 0::bigint;
  r.told := false;
  r.length := c.length;
  WHILE r.starts[1] < oldest LOOP
    r.before_start := r.starts[1];
    r.before_used := r.used[1];
    r.before_reserved := r.reserved[1];
    r.starts := r.starts[2:];
    r.used := r.used[2:];
    r.reserved := r.reserved[2:];
  END LOOP;
  RETURN r;
END $$;

-- Not in SQL: such a function is planned anew at each use where it is not simple enough to be written out in its place.
CREATE FUNCTION ${schema}.total(amounts bigint[]) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF cardinality(amounts) = 1 THEN RETURN amounts[1]; END IF;
  RETURN (SELECT sum(amount) FROM unnest(amounts) AS amount);
END $$;

-- What the limit allows in this window, with what was carried over.
CREATE FUNCTION ${schema}.allowed(r ${schema}.counter, c ${schema}.claim) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT c.max + CASE WHEN r.before_start = c.rollover_from
    THEN least(c.rollover_most, greatest(0, c.max - r.before_used - r.before_reserved)) ELSE 0 END
$$;

-- When there is room again: the window ends, or the oldest part leaves it.
CREATE FUNCTION ${schema}.reset_at(r ${schema}.counter, c ${schema}.claim, p_now double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN c.counts = 'concurrency' THEN p_now
    WHEN c.window_ms = 0 THEN 9007199254740991
    ELSE r.starts[1] + c.window_ms + CASE WHEN r.slices > 1 THEN c.window_ms::double precision / r.slices ELSE 0 END
  END
$$;

-- Is the counter what this claim counts? Months differ in length, and are the same limit.
CREATE FUNCTION ${schema}.suits(r ${schema}.counter, c ${schema}.claim) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT r.generation > 0 AND r.counts = c.counts AND r.calendar = (c.start IS NOT NULL)
    AND (r.calendar OR r.length = c.length) AND r.slices = c.slices
$$;

-- The counters of claims, each at the place of the first claim on it.
CREATE FUNCTION ${schema}.load_counters(claims ${schema}.claim[]) RETURNS ${schema}.counter[]
LANGUAGE plpgsql AS $$
DECLARE
  c ${schema}.claim;
  r ${schema}.counter;
  counters ${schema}.counter[] := '{}';
BEGIN
  FOR index IN 1 .. cardinality(claims) LOOP
    c := claims[index];
    CONTINUE WHEN c.first < index;
    SELECT * INTO r FROM ${schema}.counter WHERE scope = c.scope AND limit_id = c.limit_id;
    counters[index] := r;
  END LOOP;
  RETURN counters;
END $$;

CREATE FUNCTION ${schema}.store_counters(claims ${schema}.claim[], counters ${schema}.counter[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  r ${schema}.counter;
BEGIN
  FOR index IN 1 .. cardinality(claims) LOOP
    CONTINUE WHEN (claims[index]).first < index;
    r := counters[index];
    UPDATE ${schema}.counter SET generation = r.generation, counts = r.counts, length = r.length, calendar = r.calendar, slices = r.slices,
      starts = r.starts, used = r.used, reserved = r.reserved, before_start = r.before_start, before_used = r.before_used,
      before_reserved = r.before_reserved, told = r.told, holds = r.holds, idle_at = r.idle_at
    WHERE scope = r.scope AND limit_id = r.limit_id;
  END LOOP;
END $$;

-- States of the claims that hold something, for the answer. A soft limit that gave way since it was last looked at says so, once.
CREATE FUNCTION ${schema}.states(claims ${schema}.claim[], INOUT counters ${schema}.counter[], p_now double precision, OUT answer json)
LANGUAGE plpgsql AS $$
DECLARE
  c ${schema}.claim;
  r ${schema}.counter;
  used bigint;
  reserved bigint;
  allowed bigint;
  is_over boolean;
  listed json[] := '{}';
BEGIN
  FOREACH c IN ARRAY claims LOOP
    r := counters[c.first];
    CONTINUE WHEN coalesce(cardinality(c.hold_generations), 0) = 0 OR r.generation IS DISTINCT FROM c.hold_generations[cardinality(c.hold_generations)];
    r := ${schema}.rolled(r, c, ${schema}.part_start(c, p_now));
    used := ${schema}.total(r.used);
    reserved := ${schema}.total(r.reserved);
    allowed := ${schema}.allowed(r, c);
    is_over := c.soft AND CASE WHEN c.counts = 'concurrency' THEN reserved > c.max ELSE used > allowed END;
    listed := listed || json_build_array(c.scope, c.limit_id, c.counts, used, reserved, allowed, ${schema}.reset_at(r, c, p_now), is_over AND NOT r.told);
    IF c.soft THEN
      r.told := is_over;
      counters[c.first] := r;
    END IF;
  END LOOP;
  answer := json_build_object('scopes', array_to_json(listed));
END $$;

-- Turns what was reserved into what was used. What goes beyond the reservation counts in its last part.
CREATE FUNCTION ${schema}.book(claims ${schema}.claim[], counters ${schema}.counter[], p_used jsonb) RETURNS ${schema}.counter[]
LANGUAGE plpgsql AS $$
DECLARE
  c ${schema}.claim;
  r ${schema}.counter;
  remains bigint;
  amount bigint;
  place int;
BEGIN
  FOREACH c IN ARRAY claims LOOP
    r := counters[c.first];
    CONTINUE WHEN coalesce(cardinality(c.hold_generations), 0) = 0 OR r.generation IS NULL;
    remains := CASE WHEN c.counts = 'concurrency' THEN 0 ELSE coalesce((p_used->>c.counts)::bigint, 0) END;
    FOR index IN 1 .. cardinality(c.hold_generations) LOOP
      amount := CASE WHEN index = cardinality(c.hold_generations) THEN remains ELSE least(remains, c.hold_amounts[index]) END;
      remains := remains - amount;
      CONTINUE WHEN c.hold_generations[index] <> r.generation;
      r.holds := r.holds - 1;
      place := array_position(r.starts, c.hold_starts[index]);
      IF place IS NOT NULL THEN
        r.used[place] := r.used[place] + amount;
        r.reserved[place] := r.reserved[place] - c.hold_amounts[index];
      ELSIF r.before_start = c.hold_starts[index] THEN
        r.before_used := r.before_used + amount;
        r.before_reserved := r.before_reserved - c.hold_amounts[index];
      END IF;
    END LOOP;
    counters[c.first] := r;
  END LOOP;
  RETURN counters;
END $$;
`;
