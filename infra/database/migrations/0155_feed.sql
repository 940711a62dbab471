-- What a feed asks of logs: events of some types alone, and where each log ends.

-- Events of these types (by number) after a position, ascending, at most p_limit, among the p_span positions after it;
-- with them the last event that was looked at, whatever its type: a reader goes on after the last row.
CREATE FUNCTION es.read_types(p_tenant int, p_after bigint, p_types int[], p_span int, p_limit int,
    OUT "position" bigint, OUT epoch int, OUT stream_id uuid, OUT version int, OUT type_id int,
    OUT occurred_at timestamptz, OUT recorded_at timestamptz, OUT command_id uuid, OUT subject_id uuid,
    OUT meta bytea, OUT data bytea, OUT pii bytea)
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE last bigint;
BEGIN
    EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenant);
    SELECT e.position INTO last FROM es.event e
     WHERE e.tenant_id = p_tenant AND e.position > p_after AND e.position <= p_after + p_span
     ORDER BY e.position DESC LIMIT 1;
    IF last IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT e.position, e.epoch, e.stream_id, e.version, e.type_id, e.occurred_at, e.recorded_at, e.command_id,
               e.subject_id, e.meta, e.data, e.pii
          FROM es.event e
         WHERE e.tenant_id = p_tenant AND e.position > p_after AND e.position <= last
           AND (e.type_id = ANY (p_types) OR e.position = last)
         ORDER BY e.position LIMIT p_limit;
END $$;
REVOKE EXECUTE ON FUNCTION es.read_types FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.read_types TO pakt_gateway;

-- The position and the epoch of every log's last event, 0 for an empty log; as es.heads, keys only, no content.
CREATE FUNCTION es.ends(OUT tenant_id int, OUT "position" bigint, OUT epoch int)
RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.tenant_id, coalesce(e.position, 0), coalesce(e.epoch, 0)
      FROM es.tenant_lock l LEFT JOIN LATERAL (
           SELECT x.position, x.epoch FROM es.event x WHERE x.tenant_id = l.tenant_id
            ORDER BY x.position DESC LIMIT 1) e ON true
     ORDER BY l.tenant_id
$$;
REVOKE EXECUTE ON FUNCTION es.ends FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.ends TO pakt_gateway;
