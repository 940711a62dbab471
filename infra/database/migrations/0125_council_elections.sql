-- Elections of civil society to the Council and every ballot cast in them: open to everybody, in the national log.

CREATE TABLE rm.council_election_register (
    tenant_id int NOT NULL, election_id uuid NOT NULL, council_id uuid NOT NULL, state text NOT NULL,
    version bigint NOT NULL, seats bigint NOT NULL, decision_no text NOT NULL, opened_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, nominations_until timestamptz NOT NULL, voting_until timestamptz,
    nominations jsonb NOT NULL, candidates jsonb NOT NULL, ballots bigint, seed text NOT NULL, tallies jsonb NOT NULL,
    cancelled_by text NOT NULL, reason jsonb, PRIMARY KEY (tenant_id, election_id)
);
CREATE INDEX ON rm.council_election_register (tenant_id, opened_at, election_id);

CREATE TABLE rm.council_ballot_register (
    tenant_id int NOT NULL, ballot_id uuid NOT NULL, election_id uuid NOT NULL, organisation_id uuid NOT NULL,
    organisation_name jsonb NOT NULL, candidates jsonb NOT NULL, receipt text NOT NULL, cast_at timestamptz NOT NULL,
    "position" bigint NOT NULL, PRIMARY KEY (tenant_id, ballot_id)
);
CREATE INDEX ON rm.council_ballot_register (tenant_id, election_id, cast_at, ballot_id);

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['rm.council_election_register', 'rm.council_ballot_register'] LOOP
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
