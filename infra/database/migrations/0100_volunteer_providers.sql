-- For whom people volunteer: an institution's applications, and everybody's register of those that were verified.

CREATE TABLE rm.volunteer_provider_register (
    tenant_id int NOT NULL, provider_id uuid NOT NULL, organisation_id uuid, title jsonb NOT NULL, summary jsonb NOT NULL,
    municipality text NOT NULL, contact jsonb NOT NULL, state text NOT NULL, version bigint NOT NULL,
    applied_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, verified_at timestamptz, insured_until date,
    insurances jsonb NOT NULL, charter jsonb, decisions jsonb NOT NULL, searched text NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, provider_id)
);
CREATE INDEX ON rm.volunteer_provider_register (tenant_id, applied_at, provider_id);
CREATE INDEX ON rm.volunteer_provider_register (tenant_id, organisation_id, verified_at);

DO $$
DECLARE t text := 'rm.volunteer_provider_register';
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
    EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
    EXECUTE format('CREATE POLICY public_reads ON %s FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
    EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
    EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
    EXECUTE format('GRANT SELECT ON %s TO pakt_public', t);
END $$;
