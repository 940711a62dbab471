-- Directories of platforms, calls for nominations (for everybody), and who was named: for those who asked and those who named.

CREATE TABLE rm.member_register (
    tenant_id int NOT NULL, member_id uuid NOT NULL, client_id uuid NOT NULL, number text NOT NULL, organisation_id uuid NOT NULL,
    identifier jsonb NOT NULL, title text NOT NULL, state text NOT NULL, version bigint NOT NULL, listed_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, joined_on date,
    PRIMARY KEY (tenant_id, member_id)
);
CREATE INDEX ON rm.member_register (tenant_id, client_id, listed_at, member_id);
CREATE INDEX ON rm.member_register (tenant_id, listed_at, member_id);
CREATE TABLE rm.nomination_call_register (
    tenant_id int NOT NULL, call_id uuid NOT NULL, purpose text NOT NULL, title jsonb NOT NULL, task jsonb NOT NULL, places bigint NOT NULL,
    until date NOT NULL, state text NOT NULL, version bigint NOT NULL, asked_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    concerns uuid, reason jsonb, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, call_id)
);
CREATE INDEX ON rm.nomination_call_register (tenant_id, asked_at, call_id);
CREATE TABLE rm.nomination_register (
    tenant_id int NOT NULL, nomination_id uuid NOT NULL, call_id uuid NOT NULL, client_id uuid NOT NULL, nominee_id uuid NOT NULL,
    state text NOT NULL, version bigint NOT NULL, nominated_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    organisation_id uuid, organisation_name jsonb, decided_at timestamptz,
    PRIMARY KEY (tenant_id, nomination_id)
);
CREATE INDEX ON rm.nomination_register (tenant_id, call_id, nominated_at, nomination_id);
CREATE INDEX ON rm.nomination_register (tenant_id, nominated_at, nomination_id);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['rm.member_register', 'rm.nomination_call_register', 'rm.nomination_register'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
    END LOOP;
    CREATE POLICY public_reads ON rm.nomination_call_register FOR SELECT TO pakt_public
        USING (public AND tenant_id = ANY (string_to_array(current_setting('pakt.tenants'), ',')::int[]));
    GRANT SELECT ON rm.nomination_call_register TO pakt_public;
END $$;
