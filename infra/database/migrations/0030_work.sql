-- What the worker must remember: how far each policy has read, and what could not be done, with its reason.

-- Up to which position of a tenant's log a policy has acted.
CREATE TABLE es.policy (
    tenant_id int NOT NULL, name text COLLATE "C" NOT NULL, position bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, name)
) WITH (fillfactor = 50);

-- Work that failed and is due again at retry_at. The row goes when the work is done or no longer to be done.
-- `subject` is an id; `reason` is the refusal's code and words and holds no personal data.
CREATE TABLE es.failed_work (
    tenant_id int NOT NULL, kind text COLLATE "C" NOT NULL, subject text COLLATE "C" NOT NULL,
    attempts int NOT NULL DEFAULT 1, reason text NOT NULL,
    first_at timestamptz NOT NULL DEFAULT now(), last_at timestamptz NOT NULL DEFAULT now(),
    retry_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, kind, subject)
) WITH (fillfactor = 50);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['policy', 'failed_work'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON es.%I FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE es.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE es.%I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY projector_keeps ON es.%I TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY gateway_reads ON es.%I FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON es.%I FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON es.%I TO pakt_projector', t);
        EXECUTE format('GRANT SELECT ON es.%I TO pakt_gateway, pakt_auditor', t);
    END LOOP;
END $$;
