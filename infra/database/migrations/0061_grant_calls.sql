-- Calls for grants and the funding plans that pay for them: one row each, drafts for their own institution, what is
-- published for everybody; and how each row stood at the boundaries of the logs.

CREATE TABLE rm.grant_call_register (
    tenant_id int NOT NULL, call_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL, year bigint NOT NULL,
    title jsonb NOT NULL, purpose text NOT NULL, facts jsonb NOT NULL, drafted_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, plan_id uuid, form_version bigint NOT NULL, languages jsonb NOT NULL,
    published_at timestamptz, closes_at timestamptz, closed_at timestamptz, clarifications jsonb NOT NULL,
    report jsonb, ending jsonb, source text NOT NULL, source_id text NOT NULL, form jsonb, searched text NOT NULL,
    public boolean NOT NULL, lint_errors bigint, lint_warnings bigint,
    PRIMARY KEY (tenant_id, call_id)
);
CREATE INDEX ON rm.grant_call_register (tenant_id, drafted_at DESC, call_id DESC);
CREATE INDEX ON rm.grant_call_register (published_at DESC, call_id DESC) WHERE public;
CREATE TABLE rm.funding_plan_register (
    tenant_id int NOT NULL, plan_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL, year bigint NOT NULL,
    title jsonb NOT NULL, currency text NOT NULL, publish_due_at timestamptz NOT NULL, drafted_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, public boolean NOT NULL, lines jsonb NOT NULL, lines_in_force jsonb NOT NULL,
    publication jsonb, report jsonb, amended boolean NOT NULL, source text NOT NULL, source_id text NOT NULL,
    PRIMARY KEY (tenant_id, plan_id)
);
CREATE TABLE past.grant_call_register (
    LIKE rm.grant_call_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, call_id, since)
);
CREATE TABLE past.funding_plan_register (
    LIKE rm.funding_plan_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, plan_id, since)
);

DO $$
DECLARE t text; s text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['grant_call_register', 'funding_plan_register'] LOOP
        FOREACH s IN ARRAY ARRAY['rm', 'past'] LOOP
            EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', s, t);
            EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', s, t);
            EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %I.%I FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', s, t);
            EXECUTE format('CREATE POLICY gateway_reads ON %I.%I FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', s, t);
            EXECUTE format('CREATE POLICY auditor_reads ON %I.%I FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s, t);
            EXECUTE format('CREATE POLICY projector_writes ON %I.%I TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', s, t);
            EXECUTE format('CREATE POLICY public_reads ON %I.%I FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s, t);
            EXECUTE format('GRANT SELECT ON %I.%I TO pakt_gateway, pakt_auditor', s, t);
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO pakt_projector', s, t);
        END LOOP;
        EXECUTE format('GRANT SELECT (since, until) ON past.%I TO pakt_public', t);
    END LOOP;
    -- Columns, too: the public sees no findings on a draft, and of a plan only what was published and changed since.
    FOREACH s IN ARRAY ARRAY['rm', 'past'] LOOP
        EXECUTE format('GRANT SELECT (
            tenant_id, call_id, state, version, year, title, purpose, facts, drafted_at, changed_at, plan_id,
            form_version, languages, published_at, closes_at, closed_at, clarifications, report, ending, source,
            source_id, form, searched, public
        ) ON %I.grant_call_register TO pakt_public', s);
        EXECUTE format('GRANT SELECT (
            tenant_id, plan_id, state, version, year, title, currency, changed_at, public, lines_in_force, publication,
            report, amended, source, source_id
        ) ON %I.funding_plan_register TO pakt_public', s);
    END LOOP;
END $$;
