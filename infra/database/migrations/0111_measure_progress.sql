-- What is reported of measures and how they are scored, and their money entry by entry: all of it is public.

ALTER TABLE rm.measure_register ADD COLUMN missing_reports jsonb NOT NULL DEFAULT '[]';
ALTER TABLE rm.measure_register ALTER COLUMN missing_reports DROP DEFAULT;

CREATE TABLE rm.measure_progress (
    tenant_id int NOT NULL, measure_id uuid NOT NULL, period text NOT NULL, state text NOT NULL, number bigint NOT NULL,
    late boolean NOT NULL, contested bigint NOT NULL, completion text, early_results text, civil_society text,
    evaluator text, narrative jsonb, reported_at timestamptz, due_at timestamptz, verified_at timestamptz,
    accepted_at timestamptz, accepted_by uuid, decision_no text, evidence jsonb NOT NULL, contests jsonb NOT NULL,
    scores jsonb NOT NULL, earlier jsonb NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, measure_id, period)
);
CREATE INDEX ON rm.measure_progress (tenant_id, period, measure_id);

CREATE TABLE rm.measure_transactions (
    tenant_id int NOT NULL, measure_id uuid NOT NULL, number bigint NOT NULL, kind text NOT NULL, line text NOT NULL,
    amount bigint NOT NULL, currency text NOT NULL, on_day date NOT NULL, reference text NOT NULL,
    recorded_at timestamptz NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, measure_id, number)
);
CREATE INDEX ON rm.measure_transactions (tenant_id, recorded_at, measure_id, number);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['rm.measure_progress', 'rm.measure_transactions'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY public_reads ON %s FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor, pakt_public', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
    END LOOP;
END $$;
