-- What an aggregate is rehydrated from, column by column, so that a reader takes a stream's payloads in one step: see
-- 0003_read.sql for the call. A row a stream that has such events: `n` its 1-based number, `position` of its last event;
-- `types` (4 bytes an event, as are `lengths` of payloads) and `times` (8 bytes, microseconds since 2000-01-01),
-- all big-endian; `body` the payloads one after the other with a comma between two.
DROP FUNCTION es.load_many;
CREATE FUNCTION es.load_many(p_tenant int, p_tenants int[], p_counts int[], p_streams uuid[], p_after int[],
    OUT n int, OUT "position" bigint, OUT types bytea, OUT lengths bytea, OUT times bytea, OUT body bytea)
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE o int := 0;
BEGIN
    FOR i IN 1 .. cardinality(p_tenants) LOOP
        EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenants[i]);
        RETURN QUERY
            SELECT (o + u.n)::int, e.position, e.types, e.lengths, e.times, e.body
              FROM unnest(p_streams[o + 1 : o + p_counts[i]], p_after[o + 1 : o + p_counts[i]]) WITH ORDINALITY u(s, a, n),
                   LATERAL (SELECT max(x.position) AS position, string_agg(int4send(x.type_id), '') AS types,
                                   string_agg(int4send(length(x.data)), '') AS lengths,
                                   string_agg(timestamptz_send(x.occurred_at), '') AS times,
                                   string_agg(x.data, ',') AS body
                              FROM (SELECT y.position, y.type_id, y.occurred_at, y.data FROM es.event y
                                     WHERE y.tenant_id = p_tenants[i] AND y.stream_id = u.s AND y.version > u.a
                                     ORDER BY y.version) x) e
             WHERE e.position IS NOT NULL;
        o := o + p_counts[i];
    END LOOP;
END $$;

-- One stream, the same columns; `position` is NULL where it has no such events.
CREATE FUNCTION es.load_one(p_tenant int, p_stream uuid, p_after int,
    OUT "position" bigint, OUT types bytea, OUT lengths bytea, OUT times bytea, OUT body bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenant);
    SELECT max(x.position), string_agg(int4send(x.type_id), ''), string_agg(int4send(length(x.data)), ''),
           string_agg(timestamptz_send(x.occurred_at), ''), string_agg(x.data, ',')
      INTO position, types, lengths, times, body
      FROM (SELECT y.position, y.type_id, y.occurred_at, y.data FROM es.event y
             WHERE y.tenant_id = p_tenant AND y.stream_id = p_stream AND y.version > p_after ORDER BY y.version) x;
END $$;
REVOKE EXECUTE ON FUNCTION es.load_many, es.load_one FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.load_many, es.load_one TO pakt_gateway, pakt_projector;
