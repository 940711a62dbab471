-- Endpoints of webhooks, and every attempt to tell one of them; both stand in the national tenant, whose log has the
-- endpoints. Attempts are kept for 30 days: they are a record of what was tried, no history.

CREATE TABLE rm.webhook_endpoint_register (
    tenant_id int NOT NULL, endpoint_id uuid NOT NULL, client_id uuid NOT NULL, url text NOT NULL, types jsonb NOT NULL,
    tenants jsonb NOT NULL, state text NOT NULL, version bigint NOT NULL, registered_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, generation bigint NOT NULL, old_valid_until timestamptz, reason text NOT NULL,
    disabled_at timestamptz, pinged_at timestamptz, requested_at timestamptz,
    PRIMARY KEY (tenant_id, endpoint_id)
);
CREATE INDEX ON rm.webhook_endpoint_register (tenant_id, registered_at, endpoint_id);
CREATE INDEX ON rm.webhook_endpoint_register (tenant_id, client_id, registered_at, endpoint_id);

-- `of_tenant`, `epoch` and `position` name the event, `message_id` is its id; `number` counts the tries of one delivery.
-- `status` is what the receiver answered, 0 where it did not and `failure` says why; `milliseconds` is how long it took.
CREATE TABLE es.webhook_attempt (
    tenant_id int NOT NULL, endpoint_id uuid NOT NULL, attempt_id uuid NOT NULL, at timestamptz NOT NULL,
    message_id uuid NOT NULL, type text NOT NULL, of_tenant text NOT NULL, epoch bigint NOT NULL, position bigint NOT NULL,
    number int NOT NULL, status int NOT NULL, failure text NOT NULL, milliseconds int NOT NULL,
    PRIMARY KEY (tenant_id, attempt_id)
);
CREATE INDEX webhook_attempt_of_endpoint ON es.webhook_attempt (tenant_id, endpoint_id, at, attempt_id);
CREATE INDEX webhook_attempt_by_age ON es.webhook_attempt (tenant_id, at);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['rm.webhook_endpoint_register', 'es.webhook_attempt'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
    END LOOP;
END $$;
