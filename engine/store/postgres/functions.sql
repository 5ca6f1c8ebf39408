-- Functions that the store's statements use and that only SQLite has.
CREATE FUNCTION json_valid(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN value::jsonb IS NOT NULL;
EXCEPTION WHEN others THEN
  RETURN false;
END $$;

CREATE FUNCTION json_extract(value text, path text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT jsonb_path_query_first(value::jsonb, path::jsonpath) #>> '{}' $$;

CREATE FUNCTION json_each(value text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT jsonb_array_elements_text(json_each.value::jsonb) $$;

CREATE FUNCTION instr(value text, part text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT strpos(value, part) $$;

CREATE FUNCTION typeof(value bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT CASE WHEN value IS NULL THEN 'null' ELSE 'integer' END $$;

CREATE FUNCTION min(one bigint, other bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT CASE WHEN one IS NULL OR other IS NULL THEN NULL ELSE least(one, other) END $$;

CREATE FUNCTION max(one bigint, other bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT CASE WHEN one IS NULL OR other IS NULL THEN NULL ELSE greatest(one, other) END $$;

CREATE FUNCTION json_group_step(state jsonb, value text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT state || jsonb_build_array(value) $$;

CREATE FUNCTION json_group_end(state jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT state::text $$;

CREATE AGGREGATE json_group_array(text) (
  SFUNC = json_group_step, STYPE = jsonb, FINALFUNC = json_group_end, INITCOND = '[]'
);

CREATE FUNCTION max(one bigint, other bigint, third bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT max(max(one, other), third) $$;
