-- The read models' past: every version of a row at the boundaries of a log, so that a question about the past costs the
-- events since the last boundary and not the whole log. All of it can be made again from the logs.
--
-- A row of `past.<table>` is how the row of `rm.<table>` stood from position `since` up to, but not including, `until`.

CREATE SCHEMA past;

-- Up to where rows are kept, one line a span of events. `recorded_at` is that of the event at `position`; `earliest` and
-- `latest` are of occurred_at: the earliest within the span, the latest up to its end. `checksum` is over what the span
-- changed. `version` is that of the read model's code.
CREATE TABLE past.boundary (
    tenant_id int NOT NULL, name text COLLATE "C" NOT NULL, position bigint NOT NULL, version int NOT NULL,
    recorded_at timestamptz NOT NULL, earliest timestamptz NOT NULL, latest timestamptz NOT NULL,
    changed bigint NOT NULL, checksum text NOT NULL,
    PRIMARY KEY (tenant_id, name, position)
);
-- Streams of which a read model shows nothing from a position on, because that event cannot be applied.
CREATE TABLE past.parked (
    tenant_id int NOT NULL, name text COLLATE "C" NOT NULL, stream_id uuid NOT NULL, first_position bigint NOT NULL,
    error text NOT NULL,
    PRIMARY KEY (tenant_id, name, stream_id)
);
CREATE TABLE past.consultation_register (
    LIKE rm.consultation_register, since bigint NOT NULL, until bigint,
    PRIMARY KEY (tenant_id, consultation_id, since)
);
CREATE TABLE past.contribution_register (
    LIKE rm.contribution_register, since bigint NOT NULL, until bigint,
    PRIMARY KEY (tenant_id, contribution_id, since)
);
CREATE TABLE past.deadline_register (
    LIKE rm.deadline_register, since bigint NOT NULL, until bigint,
    PRIMARY KEY (tenant_id, deadline_id, since)
);
CREATE TABLE past.plan_register (
    LIKE rm.plan_register, since bigint NOT NULL, until bigint,
    PRIMARY KEY (tenant_id, plan_id, since)
);
CREATE TABLE past.tenant_directory (
    LIKE rm.tenant_directory, since bigint NOT NULL, until bigint,
    PRIMARY KEY (tenant_id, slug, since)
);
CREATE INDEX ON past.contribution_register (tenant_id, consultation_id, submitted_at, contribution_id);
CREATE INDEX ON past.deadline_register (tenant_id, stream_id);

GRANT USAGE ON SCHEMA past TO pakt_gateway, pakt_public, pakt_projector, pakt_auditor;
DO $$
DECLARE t text; c text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['boundary', 'parked', 'consultation_register', 'contribution_register', 'deadline_register', 'plan_register', 'tenant_directory'] LOOP
        EXECUTE format('ALTER TABLE past.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE past.%I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON past.%I FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('CREATE POLICY gateway_reads ON past.%I FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON past.%I FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON past.%I TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON past.%I TO pakt_gateway, pakt_auditor', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON past.%I TO pakt_projector', t);
    END LOOP;
    -- The public sees the columns that it sees of the rows of today, and what was public then.
    FOREACH t IN ARRAY ARRAY['consultation_register', 'contribution_register', 'plan_register'] LOOP
        EXECUTE format('CREATE POLICY public_reads ON past.%I FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        FOR c IN SELECT a.attname FROM pg_attribute a WHERE a.attrelid = format('rm.%I', t)::regclass AND a.attnum > 0
                    AND has_column_privilege('pakt_public', a.attrelid, a.attnum, 'SELECT') LOOP
            EXECUTE format('GRANT SELECT (%I) ON past.%I TO pakt_public', c, t);
        END LOOP;
        EXECUTE format('GRANT SELECT (since, until) ON past.%I TO pakt_public', t);
    END LOOP;
END $$;
-- Where a log may be cut: positions, times and numbers, no content.
CREATE POLICY public_reads ON past.boundary FOR SELECT TO pakt_public
    USING (tenant_id = ANY (string_to_array(current_setting('pakt.tenants'), ',')::int[]));
GRANT SELECT ON past.boundary TO pakt_public;
