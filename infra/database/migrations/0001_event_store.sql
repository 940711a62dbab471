-- The event store: tables, row-level security, append-only guards. Functions follow in 0002 and 0003.
--
-- Every tenant table has tenant_id first in every key. Policies are plain comparisons TO one role, without a
-- sub-SELECT and without missing_ok: a transaction that has not said which tenant it is about fails.

CREATE SCHEMA es;

-- Reference tables: no tenant in the key, small, the same on every node.
CREATE TABLE es.tenant (
    tenant_id int PRIMARY KEY CHECK (tenant_id > 0),
    slug text NOT NULL UNIQUE,
    kind text NOT NULL,                       -- national, ministry, municipality
    sandbox boolean NOT NULL DEFAULT false,   -- has a clock of its own that may be moved
    state text NOT NULL DEFAULT 'active',
    names bytea                               -- JSON {language: name}
);
CREATE TABLE es.event_type (type_id int PRIMARY KEY, name text NOT NULL UNIQUE);

-- The mutex row of a tenant: locked by each append, never updated by one, referenced by nothing.
CREATE TABLE es.tenant_lock (
    tenant_id int PRIMARY KEY,
    epoch int NOT NULL DEFAULT 1,             -- raised when a restore rewinds the log
    state "char" NOT NULL DEFAULT 'a'         -- a active, m moving, c closed
);

CREATE TABLE es.event (
    position bigint NOT NULL, recorded_at timestamptz NOT NULL, occurred_at timestamptz NOT NULL,
    tenant_id int NOT NULL, epoch int NOT NULL, version int NOT NULL, type_id int NOT NULL,
    stream_id uuid NOT NULL, command_id uuid, subject_id uuid,
    meta bytea NOT NULL, data bytea NOT NULL, pii bytea,
    PRIMARY KEY (tenant_id, position), UNIQUE (tenant_id, stream_id, version)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_freeze_min_age = 0);
CREATE TABLE es.event_tag (
    tenant_id int NOT NULL, tag text COLLATE "C" NOT NULL, position bigint NOT NULL,
    PRIMARY KEY (tenant_id, tag, position)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_freeze_min_age = 0);
CREATE TABLE es.command (
    tenant_id int NOT NULL, command_id uuid NOT NULL, first_position bigint NOT NULL, last_position bigint NOT NULL,
    PRIMARY KEY (tenant_id, command_id)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_freeze_min_age = 0);

-- How far a read model has come; moved by compare-and-set in the transaction that writes its rows.
CREATE TABLE es.checkpoint (
    tenant_id int NOT NULL, name text COLLATE "C" NOT NULL, epoch int NOT NULL DEFAULT 1,
    position bigint NOT NULL DEFAULT 0, recorded_at timestamptz, updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, name)
) WITH (fillfactor = 50);
-- Streams a read model has set aside because one of their events cannot be applied.
CREATE TABLE es.parked (
    tenant_id int NOT NULL, name text COLLATE "C" NOT NULL, stream_id uuid NOT NULL, first_position bigint NOT NULL,
    attempts int NOT NULL DEFAULT 1, error text NOT NULL, parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, name, stream_id)
);
-- The data key of a person within a tenant, wrapped by the tenant's key. Erasure empties it for ever.
CREATE TABLE es.subject_key (
    tenant_id int NOT NULL, subject_id uuid NOT NULL, wrapped_dek bytea, erased_at timestamptz,
    PRIMARY KEY (tenant_id, subject_id), CHECK ((wrapped_dek IS NULL) = (erased_at IS NOT NULL))
);

CREATE FUNCTION es.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE '% is append-only', TG_TABLE_NAME USING ERRCODE = 'PK002';
END $$;

-- A second guard below the policies: a distributed database may write rows past a policy's check, not past this.
CREATE FUNCTION es.own_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.tenant_id <> current_setting('pakt.tenant')::int THEN
        RAISE 'tenant % in a transaction of tenant %', NEW.tenant_id, current_setting('pakt.tenant')
            USING ERRCODE = 'PK004';
    END IF;
    RETURN NEW;
END $$;

-- Once erased, a key does not come back.
CREATE FUNCTION es.stay_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.erased_at IS NOT NULL THEN
        RAISE 'subject key is erased' USING ERRCODE = 'PK005';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stay_erased BEFORE UPDATE ON es.subject_key FOR EACH ROW EXECUTE FUNCTION es.stay_erased();
ALTER TABLE es.subject_key ENABLE ALWAYS TRIGGER stay_erased;

