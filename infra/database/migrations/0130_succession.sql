-- Who succeeds an institution that was merged or split, and who answers for each of its open duties: for everybody, but for
-- the mandates of people.

CREATE TABLE rm.succession_register (
    tenant_id int NOT NULL, succession_id uuid NOT NULL, direction text NOT NULL, how text NOT NULL, since timestamptz NOT NULL,
    origin text NOT NULL, others jsonb NOT NULL,
    PRIMARY KEY (tenant_id, succession_id)
);
CREATE TABLE rm.duty_register (
    tenant_id int NOT NULL, direction text NOT NULL, duty_id uuid NOT NULL, kind text NOT NULL, other text NOT NULL,
    since timestamptz NOT NULL, due timestamptz, decision_no text NOT NULL, earlier jsonb NOT NULL, handed_over_at timestamptz,
    PRIMARY KEY (tenant_id, direction, duty_id)
);
CREATE INDEX ON rm.duty_register (tenant_id, other);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['rm.succession_register', 'rm.duty_register'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor, pakt_public', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
    END LOOP;
    CREATE POLICY public_reads ON rm.succession_register FOR SELECT TO pakt_public
        USING (tenant_id = ANY (string_to_array(current_setting('pakt.tenants'), ',')::int[]));
    CREATE POLICY public_reads ON rm.duty_register FOR SELECT TO pakt_public
        USING (kind NOT IN ('mandate', 'audit_mandate') AND tenant_id = ANY (string_to_array(current_setting('pakt.tenants'), ',')::int[]));
END $$;
