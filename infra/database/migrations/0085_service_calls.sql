-- Needs for services, the calls for them, bids, evaluations with their sheets of scores, complaints; and how each row stood
-- at the boundaries of the logs. The public sees needs from their approval on, calls from their publication on, the
-- evaluators' work from the first proposed award on; of bids and complaints it sees nothing here.

CREATE TABLE rm.service_need_register (
    tenant_id int NOT NULL, need_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL, year bigint NOT
    NULL, service text NOT NULL, places jsonb NOT NULL, title jsonb NOT NULL, description jsonb NOT NULL,
    beneficiaries bigint NOT NULL, lines jsonb NOT NULL, estimate jsonb NOT NULL, budget_code text NOT NULL,
    assessed_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, approved_at timestamptz, decision_no text NOT
    NULL, budget jsonb, reason jsonb, searched text NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, need_id)
);
CREATE INDEX ON rm.service_need_register (tenant_id, assessed_at DESC, need_id DESC);
CREATE INDEX ON rm.service_need_register (approved_at DESC, need_id DESC) WHERE public;
CREATE TABLE past.service_need_register (
    LIKE rm.service_need_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, need_id, since)
);
CREATE TABLE rm.service_call_register (
    tenant_id int NOT NULL, call_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL, year bigint NOT
    NULL, title jsonb NOT NULL, mode text NOT NULL, service text NOT NULL, facts jsonb NOT NULL, planned_at
    timestamptz NOT NULL, changed_at timestamptz NOT NULL, need_id uuid, languages jsonb NOT NULL, invited jsonb NOT
    NULL, published_at timestamptz, closes_at timestamptz, closed_at timestamptz, opening_until timestamptz, bids
    bigint, clarifications jsonb NOT NULL, providers jsonb NOT NULL, list_until date, ranking jsonb NOT NULL, awards
    jsonb NOT NULL, contract_id uuid, reason jsonb, source text NOT NULL, source_id text NOT NULL, overlapping jsonb
    NOT NULL, lint_errors bigint, lint_warnings bigint, searched text NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, call_id)
);
CREATE INDEX ON rm.service_call_register (tenant_id, planned_at DESC, call_id DESC);
CREATE INDEX ON rm.service_call_register (published_at DESC, call_id DESC) WHERE public;
CREATE INDEX ON rm.service_call_register (tenant_id, need_id);
CREATE TABLE past.service_call_register (
    LIKE rm.service_call_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, call_id, since)
);
CREATE TABLE rm.service_bid_register (
    tenant_id int NOT NULL, bid_id uuid NOT NULL, call_id uuid NOT NULL, organisation_id uuid NOT NULL,
    organisation_name jsonb NOT NULL, municipality text NOT NULL, identifiers jsonb NOT NULL, state text NOT NULL,
    version bigint NOT NULL, language text NOT NULL, commitment text NOT NULL, revision bigint NOT NULL, received_at
    timestamptz NOT NULL, changed_at timestamptz NOT NULL, opened_at timestamptz, content jsonb, total jsonb,
    findings jsonb NOT NULL, reason jsonb, licence_entry_id uuid, licence_origin text NOT NULL, shown boolean NOT
    NULL,
    PRIMARY KEY (tenant_id, bid_id)
);
CREATE INDEX ON rm.service_bid_register (tenant_id, call_id, received_at, bid_id);
CREATE INDEX ON rm.service_bid_register (tenant_id, organisation_id, received_at DESC, bid_id DESC);
CREATE TABLE past.service_bid_register (
    LIKE rm.service_bid_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, bid_id, since)
);
CREATE TABLE rm.service_evaluation_register (
    tenant_id int NOT NULL, evaluation_id uuid NOT NULL, call_id uuid NOT NULL, state text NOT NULL, version bigint
    NOT NULL, decision_no text NOT NULL, appointed_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    evaluators jsonb NOT NULL, alternates jsonb NOT NULL, tie_seed text NOT NULL, bids bigint NOT NULL, recused
    bigint NOT NULL, committed bigint NOT NULL, revealed bigint NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, evaluation_id)
);
CREATE INDEX ON rm.service_evaluation_register (tenant_id, call_id);
CREATE TABLE past.service_evaluation_register (
    LIKE rm.service_evaluation_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, evaluation_id, since)
);
CREATE TABLE rm.service_bid_sheet (
    tenant_id int NOT NULL, bid_id uuid NOT NULL, evaluation_id uuid NOT NULL, organisation_id uuid NOT NULL, total
    jsonb NOT NULL, received_at timestamptz NOT NULL, round bigint NOT NULL, scores jsonb NOT NULL, declared jsonb
    NOT NULL, recused jsonb NOT NULL, stood jsonb NOT NULL, call_id uuid, rank bigint NOT NULL, public boolean NOT
    NULL,
    PRIMARY KEY (tenant_id, bid_id)
);
CREATE INDEX ON rm.service_bid_sheet (tenant_id, evaluation_id, rank, bid_id);
CREATE TABLE past.service_bid_sheet (
    LIKE rm.service_bid_sheet, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, bid_id, since)
);
CREATE TABLE rm.service_complaint_register (
    tenant_id int NOT NULL, complaint_id uuid NOT NULL, call_id uuid NOT NULL, bid_id uuid NOT NULL, contested_id
    uuid NOT NULL, organisation_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL, proposal bigint NOT
    NULL, grounds text NOT NULL, filed_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, decide_by
    timestamptz NOT NULL, decision text NOT NULL, reason jsonb, decided_at timestamptz, late boolean NOT NULL,
    PRIMARY KEY (tenant_id, complaint_id)
);
CREATE INDEX ON rm.service_complaint_register (tenant_id, filed_at, complaint_id);
CREATE INDEX ON rm.service_complaint_register (tenant_id, organisation_id);
CREATE TABLE past.service_complaint_register (
    LIKE rm.service_complaint_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, complaint_id, since)
);

