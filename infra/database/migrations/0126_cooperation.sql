-- Cooperation beside the Council's meetings: working groups, workshops, memoranda; open to everybody.

CREATE TABLE rm.working_group_register (
    tenant_id int NOT NULL, group_id uuid NOT NULL, council_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL,
    title jsonb NOT NULL, task jsonb NOT NULL, decision_no text NOT NULL, formed_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, members jsonb NOT NULL, coordinator uuid, dissolved_by text NOT NULL, reason jsonb,
    PRIMARY KEY (tenant_id, group_id)
);
CREATE INDEX ON rm.working_group_register (tenant_id, formed_at, group_id);

CREATE TABLE rm.workshop_register (
    tenant_id int NOT NULL, workshop_id uuid NOT NULL, level text NOT NULL, state text NOT NULL, version bigint NOT NULL,
    title jsonb NOT NULL, summary jsonb NOT NULL, begins_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
    place jsonb NOT NULL, announced_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, municipality text,
    measure_id uuid, attendance jsonb NOT NULL, attended bigint, outputs jsonb, files jsonb NOT NULL, reason jsonb,
    PRIMARY KEY (tenant_id, workshop_id)
);
CREATE INDEX ON rm.workshop_register (tenant_id, begins_at, workshop_id);

CREATE TABLE rm.memorandum_register (
    tenant_id int NOT NULL, memorandum_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL, title jsonb NOT NULL,
    parties jsonb NOT NULL, signed_on date NOT NULL, signed_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    files jsonb NOT NULL, ends_on date, review_by date, obligations jsonb NOT NULL, open bigint NOT NULL,
    reviews jsonb NOT NULL, ended_by text NOT NULL, reason jsonb, PRIMARY KEY (tenant_id, memorandum_id)
);
CREATE INDEX ON rm.memorandum_register (tenant_id, signed_at, memorandum_id);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['rm.working_group_register', 'rm.workshop_register', 'rm.memorandum_register'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY public_reads ON %s FOR SELECT TO pakt_public USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor, pakt_public', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
    END LOOP;
END $$;
