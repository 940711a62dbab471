-- What institutions have used of what is counted by time, over all gateways, and how long uploaded files are.

-- `used` since `began_at`, where a window begins; a gateway takes several at once and spends them by itself.
CREATE TABLE es.tenant_use (
    tenant_id int NOT NULL, what text COLLATE "C" NOT NULL, began_at timestamptz NOT NULL, used bigint NOT NULL,
    PRIMARY KEY (tenant_id, what)
) WITH (fillfactor = 50);

DO $$
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    CREATE TRIGGER own_tenant BEFORE INSERT ON es.tenant_use FOR EACH ROW EXECUTE FUNCTION es.own_tenant();
END $$;
ALTER TABLE es.tenant_use ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY gateway_counts ON es.tenant_use TO pakt_gateway USING (tenant_id = current_setting('pakt.tenant')::int) WITH CHECK (tenant_id = current_setting('pakt.tenant')::int);
GRANT SELECT, INSERT, UPDATE ON es.tenant_use TO pakt_gateway;

-- 0 of files that came before this was known.
ALTER TABLE es.upload ADD COLUMN size bigint NOT NULL DEFAULT 0;
