-- A tenant's log in the table layout of the eventsourcing library's PostgreSQL recorder (eventsourcing.postgres), so that
-- its stock code reads it: an implementation that shares nothing with ours. Only the auditor may, below row-level security;
-- `pakt.tenants` must name exactly one tenant, since a recorder knows one numbering of notifications.

CREATE SCHEMA lib;

-- The topic is looked up row by row, so that the view stays one table and the highest id is one step in the index.
CREATE VIEW lib.stored_events WITH (security_invoker = true) AS
    SELECT e.stream_id AS originator_id, e.version::bigint AS originator_version,
           (SELECT t.name FROM es.event_type t WHERE t.type_id = e.type_id) AS topic, e.data AS state,
           e.position AS notification_id
      FROM es.event e WHERE e.tenant_id = current_setting('pakt.tenants')::int;

GRANT USAGE ON SCHEMA lib TO pakt_auditor;
GRANT SELECT ON lib.stored_events TO pakt_auditor;
