-- The register of releases: one row each, everybody's; and of each thing they are about one row (number 0) that the fold
-- needs and nobody is shown.

CREATE TABLE rm.release_register (
    tenant_id int NOT NULL, entry_id uuid NOT NULL, about_id uuid NOT NULL, number bigint NOT NULL, process_id uuid NOT NULL,
    released bigint NOT NULL, position bigint NOT NULL, epoch bigint NOT NULL, recorded_at timestamptz NOT NULL,
    released_at timestamptz NOT NULL, tags jsonb NOT NULL, content jsonb, known jsonb, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, entry_id)
);
CREATE INDEX ON rm.release_register (tenant_id, position) WHERE public;
CREATE INDEX ON rm.release_register (tenant_id, process_id, position) WHERE public;
CREATE INDEX ON rm.release_register (tenant_id, position) WHERE public AND number = 1 AND about_id = process_id;

CREATE TABLE past.release_register (
    LIKE rm.release_register, since bigint NOT NULL, until bigint,
    PRIMARY KEY (tenant_id, entry_id, since)
);

DO $$
DECLARE s text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH s IN ARRAY ARRAY['rm', 'past'] LOOP
        EXECUTE format('ALTER TABLE %I.release_register ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', s);
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %I.release_register FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', s);
        EXECUTE format('CREATE POLICY gateway_reads ON %I.release_register FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', s);
        EXECUTE format('CREATE POLICY auditor_reads ON %I.release_register FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s);
        EXECUTE format('CREATE POLICY public_reads ON %I.release_register FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s);
        EXECUTE format('CREATE POLICY projector_writes ON %I.release_register TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', s);
        EXECUTE format('GRANT SELECT ON %I.release_register TO pakt_gateway, pakt_auditor', s);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.release_register TO pakt_projector', s);
        EXECUTE format('GRANT SELECT (tenant_id, entry_id, about_id, number, process_id, position, epoch, recorded_at, released_at, tags, content, public) ON %I.release_register TO pakt_public', s);
    END LOOP;
END $$;
