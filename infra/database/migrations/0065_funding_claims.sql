-- The ledger of claims on public money and their overlaps, as the national log tells of them. What a tenant sees of the
-- rows of others is for the queries to say; nobody reads them but through the national tenant's scope.
CREATE TABLE rm.funding_claim_register (
    tenant_id int NOT NULL, claim_id uuid NOT NULL, organisation_id uuid NOT NULL, state text NOT NULL,
    version bigint NOT NULL, institution text NOT NULL, institution_id bigint NOT NULL, kind text NOT NULL,
    origin_id uuid NOT NULL, title text NOT NULL, activity text NOT NULL, first_day date NOT NULL, last_day date NOT NULL,
    costs jsonb NOT NULL, requested jsonb NOT NULL, amount jsonb NOT NULL, reserved_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, contact jsonb, declared jsonb NOT NULL, contract_id uuid, released text NOT NULL,
    overdue jsonb NOT NULL,
    PRIMARY KEY (tenant_id, claim_id)
);
CREATE INDEX ON rm.funding_claim_register (tenant_id, institution_id, reserved_at, claim_id);
CREATE INDEX ON rm.funding_claim_register (tenant_id, organisation_id);
CREATE TABLE rm.funding_overlap_register (
    tenant_id int NOT NULL, overlap_id uuid NOT NULL, organisation_id uuid NOT NULL, claim_id uuid NOT NULL,
    institution text NOT NULL, institution_id bigint NOT NULL, contact jsonb, other_claim_id uuid NOT NULL,
    other_institution text NOT NULL, other_institution_id bigint NOT NULL, other_contact jsonb, similarity jsonb NOT NULL,
    threshold bigint NOT NULL, found_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    consented boolean NOT NULL, other_consented boolean NOT NULL, ordered boolean NOT NULL, dismissed boolean NOT NULL,
    ruling jsonb NOT NULL,
    PRIMARY KEY (tenant_id, overlap_id)
);
CREATE INDEX ON rm.funding_overlap_register (tenant_id, institution_id);
CREATE INDEX ON rm.funding_overlap_register (tenant_id, other_institution_id);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['funding_claim_register', 'funding_overlap_register'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON rm.%I FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE rm.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY gateway_reads ON rm.%I FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON rm.%I FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON rm.%I TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON rm.%I TO pakt_gateway, pakt_auditor', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON rm.%I TO pakt_projector', t);
    END LOOP;
END $$;
