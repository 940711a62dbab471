-- Licences as their issuers keep them, granted ones for everybody; and their entries in the national log, which buyers
-- read through the national tenant's scope.

CREATE TABLE rm.licence_register (
    tenant_id int NOT NULL, licence_id uuid NOT NULL, organisation_id uuid NOT NULL, organisation_name jsonb NOT NULL,
    identifiers jsonb NOT NULL, service text NOT NULL, state text NOT NULL, version bigint NOT NULL, places jsonb NOT NULL,
    capacity bigint NOT NULL, staff jsonb NOT NULL, applied_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    granted_at timestamptz, valid_from date, valid_until date, terms jsonb NOT NULL, interruptions jsonb NOT NULL, decisions jsonb NOT NULL,
    decide_by timestamptz, renewable_from date, inspections jsonb NOT NULL,
    searched text NOT NULL, public boolean NOT NULL,
    PRIMARY KEY (tenant_id, licence_id)
);
CREATE INDEX ON rm.licence_register (tenant_id, applied_at, licence_id);
CREATE INDEX ON rm.licence_register (tenant_id, organisation_id, granted_at);
CREATE TABLE past.licence_register (
    LIKE rm.licence_register, since bigint NOT NULL, until bigint,
    PRIMARY KEY (tenant_id, licence_id, since)
);
CREATE TABLE rm.licence_entry_register (
    tenant_id int NOT NULL, entry_id uuid NOT NULL, organisation_id uuid NOT NULL, institution text NOT NULL,
    institution_id bigint NOT NULL, licence_id uuid NOT NULL, service text NOT NULL, state text NOT NULL,
    version bigint NOT NULL, since date NOT NULL, origin text NOT NULL, places jsonb NOT NULL, capacity bigint NOT NULL,
    staff jsonb NOT NULL, valid_from date NOT NULL, valid_until date NOT NULL, entered_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, terms jsonb NOT NULL, interruptions jsonb NOT NULL, changes jsonb NOT NULL,
    relied_on_by jsonb NOT NULL,
    PRIMARY KEY (tenant_id, entry_id)
);
CREATE INDEX ON rm.licence_entry_register (tenant_id, valid_until, entry_id);
CREATE INDEX ON rm.licence_entry_register (tenant_id, organisation_id);

DO $$
DECLARE t text; columns text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['rm.licence_register', 'past.licence_register', 'rm.licence_entry_register'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
    END LOOP;
    -- Columns, too: what inspectors found, and by when a decision is due, is between the issuer and the organisation.
    columns := 'tenant_id, licence_id, organisation_id, organisation_name, identifiers, service, state, version, places,'
        ' capacity, staff, applied_at, changed_at, granted_at, valid_from, valid_until, terms, interruptions, decisions,'
        ' renewable_from, searched, public';
    FOREACH t IN ARRAY ARRAY['rm.licence_register', 'past.licence_register'] LOOP
        EXECUTE format('CREATE POLICY public_reads ON %s FOR SELECT TO pakt_public USING (public AND tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('GRANT SELECT (%s) ON %s TO pakt_public', columns, t);
    END LOOP;
    GRANT SELECT (since, until) ON past.licence_register TO pakt_public;
END $$;
