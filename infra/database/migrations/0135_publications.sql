-- Documents of the cooperation: every version with its files, for everybody from the first event on.

CREATE TABLE rm.publication_register (
    tenant_id int NOT NULL, publication_id uuid NOT NULL, kind text NOT NULL, title jsonb NOT NULL, state text NOT NULL,
    version bigint NOT NULL, published_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, summary jsonb, dated date,
    decision_no text NOT NULL, concerns jsonb, versions jsonb NOT NULL, reason jsonb, searched text NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, publication_id)
);
CREATE INDEX ON rm.publication_register (tenant_id, published_at, publication_id);

DO $$
DECLARE t text := 'rm.publication_register';
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
    EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
    EXECUTE format('CREATE POLICY public_reads ON %s FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
    EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
    EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
    EXECUTE format('GRANT SELECT ON %s TO pakt_public', t);
END $$;
