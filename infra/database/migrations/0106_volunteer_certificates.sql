-- Programmes of volunteering and the keys of issuers, for everybody; certificates, of which everybody who has one's id may
-- know what it says and whether it counts, and nobody but the institution and its holder whose it is.

CREATE TABLE rm.volunteer_programme_register (
    tenant_id int NOT NULL, programme_id uuid NOT NULL, title jsonb NOT NULL, criteria jsonb NOT NULL, skills jsonb NOT NULL,
    min_minutes bigint NOT NULL, valid_years bigint, state text NOT NULL, decision_no text NOT NULL, version bigint NOT NULL,
    adopted_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, programme_id)
);
CREATE INDEX ON rm.volunteer_programme_register (tenant_id, adopted_at, programme_id);
CREATE TABLE rm.issuer_key_register (
    tenant_id int NOT NULL, public_key text NOT NULL, state text NOT NULL, since timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, public_key)
);
CREATE TABLE rm.volunteer_certificate_register (
    tenant_id int NOT NULL, certificate_id uuid NOT NULL, programme_id uuid NOT NULL, title jsonb NOT NULL,
    state text NOT NULL, minutes bigint NOT NULL, months bigint NOT NULL, entries bigint NOT NULL,
    first_day date NOT NULL, last_day date NOT NULL, epoch bigint NOT NULL, position bigint NOT NULL,
    version bigint NOT NULL, issued_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, valid_until timestamptz,
    person_id uuid, agreement_ids jsonb NOT NULL, supersedes jsonb NOT NULL, superseded_by uuid,
    decision_no text NOT NULL, ground text NOT NULL,
    PRIMARY KEY (tenant_id, certificate_id)
);
CREATE INDEX ON rm.volunteer_certificate_register (tenant_id, issued_at, certificate_id);
CREATE INDEX ON rm.volunteer_certificate_register (tenant_id, person_id, issued_at);
CREATE INDEX ON rm.volunteer_certificate_register (tenant_id, epoch, position);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['rm.volunteer_programme_register', 'rm.issuer_key_register', 'rm.volunteer_certificate_register'] LOOP
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY gateway_reads ON %s FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY auditor_reads ON %s FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY public_reads ON %s FOR SELECT TO pakt_public USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY projector_writes ON %s TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('GRANT SELECT ON %s TO pakt_gateway, pakt_auditor', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO pakt_projector', t);
    END LOOP;
    GRANT SELECT ON rm.volunteer_programme_register, rm.issuer_key_register TO pakt_public;
    GRANT SELECT (tenant_id, certificate_id, programme_id, title, state, minutes, months, entries, first_day, last_day, epoch,
        position, version, issued_at, changed_at, valid_until) ON rm.volunteer_certificate_register TO pakt_public;
END $$;
