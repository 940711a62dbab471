-- The Council: its seats, meetings, resolutions and what follows from them; all but the drafts of minutes, and who
-- sits where by id, is public.

CREATE TABLE rm.council_register (
    tenant_id int NOT NULL, council_id uuid NOT NULL, version bigint NOT NULL, decision_no text NOT NULL,
    first_day date NOT NULL, last_day date NOT NULL, constituted_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, teams bigint NOT NULL, vacant bigint NOT NULL, seats jsonb NOT NULL,
    past jsonb NOT NULL, holders jsonb NOT NULL,
    PRIMARY KEY (tenant_id, council_id)
);
CREATE INDEX ON rm.council_register (tenant_id, first_day, council_id);

CREATE TABLE rm.council_meeting_register (
    tenant_id int NOT NULL, meeting_id uuid NOT NULL, council_id uuid NOT NULL, title jsonb NOT NULL,
    state text NOT NULL, version bigint NOT NULL, begins_at timestamptz NOT NULL, venue jsonb NOT NULL,
    called_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, team bigint, notice jsonb,
    agenda jsonb NOT NULL, attendance jsonb NOT NULL, roll jsonb NOT NULL, opened_at timestamptz,
    ended_at timestamptz, adjourned boolean NOT NULL, motions jsonb NOT NULL, minutes_by jsonb,
    minutes_due_at timestamptz, minutes jsonb, minutes_at timestamptz, minutes_late boolean NOT NULL,
    signed jsonb NOT NULL, reason jsonb, draft bigint NOT NULL, drafted jsonb,
    PRIMARY KEY (tenant_id, meeting_id)
);
CREATE INDEX ON rm.council_meeting_register (tenant_id, begins_at, meeting_id);

CREATE TABLE rm.council_resolution_register (
    tenant_id int NOT NULL, resolution_id uuid NOT NULL, meeting_id uuid NOT NULL, number text NOT NULL,
    year bigint NOT NULL, kind text NOT NULL, about text, stream_id uuid, part text, title jsonb NOT NULL,
    text jsonb NOT NULL, votes jsonb NOT NULL, outvoted jsonb NOT NULL, adopted_at timestamptz NOT NULL,
    actions bigint NOT NULL, searched text NOT NULL,
    PRIMARY KEY (tenant_id, resolution_id)
);
CREATE INDEX ON rm.council_resolution_register (tenant_id, adopted_at, resolution_id);

CREATE TABLE rm.council_action_register (
    tenant_id int NOT NULL, action_id uuid NOT NULL, resolution_id uuid NOT NULL, resolution_number text NOT NULL,
    state text NOT NULL, version bigint NOT NULL, what jsonb NOT NULL, due date NOT NULL,
    assigned_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, institution text, organisation_id uuid,
    organisation_name jsonb, overdue_since timestamptz, evidence jsonb NOT NULL, closed_at timestamptz,
    closing_note jsonb, late boolean NOT NULL,
    PRIMARY KEY (tenant_id, action_id)
);
CREATE INDEX ON rm.council_action_register (tenant_id, due, action_id);
CREATE INDEX ON rm.council_action_register (tenant_id, organisation_id, assigned_at);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['rm.council_register', 'rm.council_meeting_register', 'rm.council_resolution_register',
        'rm.council_action_register'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY public_reads ON %s FOR SELECT TO pakt_public USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
    END LOOP;
    GRANT SELECT (tenant_id, council_id, version, decision_no, first_day, last_day, constituted_at, changed_at,
        teams, vacant, seats, past) ON rm.council_register TO pakt_public;
    GRANT SELECT (tenant_id, meeting_id, council_id, title, state, version, begins_at, venue, called_at, changed_at,
        team, notice, agenda, attendance, roll, opened_at, ended_at, adjourned, motions, minutes_by, minutes_due_at,
        minutes, minutes_at, minutes_late, signed, reason) ON rm.council_meeting_register TO pakt_public;
    GRANT SELECT ON rm.council_resolution_register TO pakt_public;
    GRANT SELECT ON rm.council_action_register TO pakt_public;
END $$;
