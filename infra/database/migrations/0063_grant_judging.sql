-- Rankings of calls, commissions, scoring sheets, complaints and agreements; and how each row stood at the boundaries of
-- the logs. The public sees a commission's work from the provisional ranking on, agreements from their signature on.

ALTER TABLE rm.grant_call_register ADD ranking jsonb NOT NULL DEFAULT '[]', ADD complaints_until timestamptz;
ALTER TABLE past.grant_call_register ADD ranking jsonb NOT NULL DEFAULT '[]', ADD complaints_until timestamptz;
GRANT SELECT (ranking, complaints_until) ON rm.grant_call_register, past.grant_call_register TO pakt_public;

CREATE TABLE rm.grant_commission_register (
    tenant_id int NOT NULL, commission_id uuid NOT NULL, call_id uuid NOT NULL, state text NOT NULL,
    version bigint NOT NULL, decision_no text NOT NULL, formed_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    members jsonb NOT NULL, pool jsonb NOT NULL, experts bigint NOT NULL, seed text NOT NULL, alternates jsonb NOT NULL,
    tie_seed text NOT NULL, applications bigint NOT NULL, recused bigint NOT NULL, committed bigint NOT NULL,
    revealed bigint NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, commission_id)
);
CREATE INDEX ON rm.grant_commission_register (tenant_id, call_id);
CREATE TABLE rm.grant_scoring_sheet (
    tenant_id int NOT NULL, application_id uuid NOT NULL, commission_id uuid NOT NULL, organisation_id uuid NOT NULL,
    requested jsonb NOT NULL, submitted_at timestamptz NOT NULL, round bigint NOT NULL, scores jsonb NOT NULL,
    declared jsonb NOT NULL, recused jsonb NOT NULL, provisional jsonb, final jsonb, call_id uuid, rank bigint NOT NULL,
    public boolean NOT NULL,
    PRIMARY KEY (tenant_id, application_id)
);
CREATE INDEX ON rm.grant_scoring_sheet (tenant_id, commission_id, rank, application_id);
CREATE TABLE rm.grant_complaint_register (
    tenant_id int NOT NULL, complaint_id uuid NOT NULL, call_id uuid NOT NULL, application_id uuid NOT NULL,
    organisation_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL, rank bigint NOT NULL,
    grounds text NOT NULL, filed_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    decide_by timestamptz NOT NULL, decision text NOT NULL, reason jsonb, decided_at timestamptz, late boolean NOT NULL,
    PRIMARY KEY (tenant_id, complaint_id)
);
CREATE INDEX ON rm.grant_complaint_register (tenant_id, filed_at, complaint_id);
CREATE TABLE rm.grant_agreement_register (
    tenant_id int NOT NULL, agreement_id uuid NOT NULL, call_id uuid NOT NULL, application_id uuid NOT NULL,
    organisation_id uuid NOT NULL, organisation_name jsonb NOT NULL, identifiers jsonb NOT NULL, state text NOT NULL,
    version bigint NOT NULL, title text NOT NULL, activity text NOT NULL, purpose text NOT NULL, starts_on date NOT NULL,
    ends_on date NOT NULL, award jsonb NOT NULL, paid jsonb NOT NULL, recovered jsonb NOT NULL,
    drafted_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, municipalities jsonb NOT NULL,
    co_financing jsonb NOT NULL, decision_no text NOT NULL, signed_on date, signed_at timestamptz,
    overdue bigint NOT NULL, late bigint NOT NULL, ending jsonb, costs jsonb NOT NULL, instalments jsonb NOT NULL,
    reports jsonb NOT NULL, to_recover jsonb, searched text NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, agreement_id)
);
CREATE INDEX ON rm.grant_agreement_register (tenant_id, drafted_at DESC, agreement_id DESC);
CREATE INDEX ON rm.grant_agreement_register (tenant_id, organisation_id);
CREATE INDEX ON rm.grant_agreement_register (signed_at DESC, agreement_id DESC) WHERE public;

CREATE TABLE past.grant_commission_register (
    LIKE rm.grant_commission_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, commission_id, since)
);
CREATE TABLE past.grant_scoring_sheet (
    LIKE rm.grant_scoring_sheet, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, application_id, since)
);
CREATE TABLE past.grant_complaint_register (
    LIKE rm.grant_complaint_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, complaint_id, since)
);
CREATE TABLE past.grant_agreement_register (
    LIKE rm.grant_agreement_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, agreement_id, since)
);

DO $$
DECLARE t text; s text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['grant_commission_register', 'grant_scoring_sheet', 'grant_complaint_register', 'grant_agreement_register'] LOOP
        FOREACH s IN ARRAY ARRAY['rm', 'past'] LOOP
            EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', s, t);
            EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', s, t);
            EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %I.%I FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', s, t);
            EXECUTE format('CREATE POLICY gateway_reads ON %I.%I FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', s, t);
            EXECUTE format('CREATE POLICY auditor_reads ON %I.%I FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s, t);
            EXECUTE format('CREATE POLICY projector_writes ON %I.%I TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', s, t);
            EXECUTE format('GRANT SELECT ON %I.%I TO pakt_gateway, pakt_auditor', s, t);
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO pakt_projector', s, t);
            IF t <> 'grant_complaint_register' THEN
                EXECUTE format('CREATE POLICY public_reads ON %I.%I FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s, t);
            END IF;
        END LOOP;
        IF t <> 'grant_complaint_register' THEN
            EXECUTE format('GRANT SELECT (since, until) ON past.%I TO pakt_public', t);
        END IF;
    END LOOP;
    -- Columns, too: nothing of who declared what, and of an agreement neither its reports nor its references.
    FOREACH s IN ARRAY ARRAY['rm', 'past'] LOOP
        EXECUTE format('GRANT SELECT (
            tenant_id, commission_id, call_id, state, version, decision_no, formed_at, changed_at, members, pool, experts,
            seed, alternates, tie_seed, applications, recused, committed, revealed, public
        ) ON %I.grant_commission_register TO pakt_public', s);
        EXECUTE format('GRANT SELECT (
            tenant_id, application_id, commission_id, organisation_id, requested, submitted_at, round, scores, provisional,
            final, call_id, rank, public
        ) ON %I.grant_scoring_sheet TO pakt_public', s);
        EXECUTE format('GRANT SELECT (
            tenant_id, agreement_id, call_id, application_id, organisation_id, organisation_name, identifiers, state,
            version, title, activity, purpose, starts_on, ends_on, award, paid, recovered, drafted_at, changed_at,
            municipalities, co_financing, decision_no, signed_on, signed_at, overdue, late, ending, searched, public
        ) ON %I.grant_agreement_register TO pakt_public', s);
    END LOOP;
END $$;
