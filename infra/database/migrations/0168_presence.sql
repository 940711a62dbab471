-- What everybody may know of how the installation is: which processes run, and when it was last copied. Both stand in the
-- national tenant's rows.

-- A process says now and then that it runs a part. Whoever has not said so for a day is taken out.
CREATE TABLE es.presence (
    tenant_id int NOT NULL, part text COLLATE "C" NOT NULL, process uuid NOT NULL, release text NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, part, process)
) WITH (fillfactor = 50);

-- The newest copy of each kind that is whole in the backup store: a base backup, or the write-ahead log as far as `segment`.
CREATE TABLE es.backup (
    tenant_id int NOT NULL, kind text COLLATE "C" NOT NULL CHECK (kind IN ('base', 'log')), made_at timestamptz NOT NULL,
    segment text NOT NULL,
    PRIMARY KEY (tenant_id, kind)
) WITH (fillfactor = 50);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['es.presence', 'es.backup'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY projector_keeps ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO pakt_projector', t);
        EXECUTE format('GRANT SELECT ON %s TO pakt_auditor', t);
    END LOOP;
END $$;
GRANT DELETE ON es.presence TO pakt_projector;
