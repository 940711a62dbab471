-- Read models: tables that are functions of the logs, each tenant's rows below row-level security.
--
-- Texts are sorted by "C", as the code that compares rows sorts them. Structures are jsonb. Who may see what: the
-- gateway one tenant, the projector one tenant to write, the auditor those named, the public what is public.

-- `generation` rises when a rebuild replaces the rows, `version` is that of the code which wrote them.
ALTER TABLE es.checkpoint ADD COLUMN generation int NOT NULL DEFAULT 1, ADD COLUMN version int NOT NULL DEFAULT 1;
ALTER TABLE es.parked ADD COLUMN events int NOT NULL DEFAULT 1; -- events of the stream that wait since it was parked

CREATE SCHEMA rm;

CREATE TABLE rm.consultation_register (
    tenant_id int NOT NULL, consultation_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL,
    year bigint NOT NULL, title jsonb NOT NULL, act_kind text NOT NULL, planned_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, complex boolean NOT NULL, summary jsonb, contact jsonb, plan_item jsonb,
    unplanned_reason jsonb, languages jsonb NOT NULL, language_parity boolean, opens_at timestamptz,
    closes_at timestamptz, closed_at timestamptz, extensions bigint NOT NULL, report_due_at timestamptz,
    reported_at timestamptz, report_late boolean, conclusion text NOT NULL, documents jsonb NOT NULL,
    report jsonb NOT NULL, meetings jsonb NOT NULL, adoption jsonb, submitted bigint NOT NULL,
    withheld bigint NOT NULL, withdrawn bigint NOT NULL, answered bigint NOT NULL, disputed bigint NOT NULL,
    withheld_by_reason jsonb NOT NULL, positions jsonb NOT NULL, source text NOT NULL, source_id text NOT NULL,
    searched text NOT NULL, public boolean NOT NULL, lint_errors bigint, lint_warnings bigint,
    PRIMARY KEY (tenant_id, consultation_id)
);
CREATE TABLE rm.contribution_register (
    tenant_id int NOT NULL, contribution_id uuid NOT NULL, consultation_id uuid NOT NULL,
    contributor_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL, kind text NOT NULL,
    language text NOT NULL, body text NOT NULL, drafted_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    public boolean NOT NULL, title text NOT NULL, comments jsonb NOT NULL, attachments jsonb NOT NULL,
    organisation_id uuid, organisation_name text NOT NULL, anonymous boolean NOT NULL, channel text NOT NULL,
    submitted_at timestamptz, receipt text NOT NULL, digest text NOT NULL, meeting_id uuid,
    published_at timestamptz, withheld_reason text NOT NULL, withheld_note jsonb, outcome text NOT NULL,
    reason jsonb, article text NOT NULL, answered_at timestamptz, earlier jsonb NOT NULL, group_id uuid,
    group_answered boolean NOT NULL, disputed_at timestamptz, dispute text NOT NULL,
    dispute_language text NOT NULL, dispute_reply jsonb, source text NOT NULL, source_id text NOT NULL,
    PRIMARY KEY (tenant_id, contribution_id)
);
CREATE TABLE rm.deadline_register (
    tenant_id int NOT NULL, deadline_id uuid NOT NULL, stream_id uuid NOT NULL, kind text NOT NULL,
    state text NOT NULL, due_at timestamptz NOT NULL, set_at timestamptz NOT NULL, position bigint NOT NULL,
    epoch bigint NOT NULL, action text NOT NULL, meeting_id uuid, rule text NOT NULL, calendar text NOT NULL,
    proof jsonb, moved jsonb NOT NULL, settled_at timestamptz,
    PRIMARY KEY (tenant_id, deadline_id)
);
CREATE TABLE rm.audit_trail (
    tenant_id int NOT NULL, position bigint NOT NULL, epoch bigint NOT NULL, stream_id uuid NOT NULL,
    version bigint NOT NULL, action text NOT NULL, operation text NOT NULL, occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL, actor_id uuid NOT NULL, role text NOT NULL, basis text NOT NULL,
    command_id uuid, subject_id uuid, on_behalf_of uuid, correlation_id uuid, cause text NOT NULL,
    rule_pack text NOT NULL, calendar text NOT NULL, language text NOT NULL, source text NOT NULL,
    source_id text NOT NULL, traceparent text NOT NULL,
    PRIMARY KEY (tenant_id, position)
);
CREATE TABLE rm.tenant_directory (
    tenant_id int NOT NULL, slug text COLLATE "C" NOT NULL, institution_id bigint NOT NULL, code text NOT NULL,
    kind text NOT NULL, names jsonb NOT NULL, languages jsonb NOT NULL, sandbox boolean NOT NULL,
    state text NOT NULL, decision_no text NOT NULL, successors jsonb NOT NULL,
    PRIMARY KEY (tenant_id, slug)
);

