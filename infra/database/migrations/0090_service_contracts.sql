-- Contracts on services, and how each row stood at the boundaries of the logs. The public sees a contract from its
-- signature on: lines, prices, deliveries and payments, of beneficiaries counts that single out nobody.

CREATE TABLE rm.service_contract_register (
    tenant_id int NOT NULL, contract_id uuid NOT NULL, call_id uuid NOT NULL, need_id uuid NOT NULL,
    organisation_id uuid NOT NULL, organisation_name jsonb NOT NULL, identifiers jsonb NOT NULL, state text NOT NULL,
    version bigint NOT NULL, title jsonb NOT NULL, service text NOT NULL, places jsonb NOT NULL,
    first_day date NOT NULL, last_day date NOT NULL, lines jsonb NOT NULL, signed_value jsonb NOT NULL,
    value jsonb NOT NULL, paid jsonb NOT NULL, penalties jsonb NOT NULL, beneficiaries bigint NOT NULL,
    budget_code text NOT NULL, drafted_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    standards jsonb NOT NULL, subcontractors jsonb NOT NULL, deliveries jsonb NOT NULL, amendments jsonb NOT NULL,
    licences jsonb NOT NULL, decision_no text NOT NULL, signed_on date, signed_at timestamptz, overdue bigint NOT NULL,
    late bigint NOT NULL, ending jsonb, accepted_at timestamptz, proposal jsonb, files jsonb NOT NULL,
    searched text NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, contract_id)
);
CREATE INDEX ON rm.service_contract_register (tenant_id, drafted_at DESC, contract_id DESC);
CREATE INDEX ON rm.service_contract_register (tenant_id, organisation_id);
CREATE INDEX ON rm.service_contract_register (signed_at DESC, contract_id DESC) WHERE public;

CREATE TABLE past.service_contract_register (
    LIKE rm.service_contract_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, contract_id, since)
);

DO $$
DECLARE s text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH s IN ARRAY ARRAY['rm', 'past'] LOOP
        EXECUTE format('ALTER TABLE %I.service_contract_register ENABLE ROW LEVEL SECURITY', s);
        EXECUTE format('ALTER TABLE %I.service_contract_register FORCE ROW LEVEL SECURITY', s);
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %I.service_contract_register FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', s);
        EXECUTE format('CREATE POLICY gateway_reads ON %I.service_contract_register FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', s);
        EXECUTE format('CREATE POLICY auditor_reads ON %I.service_contract_register FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s);
        EXECUTE format('CREATE POLICY public_reads ON %I.service_contract_register FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s);
        EXECUTE format('CREATE POLICY projector_writes ON %I.service_contract_register TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', s);
        EXECUTE format('GRANT SELECT ON %I.service_contract_register TO pakt_gateway, pakt_auditor', s);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.service_contract_register TO pakt_projector', s);
        -- Columns, too: neither proposals, nor what only the two sides read of a delivery.
        EXECUTE format('GRANT SELECT (
            tenant_id, contract_id, call_id, need_id, organisation_id, organisation_name, identifiers, state, version,
            title, service, places, first_day, last_day, lines, signed_value, value, paid, penalties, beneficiaries,
            budget_code, drafted_at, changed_at, standards, subcontractors, deliveries, amendments, licences,
            decision_no, signed_on, signed_at, overdue, late, ending, accepted_at, searched, public
        ) ON %I.service_contract_register TO pakt_public', s);
    END LOOP;
    GRANT SELECT (since, until) ON past.service_contract_register TO pakt_public;
END $$;
