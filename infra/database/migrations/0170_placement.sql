-- Which node keeps which tenant, where an installation has several servers: see infra/adr, "Several nodes".
--
-- es.node and es.placement say what is so in the home database, the node `main`; a tenant without a row is kept there.
-- What a node may take for a tenant it decides by itself, by the state of its own lock row: a process that still looks
-- for the tenant where it was is refused there.

CREATE TABLE es.node (name text COLLATE "C" PRIMARY KEY, takes_tenants boolean NOT NULL DEFAULT true);
CREATE TABLE es.placement (
    tenant_id int PRIMARY KEY, node text COLLATE "C" NOT NULL,
    version bigint NOT NULL DEFAULT 1,        -- rises with each move
    placed_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON es.node, es.placement TO pakt_appender, pakt_gateway, pakt_public, pakt_projector, pakt_auditor, pakt_sealer;

-- state: a active, m being moved away, i being brought here, e kept elsewhere, c closed.
-- placed: the version of the placement by which the tenant is here, or will be once it is brought.
ALTER TABLE es.tenant_lock ADD COLUMN placed bigint NOT NULL DEFAULT 1;

-- Registers a tenant or brings its description up to date, at home. A new tenant goes to the node that has the fewest of
-- those that take any; the national tenant, with what belongs to the whole installation, stays at home.
CREATE OR REPLACE FUNCTION es.provision_tenant(p_tenant int, p_slug text, p_kind text, p_sandbox boolean, p_state text, p_names bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE chosen text;
BEGIN
    INSERT INTO es.tenant (tenant_id, slug, kind, sandbox, state, names)
        VALUES (p_tenant, p_slug, p_kind, p_sandbox, p_state, p_names)
        ON CONFLICT (tenant_id) DO UPDATE SET slug = excluded.slug, kind = excluded.kind, sandbox = excluded.sandbox,
            state = excluded.state, names = excluded.names;
    IF EXISTS (SELECT FROM es.tenant_lock l WHERE l.tenant_id = p_tenant) THEN RETURN; END IF;
    SELECT p.node INTO chosen FROM es.placement p WHERE p.tenant_id = p_tenant;
    IF chosen IS NULL AND p_tenant <> 1 THEN
        SELECT n.name INTO chosen FROM es.node n WHERE n.takes_tenants
         ORDER BY CASE n.name WHEN 'main' THEN (SELECT count(*) FROM es.tenant_lock l WHERE l.state <> 'e')
                              ELSE (SELECT count(*) FROM es.placement p WHERE p.node = n.name) END, n.name LIMIT 1;
    END IF;
    INSERT INTO es.tenant_lock (tenant_id, state) VALUES (p_tenant, CASE WHEN chosen <> 'main' THEN 'e' ELSE 'a' END)
        ON CONFLICT DO NOTHING;
    IF chosen <> 'main' AND NOT EXISTS (SELECT FROM es.placement p WHERE p.tenant_id = p_tenant) THEN
        INSERT INTO es.placement (tenant_id, node) VALUES (p_tenant, chosen);
    END IF;
END $$;

-- The registry's row on a node that is not home; with p_placed, the placement's version, the tenant may be written here,
-- unless this node knows a later one.
CREATE FUNCTION es.register_tenant(p_tenant int, p_slug text, p_kind text, p_sandbox boolean, p_state text, p_names bytea, p_placed bigint)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO es.tenant (tenant_id, slug, kind, sandbox, state, names)
        VALUES (p_tenant, p_slug, p_kind, p_sandbox, p_state, p_names)
        ON CONFLICT (tenant_id) DO UPDATE SET slug = excluded.slug, kind = excluded.kind, sandbox = excluded.sandbox,
            state = excluded.state, names = excluded.names;
    IF p_placed IS NOT NULL THEN
        INSERT INTO es.tenant_lock AS l (tenant_id, placed) VALUES (p_tenant, p_placed)
            ON CONFLICT (tenant_id) DO UPDATE SET state = 'a' WHERE l.state = 'i' AND l.placed = excluded.placed;
    END IF;
END $$;

-- What is not an append and must not be lost by a move (keys of persons, whose file it is, signed heads) is refused
-- where the tenant is not kept. Appends lock the row without its key, so this one does not make them wait; who moves a
-- tenant locks all of it and waits for both. The owner, who brings rows, is not asked.
CREATE FUNCTION es.only_here() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE stands "char";
BEGIN
    IF EXISTS (SELECT FROM es.node) THEN
        SELECT l.state INTO stands FROM es.tenant_lock l WHERE l.tenant_id = NEW.tenant_id FOR KEY SHARE;
        IF stands IN ('m', 'e') THEN
            RAISE 'tenant % is kept by another node', NEW.tenant_id USING ERRCODE = 'PK006';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- Append-only where a tenant is kept. What was left behind by a move, or brought by one that was given up, the owner
-- may take away.
CREATE OR REPLACE FUNCTION es.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user = 'pakt_owner' THEN
        IF EXISTS (SELECT FROM es.tenant_lock l WHERE l.tenant_id = OLD.tenant_id AND l.state IN ('i', 'e')) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE '% is append-only', TG_TABLE_NAME USING ERRCODE = 'PK002';
END $$;

DO $$
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    CREATE TRIGGER only_here BEFORE INSERT OR UPDATE ON es.subject_key FOR EACH ROW WHEN (current_user <> 'pakt_owner') EXECUTE FUNCTION es.only_here();
    CREATE TRIGGER only_here BEFORE INSERT ON es.upload FOR EACH ROW WHEN (current_user <> 'pakt_owner') EXECUTE FUNCTION es.only_here();
    CREATE TRIGGER only_here BEFORE INSERT ON es.tree_head FOR EACH ROW WHEN (current_user <> 'pakt_owner') EXECUTE FUNCTION es.only_here();
    CREATE TRIGGER only_here BEFORE INSERT ON es.cosignature FOR EACH ROW WHEN (current_user <> 'pakt_owner') EXECUTE FUNCTION es.only_here();
END $$;

REVOKE EXECUTE ON FUNCTION es.register_tenant, es.only_here FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.register_tenant TO pakt_projector;
