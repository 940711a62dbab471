-- Applications for grants: one row each, for the institution and for those who apply; nothing of them is public. And how
-- each row stood at the boundaries of the logs.

CREATE TABLE rm.grant_application_register (
    tenant_id int NOT NULL, application_id uuid NOT NULL, call_id uuid NOT NULL, organisation_id uuid NOT NULL,
    organisation_name jsonb NOT NULL, municipality text NOT NULL, state text NOT NULL, version bigint NOT NULL,
    language text NOT NULL, drafted_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, title text NOT NULL,
    requested jsonb, submitted_at timestamptz, checked jsonb, overlapping jsonb NOT NULL, outcome jsonb, award jsonb,
    agreement_id uuid, identifiers jsonb NOT NULL, four_eyes boolean NOT NULL, project jsonb, form_version bigint NOT NULL,
    sections jsonb NOT NULL, evidence jsonb NOT NULL, people jsonb NOT NULL, signed_off jsonb NOT NULL,
    digest text NOT NULL, findings jsonb NOT NULL, completion jsonb, declared jsonb NOT NULL, reason jsonb,
    PRIMARY KEY (tenant_id, application_id)
);
CREATE INDEX ON rm.grant_application_register (tenant_id, submitted_at, application_id);
CREATE INDEX ON rm.grant_application_register (tenant_id, call_id, submitted_at, application_id);
CREATE INDEX ON rm.grant_application_register (tenant_id, organisation_id, drafted_at DESC, application_id DESC);
CREATE TABLE past.grant_application_register (
    LIKE rm.grant_application_register, since bigint NOT NULL, until bigint, PRIMARY KEY (tenant_id, application_id, since)
);

DO $$
DECLARE s text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH s IN ARRAY ARRAY['rm', 'past'] LOOP
        EXECUTE format('ALTER TABLE %I.grant_application_register ENABLE ROW LEVEL SECURITY', s);
        EXECUTE format('ALTER TABLE %I.grant_application_register FORCE ROW LEVEL SECURITY', s);
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON %I.grant_application_register FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', s);
        EXECUTE format('CREATE POLICY gateway_reads ON %I.grant_application_register FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', s);
        EXECUTE format('CREATE POLICY auditor_reads ON %I.grant_application_register FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', s);
        EXECUTE format('CREATE POLICY projector_writes ON %I.grant_application_register TO pakt_projector USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', s);
        EXECUTE format('GRANT SELECT ON %I.grant_application_register TO pakt_gateway, pakt_auditor', s);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.grant_application_register TO pakt_projector', s);
    END LOOP;
END $$;