DO $$
DECLARE t text; s text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY[
        'service_need_register', 'service_call_register', 'service_bid_register', 'service_evaluation_register',
        'service_bid_sheet', 'service_complaint_register'
    ] LOOP
        FOREACH s IN ARRAY ARRAY['rm', 'past'] LOOP
            EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', s, t);
            EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', s, t);
            EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %I.%I FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', s, t);
            EXECUTE format('CREATE POLICY gateway_reads ON %I.%I FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', s, t);
            EXECUTE format('CREATE POLICY auditor_reads ON %I.%I FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s, t);
            EXECUTE format('CREATE POLICY projector_writes ON %I.%I TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', s, t);
            EXECUTE format('GRANT SELECT ON %I.%I TO pakt_gateway, pakt_auditor', s, t);
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO pakt_projector', s, t);
            IF t NOT IN ('service_bid_register', 'service_complaint_register') THEN
                EXECUTE format('CREATE POLICY public_reads ON %I.%I FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s, t);
            END IF;
        END LOOP;
        IF t NOT IN ('service_bid_register', 'service_complaint_register') THEN
            EXECUTE format('GRANT SELECT (since, until) ON past.%I TO pakt_public', t);
        END IF;
    END LOOP;
    -- Columns, too: nothing of the linter's findings on a draft, of overlaps, and of who declared what.
    FOREACH s IN ARRAY ARRAY['rm', 'past'] LOOP
        EXECUTE format('GRANT SELECT (
            tenant_id, need_id, state, version, year, service, places, title, description, beneficiaries, lines,
            estimate, budget_code, assessed_at, changed_at, approved_at, decision_no, budget, reason, searched,
            public
        ) ON %I.service_need_register TO pakt_public', s);
        EXECUTE format('GRANT SELECT (
            tenant_id, call_id, state, version, year, title, mode, service, facts, planned_at, changed_at,
            need_id, languages, invited, published_at, closes_at, closed_at, opening_until, bids,
            clarifications, providers, list_until, ranking, awards, contract_id, reason, source, source_id,
            searched, public
        ) ON %I.service_call_register TO pakt_public', s);
        EXECUTE format('GRANT SELECT (
            tenant_id, evaluation_id, call_id, state, version, decision_no, appointed_at, changed_at,
            evaluators, alternates, tie_seed, bids, recused, committed, revealed, public
        ) ON %I.service_evaluation_register TO pakt_public', s);
        EXECUTE format('GRANT SELECT (
            tenant_id, bid_id, evaluation_id, organisation_id, total, received_at, round, scores, stood,
            call_id, rank, public
        ) ON %I.service_bid_sheet TO pakt_public', s);
    END LOOP;
END $$;
