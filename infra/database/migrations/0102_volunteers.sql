-- Volunteers of the nation, by id: read through the national tenant's scope, and by nobody else.

CREATE TABLE rm.volunteer_register (
    tenant_id int NOT NULL, volunteer_id uuid NOT NULL, person_id uuid NOT NULL, state text NOT NULL,
    version bigint NOT NULL, registered_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, band text NOT NULL,
    municipality text NOT NULL, gender text, skills jsonb NOT NULL, languages jsonb NOT NULL,
    availability jsonb NOT NULL, consents jsonb NOT NULL, guardians jsonb NOT NULL, calendar bigint NOT NULL,
    PRIMARY KEY (tenant_id, volunteer_id)
);
CREATE INDEX ON rm.volunteer_register (tenant_id, registered_at, volunteer_id);
CREATE INDEX ON rm.volunteer_register (tenant_id, person_id);

DO $$
DECLARE t text := 'rm.volunteer_register';
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
    EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
    EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
    EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
END $$;
