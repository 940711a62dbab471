-- The register of contracts recorded elsewhere: one row a contract. All of it is everybody's, what was struck as such.
-- priced, estimated, annexed and paid are exact decimals: sources have amounts of more than two decimals.

CREATE TABLE rm.recorded_contract_register (
    tenant_id int NOT NULL, recorded_contract_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL,
    contract_id text NOT NULL, year bigint NOT NULL, number text NOT NULL, title text NOT NULL,
    currency text NOT NULL, told_on date NOT NULL, recorded_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, signed_on date, ends_on date, price jsonb, estimate jsonb,
    priced text NOT NULL, estimated text NOT NULL, annexed text NOT NULL, paid text NOT NULL,
    annexes jsonb NOT NULL, payments jsonb NOT NULL, contract_type text, value_class text, procedure text,
    cpv_division text NOT NULL, budget_sources jsonb NOT NULL, suppliers jsonb NOT NULL, supplier_id uuid,
    consortium boolean NOT NULL, time_limit text, award_criterion text, status text NOT NULL,
    department text NOT NULL, buyer text NOT NULL, course jsonb, total_paid jsonb, penalties jsonb,
    unread jsonb NOT NULL, other text NOT NULL, findings jsonb NOT NULL, corrections jsonb NOT NULL,
    struck_reason jsonb, source text NOT NULL, source_id text NOT NULL, searched text NOT NULL,
    public boolean NOT NULL,
    PRIMARY KEY (tenant_id, recorded_contract_id)
);
CREATE INDEX ON rm.recorded_contract_register (tenant_id, told_on, recorded_contract_id);
CREATE INDEX ON rm.recorded_contract_register (tenant_id, supplier_id) WHERE supplier_id IS NOT NULL;
CREATE INDEX ON rm.recorded_contract_register (tenant_id, contract_id);

CREATE TABLE past.recorded_contract_register (
    LIKE rm.recorded_contract_register, since bigint NOT NULL, until bigint,
    PRIMARY KEY (tenant_id, recorded_contract_id, since)
);

DO $$
DECLARE s text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH s IN ARRAY ARRAY['rm', 'past'] LOOP
        EXECUTE format('ALTER TABLE %I.recorded_contract_register ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', s);
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %I.recorded_contract_register FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', s);
        EXECUTE format('CREATE POLICY gateway_reads ON %I.recorded_contract_register FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', s);
        EXECUTE format('CREATE POLICY auditor_reads ON %I.recorded_contract_register FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s);
        EXECUTE format('CREATE POLICY public_reads ON %I.recorded_contract_register FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s);
        EXECUTE format('CREATE POLICY projector_writes ON %I.recorded_contract_register TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', s);
        EXECUTE format('GRANT SELECT ON %I.recorded_contract_register TO pakt_gateway, pakt_auditor', s);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.recorded_contract_register TO pakt_projector', s);
        EXECUTE format('GRANT SELECT ON %I.recorded_contract_register TO pakt_public', s);
    END LOOP;
END $$;
