-- Opportunities to volunteer: drafts for their institution, published ones for everybody.

CREATE TABLE rm.opportunity_register (
    tenant_id int NOT NULL, opportunity_id uuid NOT NULL, provider_id uuid, organisation_id uuid, state text NOT NULL,
    version bigint NOT NULL, drafted_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, title jsonb NOT NULL,
    summary jsonb NOT NULL, tasks jsonb NOT NULL, skills jsonb NOT NULL, places bigint NOT NULL, municipality text,
    venue text, latitude bigint, longitude bigint, min_age bigint, max_age bigint, accessibility jsonb NOT NULL,
    languages jsonb NOT NULL, risk text NOT NULL, schedule jsonb NOT NULL, shifts jsonb NOT NULL, days jsonb NOT NULL,
    first_day date NOT NULL, last_day date NOT NULL, origin jsonb, published_at timestamptz, closed_at timestamptz,
    closed_why jsonb, searched text NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, opportunity_id)
);
CREATE INDEX ON rm.opportunity_register (tenant_id, drafted_at, opportunity_id);
CREATE INDEX ON rm.opportunity_register (tenant_id, last_day, opportunity_id);
CREATE INDEX ON rm.opportunity_register (tenant_id, provider_id);

DO $$
DECLARE t text := 'rm.opportunity_register';
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
    EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
    EXECUTE format('CREATE POLICY public_reads ON %s FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
    EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
    EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor, pakt_public', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
END $$;
