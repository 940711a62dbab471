-- The strategy with its objectives, and the measures that institutions answer for: all of it is public.

CREATE TABLE rm.strategy_register (
    tenant_id int NOT NULL, strategy_id uuid NOT NULL, reference text NOT NULL, title jsonb NOT NULL, state text NOT NULL,
    version bigint NOT NULL, first_day date NOT NULL, last_day date NOT NULL, adopted_on date NOT NULL, decision_no text,
    adopting_body text NOT NULL, coordinator text NOT NULL, partner text, plan_known boolean NOT NULL, note jsonb NOT NULL,
    recorded_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, ended_at timestamptz, ended_by text,
    end_reason jsonb, objectives jsonb NOT NULL, measures jsonb NOT NULL, outputs jsonb NOT NULL, sources jsonb NOT NULL,
    findings jsonb NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, strategy_id)
);
CREATE INDEX ON rm.strategy_register (tenant_id, adopted_on, strategy_id);

CREATE TABLE rm.measure_register (
    tenant_id int NOT NULL, measure_id uuid NOT NULL, strategy_id uuid NOT NULL, strategy text NOT NULL,
    code text NOT NULL, objective text NOT NULL, lead text NOT NULL, title jsonb NOT NULL, description jsonb NOT NULL,
    state text NOT NULL, version bigint NOT NULL, planned_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    baseline_first_day date NOT NULL, baseline_last_day date NOT NULL, first_day date NOT NULL, last_day date NOT NULL,
    risk_from date NOT NULL, currency text NOT NULL, planned bigint NOT NULL, committed bigint NOT NULL,
    spent bigint NOT NULL, overdue_reports bigint NOT NULL, weight bigint, next_target date, started_on date,
    done_on date, in_time boolean, as_planned boolean, progress_period text, progress_due timestamptz, risk_reason jsonb,
    summary jsonb, dropped_reason jsonb, dropped_by uuid, partners jsonb NOT NULL, milestones jsonb NOT NULL,
    revisions jsonb NOT NULL, budget jsonb NOT NULL, sources jsonb NOT NULL, findings jsonb NOT NULL,
    searched text NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, measure_id)
);
CREATE INDEX ON rm.measure_register (tenant_id, strategy, code, measure_id);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['rm.strategy_register', 'rm.measure_register'] LOOP
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
