/**
 * Shared maps. How many keys a map has stands in a row of its own, so that a full map answers as fast as an empty one; whoever adds or deletes
 * holds that row, and the adds of one map wait for each other.
 */
export const sharedMaps = (schema: string): string => `
CREATE SEQUENCE ${schema}.version;

CREATE TABLE ${schema}.shared_map (
  name text COLLATE "C" PRIMARY KEY,
  size bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE ${schema}.shared_entry (
  map text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value bytea NOT NULL,
  version bigint NOT NULL DEFAULT nextval('${schema}.version'),
  -- When it was added, in the order of versions: replacing makes nothing younger.
  added bigint NOT NULL DEFAULT nextval('${schema}.version'),
  expires double precision NOT NULL,
  PRIMARY KEY (map, key)
);
CREATE INDEX shared_expired ON ${schema}.shared_entry (map, expires);
CREATE INDEX shared_oldest ON ${schema}.shared_entry (map, added);

-- Locks a map, which is made when it is not there, and gives its size.
CREATE FUNCTION ${schema}.lock_map(p_map text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  found_size bigint;
BEGIN
  LOOP
    SELECT size INTO found_size FROM ${schema}.shared_map WHERE name = p_map FOR UPDATE;
    IF FOUND THEN RETURN found_size; END IF;
    INSERT INTO ${schema}.shared_map VALUES (p_map, 0) ON CONFLICT DO NOTHING;
  END LOOP;
END $$;

CREATE FUNCTION ${schema}.add_entry(p_map text, p_key text, p_value bytea, p_expires double precision, p_capacity bigint, p_forget boolean,
  p_now double precision) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  size_before bigint;
  size_now bigint;
  gone bigint;
BEGIN
  PERFORM 1 FROM ${schema}.shared_entry WHERE map = p_map AND key = p_key AND expires > p_now;
  IF FOUND THEN RETURN 'present'; END IF;
  size_before := ${schema}.lock_map(p_map);
  size_now := size_before;
  PERFORM 1 FROM ${schema}.shared_entry WHERE map = p_map AND key = p_key AND expires > p_now;
  IF FOUND THEN RETURN 'present'; END IF;
  DELETE FROM ${schema}.shared_entry WHERE map = p_map AND key = p_key;
  GET DIAGNOSTICS gone = ROW_COUNT;
  size_now := size_now - gone;
  IF size_now >= p_capacity THEN
    DELETE FROM ${schema}.shared_entry WHERE map = p_map AND key IN (
      SELECT key FROM ${schema}.shared_entry WHERE map = p_map AND expires <= p_now ORDER BY expires LIMIT 1000);
    GET DIAGNOSTICS gone = ROW_COUNT;
    size_now := size_now - gone;
  END IF;
  IF size_now >= p_capacity AND p_forget THEN
    DELETE FROM ${schema}.shared_entry WHERE map = p_map AND key IN (
      SELECT key FROM ${schema}.shared_entry WHERE map = p_map ORDER BY added LIMIT least(1000, size_now - p_capacity + 1));
    GET DIAGNOSTICS gone = ROW_COUNT;
    size_now := size_now - gone;
  END IF;
  IF size_now < p_capacity THEN
    INSERT INTO ${schema}.shared_entry (map, key, value, expires) VALUES (p_map, p_key, p_value, p_expires);
    UPDATE ${schema}.shared_map SET size = size_now + 1 WHERE name = p_map;
    RETURN 'added';
  END IF;
  IF size_now <> size_before THEN UPDATE ${schema}.shared_map SET size = size_now WHERE name = p_map; END IF;
  RETURN 'full';
END $$;

CREATE FUNCTION ${schema}.delete_entry(p_map text, p_key text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ${schema}.lock_map(p_map);
  DELETE FROM ${schema}.shared_entry WHERE map = p_map AND key = p_key;
  IF FOUND THEN UPDATE ${schema}.shared_map SET size = size - 1 WHERE name = p_map; END IF;
END $$;
`;
