-- By what measures and objectives are measured, with every value and whatever was said against it: all of it is public.

CREATE TABLE rm.indicator_register (
    tenant_id int NOT NULL, indicator_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL, title jsonb NOT NULL,
    measure_id uuid, strategy_id uuid, objective text, part_of uuid, unit text NOT NULL, direction text NOT NULL,
    capped boolean NOT NULL, aggregation text NOT NULL, disaggregation jsonb NOT NULL, source text NOT NULL, query jsonb,
    reach text NOT NULL, described text NOT NULL, baseline jsonb, required boolean NOT NULL,
    defined_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, periods jsonb NOT NULL, contested bigint NOT NULL,
    withdrawn_reason jsonb, withdrawn_by uuid, searched text NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, indicator_id)
);
CREATE INDEX ON rm.indicator_register (tenant_id, defined_at, indicator_id);
CREATE INDEX ON rm.indicator_register (tenant_id, measure_id);

DO $$
DECLARE t text := 'rm.indicator_register';
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
