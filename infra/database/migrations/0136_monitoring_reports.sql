-- Monitoring reports of the nation: what was frozen, objected to, approved and published.

CREATE TABLE rm.monitoring_report_register (
    tenant_id int NOT NULL, report_id uuid NOT NULL, strategy_id uuid NOT NULL, period text NOT NULL, state text NOT NULL,
    version bigint NOT NULL, expected_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
    due_at timestamptz, missed boolean NOT NULL, foreword jsonb NOT NULL, freezes bigint NOT NULL, digest text NOT NULL,
    frozen_at timestamptz, frozen jsonb, dissents jsonb NOT NULL, resolution_id uuid, resolution text NOT NULL,
    votes jsonb NOT NULL, approved_at timestamptz, published_at timestamptz, late boolean, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, report_id)
);
CREATE INDEX ON rm.monitoring_report_register (tenant_id, ends_at, report_id);

DO $$
DECLARE t text := 'rm.monitoring_report_register';
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
