-- How much work is due of each kind, in all institutions together, for who starts more workers by it: it can name no
-- institution, and must not be the administrator. It runs as the owner, as no role sees all tenants' work, and answers
-- numbers alone; the role that may ask sees the work of every tenant that it names.
CREATE FUNCTION es.work_due(OUT kind text, OUT waiting bigint)
RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT w.kind, count(*) FROM es.work w WHERE w.state = 'pending' AND w.due_at <= now() GROUP BY w.kind
$$;
REVOKE EXECUTE ON FUNCTION es.work_due FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.work_due TO pakt_auditor;
