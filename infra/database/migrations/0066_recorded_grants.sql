-- The register of grants recorded elsewhere: one row a grant. All of it is everybody's, what was struck as such.

CREATE TABLE rm.recorded_grant_register (
    tenant_id int NOT NULL, recorded_grant_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL,
    grant_id text NOT NULL, title text NOT NULL, amount bigint NOT NULL, currency text NOT NULL,
    awarded_on date NOT NULL, year bigint NOT NULL, recipients jsonb NOT NULL, funders jsonb NOT NULL,
    recorded_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, description text NOT NULL,
    amount_applied_for jsonb, amount_disbursed jsonb, planned jsonb NOT NULL, programmes jsonb NOT NULL,
    places jsonb NOT NULL, from_open_call boolean, other text NOT NULL, organisation_id uuid, findings jsonb NOT NULL,
    corrections jsonb NOT NULL, struck_reason jsonb, source text NOT NULL, source_id text NOT NULL,
    searched text NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, recorded_grant_id)
);
CREATE INDEX ON rm.recorded_grant_register (tenant_id, awarded_on, recorded_grant_id);
CREATE INDEX ON rm.recorded_grant_register (tenant_id, organisation_id) WHERE organisation_id IS NOT NULL;
CREATE INDEX ON rm.recorded_grant_register (tenant_id, grant_id);

CREATE TABLE past.recorded_grant_register (
    LIKE rm.recorded_grant_register, since bigint NOT NULL, until bigint,
    PRIMARY KEY (tenant_id, recorded_grant_id, since)
);

DO $$
DECLARE s text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH s IN ARRAY ARRAY['rm', 'past'] LOOP
        EXECUTE format('ALTER TABLE %I.recorded_grant_register ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', s);
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %I.recorded_grant_register FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', s);
        EXECUTE format('CREATE POLICY gateway_reads ON %I.recorded_grant_register FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', s);
        EXECUTE format('CREATE POLICY auditor_reads ON %I.recorded_grant_register FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s);
        EXECUTE format('CREATE POLICY public_reads ON %I.recorded_grant_register FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s);
        EXECUTE format('CREATE POLICY projector_writes ON %I.recorded_grant_register TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', s);
        EXECUTE format('GRANT SELECT ON %I.recorded_grant_register TO pakt_gateway, pakt_auditor', s);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.recorded_grant_register TO pakt_projector', s);
        EXECUTE format('GRANT SELECT ON %I.recorded_grant_register TO pakt_public', s);
    END LOOP;
END $$;
