-- Agreements with volunteers and the hours given under them, for those concerned: nothing of it is public. And in the
-- national log everybody's time, which the volunteer reads.

CREATE TABLE rm.volunteer_agreement_register (
    tenant_id int NOT NULL, agreement_id uuid NOT NULL, ledger_id uuid NOT NULL, opportunity_id uuid NOT NULL,
    provider_id uuid NOT NULL, person_id uuid NOT NULL, supervisor_id uuid NOT NULL, state text NOT NULL,
    version bigint NOT NULL, tasks jsonb NOT NULL, place text NOT NULL, first_day date NOT NULL, last_day date NOT NULL,
    max_minutes bigint NOT NULL, insurances jsonb NOT NULL, reimbursement jsonb NOT NULL, risk text NOT NULL,
    band text NOT NULL, protection text NOT NULL, offered_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    organisation_id uuid, guardians jsonb NOT NULL, signed_at timestamptz, over_at timestamptz, side text NOT NULL,
    minutes_logged bigint NOT NULL, minutes_confirmed bigint NOT NULL, entries_confirmed bigint NOT NULL,
    total_minutes bigint NOT NULL, total_digest text NOT NULL, totalled_at timestamptz,
    PRIMARY KEY (tenant_id, agreement_id)
);
CREATE INDEX ON rm.volunteer_agreement_register (tenant_id, offered_at, agreement_id);
CREATE INDEX ON rm.volunteer_agreement_register (tenant_id, person_id);
CREATE INDEX ON rm.volunteer_agreement_register (tenant_id, opportunity_id);
CREATE TABLE past.volunteer_agreement_register (
    LIKE rm.volunteer_agreement_register, since bigint NOT NULL, until bigint,
    PRIMARY KEY (tenant_id, agreement_id, since)
);
CREATE TABLE rm.volunteer_hours_register (
    tenant_id int NOT NULL, entry_id uuid NOT NULL, ledger_id uuid NOT NULL, agreement_id uuid NOT NULL,
    person_id uuid NOT NULL, state text NOT NULL, started_at timestamptz NOT NULL, ended_at timestamptz NOT NULL,
    break_minutes bigint NOT NULL, minutes bigint NOT NULL, day date NOT NULL, days jsonb NOT NULL, task text NOT NULL,
    protection text NOT NULL, late boolean NOT NULL, logged_by uuid NOT NULL, logged_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, corrects uuid, corrected_by uuid, checked_out uuid, refusal jsonb, decided_by uuid,
    decided_at timestamptz,
    PRIMARY KEY (tenant_id, entry_id)
);
CREATE INDEX ON rm.volunteer_hours_register (tenant_id, started_at, entry_id);
CREATE INDEX ON rm.volunteer_hours_register (tenant_id, person_id, started_at);
CREATE INDEX ON rm.volunteer_hours_register (tenant_id, agreement_id, started_at);
CREATE INDEX ON rm.volunteer_hours_register (tenant_id, state, started_at);
CREATE TABLE past.volunteer_hours_register (
    LIKE rm.volunteer_hours_register, since bigint NOT NULL, until bigint,
    PRIMARY KEY (tenant_id, entry_id, since)
);
CREATE TABLE rm.volunteer_time_register (
    tenant_id int NOT NULL, entry_id uuid NOT NULL, person_id uuid NOT NULL, institution text NOT NULL,
    institution_id bigint NOT NULL, ledger_id uuid NOT NULL, state text NOT NULL, started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL, minutes bigint NOT NULL, day date NOT NULL, days jsonb NOT NULL,
    claimed_at timestamptz NOT NULL, released_at timestamptz,
    PRIMARY KEY (tenant_id, entry_id)
);
CREATE INDEX ON rm.volunteer_time_register (tenant_id, person_id, started_at, entry_id);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['rm.volunteer_agreement_register', 'past.volunteer_agreement_register',
            'rm.volunteer_hours_register', 'past.volunteer_hours_register', 'rm.volunteer_time_register'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
    END LOOP;
END $$;
