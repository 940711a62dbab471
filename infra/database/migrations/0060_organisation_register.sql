-- The register of organisations: entries of the national tenant, claims for those who keep it, entries for everybody.

CREATE TABLE rm.organisation_register (
    tenant_id int NOT NULL, organisation_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL,
    legal_name jsonb NOT NULL, legal_form text NOT NULL, municipality text NOT NULL, claimed_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, searched text NOT NULL, numbers jsonb NOT NULL, public boolean NOT NULL,
    identifiers jsonb NOT NULL, contact jsonb, claimant_id uuid, verified_at timestamptz, certificates jsonb NOT NULL,
    public_benefit jsonb NOT NULL, officers jsonb NOT NULL, tenures jsonb NOT NULL, memberships jsonb NOT NULL,
    representatives jsonb NOT NULL, rulings jsonb NOT NULL, merged_into uuid, absorbed jsonb NOT NULL,
    findings jsonb NOT NULL, source text NOT NULL, source_id text NOT NULL,
    PRIMARY KEY (tenant_id, organisation_id)
);
CREATE TABLE past.organisation_register (
    LIKE rm.organisation_register, since bigint NOT NULL, until bigint,
    PRIMARY KEY (tenant_id, organisation_id, since)
);
CREATE INDEX ON rm.organisation_register (tenant_id, changed_at, organisation_id);
CREATE INDEX ON rm.organisation_register USING gin (numbers);
CREATE INDEX ON rm.organisation_register USING gin (absorbed);
-- What an organisation contributed is looked up over all tenants.
CREATE INDEX ON rm.contribution_register (tenant_id, organisation_id, submitted_at) WHERE organisation_id IS NOT NULL;

DO $$
DECLARE s text; columns text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    -- Columns, too: the public sees neither who claimed, holds an office or represents, nor what a claim looked odd for.
    columns := 'tenant_id, organisation_id, state, version, legal_name, legal_form, municipality, changed_at, searched,'
        ' numbers, public, identifiers, contact, verified_at, certificates, public_benefit, tenures, memberships, rulings,'
        ' merged_into, absorbed, source, source_id';
    FOREACH s IN ARRAY ARRAY['rm', 'past'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %I.organisation_register FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', s);
        EXECUTE format('ALTER TABLE %I.organisation_register ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', s);
        EXECUTE format('CREATE POLICY gateway_reads ON %I.organisation_register FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', s);
        EXECUTE format('CREATE POLICY auditor_reads ON %I.organisation_register FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s);
        EXECUTE format('CREATE POLICY projector_writes ON %I.organisation_register TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', s);
        EXECUTE format('CREATE POLICY public_reads ON %I.organisation_register FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s);
        EXECUTE format('GRANT SELECT ON %I.organisation_register TO pakt_gateway, pakt_auditor', s);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.organisation_register TO pakt_projector', s);
        EXECUTE format('GRANT SELECT (%s) ON %I.organisation_register TO pakt_public', columns, s);
    END LOOP;
    GRANT SELECT (since, until) ON past.organisation_register TO pakt_public;
END $$;
