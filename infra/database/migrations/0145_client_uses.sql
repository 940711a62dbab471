-- What API clients use of the gateway: when last and how much in this minute, counted over all gateways; and tokens that
-- were ended before their time. Both stand in the national tenant, as the clients do.

CREATE TABLE es.client_use (
    tenant_id int NOT NULL, client_id uuid NOT NULL, used_at timestamptz,
    minute timestamptz NOT NULL DEFAULT '-infinity', used int NOT NULL DEFAULT 0,
    failed_minute timestamptz NOT NULL DEFAULT '-infinity', failed int NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, client_id)
) WITH (fillfactor = 50);

CREATE TABLE es.ended_token (
    tenant_id int NOT NULL, token_id uuid NOT NULL, expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, token_id)
);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['es.client_use', 'es.ended_token'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY gateway_counts ON %s TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON es.client_use TO pakt_gateway;
GRANT SELECT, INSERT, DELETE ON es.ended_token TO pakt_gateway;
