-- The register of consultation plans: one row a plan, drafts for their own institution, adopted ones for everybody.

CREATE TABLE rm.plan_register (
    tenant_id int NOT NULL, plan_id uuid NOT NULL, state text NOT NULL, version bigint NOT NULL, year bigint NOT NULL,
    title jsonb NOT NULL, drafted_at timestamptz NOT NULL, changed_at timestamptz NOT NULL, public boolean NOT NULL,
    items jsonb NOT NULL, items_in_force jsonb NOT NULL, consulted jsonb, adoption jsonb, amended boolean NOT NULL,
    source text NOT NULL, source_id text NOT NULL,
    PRIMARY KEY (tenant_id, plan_id)
);

DO $$
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    CREATE TRIGGER own_tenant BEFORE INSERT ON rm.plan_register FOR EACH ROW EXECUTE FUNCTION es.own_tenant();
END $$;
ALTER TABLE rm.plan_register ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY gateway_reads ON rm.plan_register FOR SELECT TO pakt_gateway
    USING (tenant_id = current_setting('pakt.tenant')::int);
CREATE POLICY auditor_reads ON rm.plan_register FOR SELECT TO pakt_auditor
    USING (tenant_id = ANY (string_to_array(current_setting('pakt.tenants'), ',')::int[]));
CREATE POLICY projector_writes ON rm.plan_register TO pakt_projector
    USING (tenant_id = current_setting('pakt.tenant')::int)
    WITH CHECK (tenant_id = current_setting('pakt.tenant')::int);
CREATE POLICY public_reads ON rm.plan_register FOR SELECT TO pakt_public
    USING (public AND tenant_id = ANY (string_to_array(current_setting('pakt.tenants'), ',')::int[]));
GRANT SELECT ON rm.plan_register TO pakt_gateway, pakt_auditor;
GRANT SELECT, INSERT, UPDATE, DELETE ON rm.plan_register TO pakt_projector;

-- Columns, too: the public sees what was adopted and what changed since, never what was moved or dropped in a draft.
GRANT SELECT (
    tenant_id, plan_id, state, version, year, title, changed_at, public, items_in_force, consulted, adoption, amended,
    source, source_id
) ON rm.plan_register TO pakt_public;