DO $$
DECLARE t text;
BEGIN
    -- A cluster of Citus accepts row triggers only when told so; plain PostgreSQL ignores the setting.
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['event', 'event_tag', 'command'] LOOP
        EXECUTE format('CREATE TRIGGER no_rewrite BEFORE UPDATE OR DELETE ON es.%I FOR EACH ROW EXECUTE FUNCTION es.refuse()', t);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON es.%I FOR EACH STATEMENT EXECUTE FUNCTION es.refuse()', t);
        EXECUTE format('ALTER TABLE es.%I ENABLE ALWAYS TRIGGER no_rewrite', t);
        EXECUTE format('ALTER TABLE es.%I ENABLE ALWAYS TRIGGER no_truncate', t);
        EXECUTE format('CREATE POLICY appender_sees ON es.%I FOR SELECT TO pakt_appender USING (true)', t);
        EXECUTE format('CREATE POLICY appender_adds ON es.%I FOR INSERT TO pakt_appender WITH CHECK (true)', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['checkpoint', 'parked', 'subject_key'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON es.%I FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['tenant_lock', 'event', 'event_tag', 'command', 'checkpoint', 'parked', 'subject_key'] LOOP
        EXECUTE format('ALTER TABLE es.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE es.%I FORCE ROW LEVEL SECURITY', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['tenant_lock', 'event', 'event_tag', 'command', 'checkpoint', 'parked'] LOOP
        EXECUTE format('CREATE POLICY gateway_reads ON es.%I FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON es.%I FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('GRANT SELECT ON es.%I TO pakt_gateway, pakt_auditor, pakt_projector', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['tenant_lock', 'event', 'event_tag', 'command'] LOOP
        EXECUTE format('CREATE POLICY projector_reads ON es.%I FOR SELECT TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['checkpoint', 'parked'] LOOP
        EXECUTE format('CREATE POLICY projector_keeps ON es.%I TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON es.%I TO pakt_projector', t);
    END LOOP;
END $$;

-- The lock row can be locked by the appender (which asks for the right to update) and changed by nobody but the owner.
CREATE POLICY appender_sees ON es.tenant_lock FOR SELECT TO pakt_appender USING (true);
CREATE POLICY appender_locks ON es.tenant_lock FOR UPDATE TO pakt_appender USING (true) WITH CHECK (false);
CREATE POLICY public_reads ON es.checkpoint FOR SELECT TO pakt_public USING (tenant_id = ANY (string_to_array(current_setting('pakt.tenants'), ',')::int[]));
CREATE POLICY gateway_keeps ON es.subject_key TO pakt_gateway USING (tenant_id = current_setting('pakt.tenant')::int) WITH CHECK (tenant_id = current_setting('pakt.tenant')::int);

GRANT USAGE ON SCHEMA es TO pakt_appender, pakt_gateway, pakt_public, pakt_projector, pakt_auditor;
GRANT SELECT ON es.tenant TO pakt_gateway, pakt_public, pakt_projector, pakt_auditor;
GRANT SELECT ON es.event_type TO pakt_appender, pakt_gateway, pakt_public, pakt_projector, pakt_auditor;
GRANT SELECT (tenant_id, position, stream_id, version, recorded_at), INSERT ON es.event TO pakt_appender;
GRANT SELECT, INSERT ON es.event_tag, es.command TO pakt_appender;
GRANT SELECT, UPDATE (state) ON es.tenant_lock TO pakt_appender;
GRANT SELECT ON es.checkpoint TO pakt_public;
GRANT SELECT, INSERT, UPDATE (wrapped_dek, erased_at) ON es.subject_key TO pakt_gateway;

-- Registers a tenant or brings its description up to date. The projector calls it when the national log says so; it
-- runs as the owner because the two tables belong to no single tenant.
CREATE FUNCTION es.provision_tenant(p_tenant int, p_slug text, p_kind text, p_sandbox boolean, p_state text, p_names bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO es.tenant (tenant_id, slug, kind, sandbox, state, names)
        VALUES (p_tenant, p_slug, p_kind, p_sandbox, p_state, p_names)
        ON CONFLICT (tenant_id) DO UPDATE SET slug = excluded.slug, kind = excluded.kind, sandbox = excluded.sandbox,
            state = excluded.state, names = excluded.names;
    INSERT INTO es.tenant_lock (tenant_id) VALUES (p_tenant) ON CONFLICT DO NOTHING;
END $$;

-- Gives a number to each event name that has none. Called by the migrator only, one at a time.
CREATE FUNCTION es.register_types(p_names text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE n text;
BEGIN
    LOCK TABLE es.event_type IN SHARE ROW EXCLUSIVE MODE;
    FOREACH n IN ARRAY p_names LOOP
        IF NOT EXISTS (SELECT 1 FROM es.event_type t WHERE t.name = n) THEN
            INSERT INTO es.event_type (type_id, name)
                VALUES ((SELECT coalesce(max(t.type_id), 0) + 1 FROM es.event_type t), n);
        END IF;
    END LOOP;
END $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA es FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.provision_tenant TO pakt_projector;
