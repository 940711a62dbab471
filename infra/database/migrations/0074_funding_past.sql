-- The ledger of claims as it stood: what of each claim and overlap its past is read from, and what an overlap's
-- settlement rests on (who pays how much, too; what both institutions confirmed).
ALTER TABLE rm.funding_claim_register DROP declared,
    ADD co_financing jsonb NOT NULL DEFAULT '{}', ADD elsewhere jsonb;
ALTER TABLE rm.funding_overlap_register ADD declared boolean NOT NULL DEFAULT false,
    ADD confirmed jsonb, ADD other_confirmed jsonb;

CREATE TABLE past.funding_claim_register (
    LIKE rm.funding_claim_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, claim_id, since)
);
CREATE TABLE past.funding_overlap_register (
    LIKE rm.funding_overlap_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, overlap_id, since)
);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['funding_claim_register', 'funding_overlap_register'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON past.%I FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE past.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY gateway_reads ON past.%I FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON past.%I FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON past.%I TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON past.%I TO pakt_gateway, pakt_auditor', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON past.%I TO pakt_projector', t);
    END LOOP;
END $$;
