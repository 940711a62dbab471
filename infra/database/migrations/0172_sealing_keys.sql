-- Which of each tenant's keys the keys of persons are wrapped by, for a process that looks at its start whether it has
-- their files. It runs as the owner, because the role that keeps the keys of persons sees those of one tenant at a time,
-- and answers numbers alone: they stand in the second and third byte of what is wrapped (infra/keys/wrapping.py).
-- Every row is read: that role's settings would have it walk the index for them.
CREATE FUNCTION es.sealing_keys(OUT tenant_id int, OUT number int)
RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = on AS $$
    SELECT DISTINCT k.tenant_id, get_byte(k.wrapped_dek, 1) * 256 + get_byte(k.wrapped_dek, 2)
      FROM es.subject_key k WHERE octet_length(k.wrapped_dek) > 2
$$;
REVOKE EXECUTE ON FUNCTION es.sealing_keys FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.sealing_keys TO pakt_gateway;
