-- Reading, one round trip each: say which tenant, then read under that tenant's policy. Called outside a transaction,
-- so that the tenant is forgotten with the call.

-- Streams of many tenants: p_counts[i] of the streams belong to p_tenants[i]. A row a stream that has such events: `n`
-- its 1-based number, `version` and `position` of its last event, `heads` 16 bytes an event (type id, length of the
-- payload, microseconds since 2000-01-01; big-endian) and `body` the payloads one after the other. One row costs a
-- reader a fifth of what a row an event does.
CREATE FUNCTION es.load_many(p_tenant int, p_tenants int[], p_counts int[], p_streams uuid[], p_after int[],
    OUT n int, OUT version int, OUT "position" bigint, OUT heads bytea, OUT body bytea)
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE o int := 0;
BEGIN
    FOR i IN 1 .. cardinality(p_tenants) LOOP
        EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenants[i]);
        RETURN QUERY
            SELECT (o + u.n)::int, e.version, e.position, e.heads, e.body
              FROM unnest(p_streams[o + 1 : o + p_counts[i]], p_after[o + 1 : o + p_counts[i]]) WITH ORDINALITY u(s, a, n),
                   LATERAL (SELECT max(x.version) AS version, max(x.position) AS position,
                                   string_agg(int4send(x.type_id) || int4send(length(x.data)) || timestamptz_send(x.occurred_at), '') AS heads,
                                   string_agg(x.data, '') AS body
                              FROM (SELECT y.version, y.position, y.type_id, y.occurred_at, y.data FROM es.event y
                                     WHERE y.tenant_id = p_tenants[i] AND y.stream_id = u.s AND y.version > u.a
                                     ORDER BY y.version) x) e
             WHERE e.version IS NOT NULL;
        o := o + p_counts[i];
    END LOOP;
END $$;

CREATE FUNCTION es.read_stream(p_tenant int, p_stream uuid, p_after int,
    OUT "position" bigint, OUT epoch int, OUT stream_id uuid, OUT version int, OUT type_id int,
    OUT occurred_at timestamptz, OUT recorded_at timestamptz, OUT command_id uuid, OUT subject_id uuid,
    OUT meta bytea, OUT data bytea, OUT pii bytea)
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenant);
    RETURN QUERY
        SELECT e.position, e.epoch, e.stream_id, e.version, e.type_id, e.occurred_at, e.recorded_at, e.command_id,
               e.subject_id, e.meta, e.data, e.pii
          FROM es.event e
         WHERE e.tenant_id = p_tenant AND e.stream_id = p_stream AND e.version > p_after ORDER BY e.version;
END $$;

CREATE FUNCTION es.read_log(p_tenant int, p_after bigint, p_limit int,
    OUT "position" bigint, OUT epoch int, OUT stream_id uuid, OUT version int, OUT type_id int,
    OUT occurred_at timestamptz, OUT recorded_at timestamptz, OUT command_id uuid, OUT subject_id uuid,
    OUT meta bytea, OUT data bytea, OUT pii bytea)
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenant);
    RETURN QUERY
        SELECT e.position, e.epoch, e.stream_id, e.version, e.type_id, e.occurred_at, e.recorded_at, e.command_id,
               e.subject_id, e.meta, e.data, e.pii
          FROM es.event e WHERE e.tenant_id = p_tenant AND e.position > p_after ORDER BY e.position LIMIT p_limit;
END $$;

CREATE FUNCTION es.read_tag(p_tenant int, p_tag text, p_after bigint,
    OUT "position" bigint, OUT epoch int, OUT stream_id uuid, OUT version int, OUT type_id int,
    OUT occurred_at timestamptz, OUT recorded_at timestamptz, OUT command_id uuid, OUT subject_id uuid,
    OUT meta bytea, OUT data bytea, OUT pii bytea)
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenant);
    RETURN QUERY
        SELECT e.position, e.epoch, e.stream_id, e.version, e.type_id, e.occurred_at, e.recorded_at, e.command_id,
               e.subject_id, e.meta, e.data, e.pii
          FROM (SELECT t.position FROM es.event_tag t
                 WHERE t.tenant_id = p_tenant AND t.tag = p_tag AND t.position > p_after ORDER BY t.position) g,
               LATERAL (SELECT x.* FROM es.event x WHERE x.tenant_id = p_tenant AND x.position = g.position) e
         ORDER BY e.position;
END $$;

CREATE FUNCTION es.find_command(p_tenant int, p_command uuid, OUT first_position bigint, OUT last_position bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenant);
    SELECT k.first_position, k.last_position INTO first_position, last_position
      FROM es.command k WHERE k.tenant_id = p_tenant AND k.command_id = p_command;
END $$;

CREATE FUNCTION es.head(p_tenant int, OUT "position" bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenant);
    SELECT e.position INTO position FROM es.event e WHERE e.tenant_id = p_tenant ORDER BY e.position DESC LIMIT 1;
    position := coalesce(position, 0);
END $$;

REVOKE EXECUTE ON FUNCTION es.load_many, es.read_stream, es.read_log, es.read_tag, es.find_command, es.head FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.load_many, es.read_stream, es.read_log, es.read_tag, es.find_command, es.head TO pakt_gateway, pakt_projector;