CREATE INDEX ON rm.consultation_register (tenant_id, planned_at, consultation_id);
CREATE INDEX ON rm.consultation_register (tenant_id, closes_at);
CREATE INDEX ON rm.consultation_register (tenant_id, source_id) WHERE source_id <> '';
CREATE INDEX ON rm.contribution_register (tenant_id, consultation_id, submitted_at, contribution_id);
CREATE INDEX ON rm.contribution_register (tenant_id, contributor_id);
CREATE INDEX ON rm.deadline_register (tenant_id, state, due_at, deadline_id);
CREATE INDEX ON rm.deadline_register (tenant_id, stream_id);
CREATE INDEX ON rm.audit_trail (tenant_id, actor_id, position);
CREATE INDEX ON rm.audit_trail (tenant_id, stream_id, position);

GRANT USAGE ON SCHEMA rm TO pakt_gateway, pakt_public, pakt_projector, pakt_auditor;
DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['consultation_register', 'contribution_register', 'deadline_register', 'audit_trail', 'tenant_directory'] LOOP
        EXECUTE format('ALTER TABLE rm.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE rm.%I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON rm.%I FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('CREATE POLICY gateway_reads ON rm.%I FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON rm.%I FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON rm.%I TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON rm.%I TO pakt_gateway, pakt_auditor', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON rm.%I TO pakt_projector', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['consultation_register', 'contribution_register'] LOOP
        EXECUTE format('CREATE POLICY public_reads ON rm.%I FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
    END LOOP;
END $$;
CREATE POLICY public_reads ON rm.tenant_directory FOR SELECT TO pakt_public
    USING (tenant_id = ANY (string_to_array(current_setting('pakt.tenants'), ',')::int[]));
GRANT SELECT ON rm.tenant_directory TO pakt_public;

-- Columns, too: the public never sees who wrote, the code of a receipt, or a note about what was withheld.
GRANT SELECT (
    tenant_id, consultation_id, state, version, year, title, act_kind, planned_at, changed_at, complex, summary,
    contact, plan_item, unplanned_reason, languages, language_parity, opens_at, closes_at, closed_at, extensions,
    report_due_at, reported_at, report_late, conclusion, documents, report, meetings, adoption, submitted, withheld,
    withdrawn, answered, disputed, withheld_by_reason, positions, source, source_id, searched, public
) ON rm.consultation_register TO pakt_public;
GRANT SELECT (
    tenant_id, contribution_id, consultation_id, state, version, kind, language, body, changed_at, public, title,
    comments, attachments, organisation_id, organisation_name, anonymous, channel, submitted_at, digest, meeting_id,
    published_at, outcome, reason, article, answered_at, earlier, group_id, group_answered, disputed_at,
    dispute_reply, source, source_id
) ON rm.contribution_register TO pakt_public;

-- How long each log is, for a projector that has to notice growth in all of them: keys only, no content. It runs as the
-- owner because no runtime role that reads content may look at two tenants at once.
CREATE FUNCTION es.heads(OUT tenant_id int, OUT "position" bigint)
RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.tenant_id, coalesce((SELECT e.position FROM es.event e WHERE e.tenant_id = l.tenant_id
                                   ORDER BY e.position DESC LIMIT 1), 0)
      FROM es.tenant_lock l ORDER BY l.tenant_id
$$;
REVOKE EXECUTE ON FUNCTION es.heads FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.heads TO pakt_projector;
