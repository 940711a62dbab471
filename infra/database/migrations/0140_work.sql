-- Work that is to be done once, and how far what follows from each log has been noted.

-- A piece of work, until it is done: the row goes in the transaction of what was done. `subject` is made of ids and says
-- what it is about. Of a `lane` (unless it is '') the work of lowest `rank` is done first, and one at a time.
-- `holder` may do it until `held_until`; `attempts` counts tries that ended without success, `interrupted` those that
-- nobody ended. `reason` says why the last try failed and holds no personal data.
CREATE TABLE es.work (
    tenant_id int NOT NULL, kind text COLLATE "C" NOT NULL, subject text COLLATE "C" NOT NULL,
    lane text COLLATE "C" NOT NULL DEFAULT '', rank bigint NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'failed')),
    attempts int NOT NULL DEFAULT 0, interrupted int NOT NULL DEFAULT 0, reason text NOT NULL DEFAULT '',
    due_at timestamptz NOT NULL, holder uuid, held_until timestamptz, traceparent text NOT NULL DEFAULT '',
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(), tried_at timestamptz,
    PRIMARY KEY (tenant_id, kind, subject)
) WITH (fillfactor = 50);
CREATE INDEX work_due ON es.work (tenant_id, due_at) WHERE state = 'pending';
CREATE INDEX work_lane ON es.work (tenant_id, kind, lane, rank, subject) WHERE state = 'pending' AND lane <> '';
CREATE INDEX work_troubled ON es.work (tenant_id, tried_at) WHERE reason <> '';

-- Up to which position of a tenant's log the work that follows from it is in es.work, for each who says what follows.
CREATE TABLE es.relay (
    tenant_id int NOT NULL, name text COLLATE "C" NOT NULL, position bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, name)
) WITH (fillfactor = 50);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['es.work', 'es.relay'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY projector_keeps ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
        EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor', t);
    END LOOP;
END $$;
