-- The transparency log: a Merkle tree over each tenant's log, its signed heads and what witnesses said of them.
--
-- A tree is named by tenant, kind and epoch. `events` is over the positions 1..size of the tenant's log as it stands in
-- that epoch; `heads`, of the national tenant only, is over the checkpoints of all tenants. What was sealed stays.

CREATE TABLE es.tree (
    tenant_id int NOT NULL, kind text COLLATE "C" NOT NULL CHECK (kind IN ('events', 'heads')), epoch int NOT NULL,
    origin text NOT NULL,                     -- the log's name, which every checkpoint of it begins with
    size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
    published bigint NOT NULL DEFAULT 0,      -- heads up to this size are known to stand outside the database
    PRIMARY KEY (tenant_id, kind, epoch)
) WITH (fillfactor = 50);

-- 256 hashes of 32 bytes when full, and then never touched again; else what there is so far.
CREATE TABLE es.tile (
    tenant_id int NOT NULL, kind text COLLATE "C" NOT NULL, epoch int NOT NULL, level smallint NOT NULL, number bigint NOT NULL,
    hashes bytea NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
    PRIMARY KEY (tenant_id, kind, epoch, level, number)
);
ALTER TABLE es.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;  -- hashes do not compress

CREATE TABLE es.tree_head (
    tenant_id int NOT NULL, kind text COLLATE "C" NOT NULL, epoch int NOT NULL, size bigint NOT NULL CHECK (size > 0),
    root bytea NOT NULL CHECK (length(root) = 32), note text NOT NULL, sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, kind, epoch, size)
);
CREATE TABLE es.cosignature (
    tenant_id int NOT NULL, kind text COLLATE "C" NOT NULL, epoch int NOT NULL, size bigint NOT NULL,
    witness text COLLATE "C" NOT NULL, key_id bytea NOT NULL CHECK (length(key_id) = 4),
    line text NOT NULL, seen_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, kind, epoch, size, witness, key_id),
    FOREIGN KEY (tenant_id, kind, epoch, size) REFERENCES es.tree_head
);
-- The leaves of the national tree `heads`: entry `index` is the checkpoint, without signatures, of a tenant's head.
CREATE TABLE es.head_entry (
    tenant_id int NOT NULL, epoch int NOT NULL, index bigint NOT NULL,
    of_tenant int NOT NULL, of_epoch int NOT NULL, size bigint NOT NULL, entry text NOT NULL,
    PRIMARY KEY (tenant_id, epoch, index), UNIQUE (tenant_id, epoch, of_tenant, of_epoch, size)
);

-- A tree keeps its name and only grows; a tile keeps the hashes it has.
CREATE FUNCTION es.only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.tenant_id, NEW.kind, NEW.epoch, NEW.origin) IS DISTINCT FROM (OLD.tenant_id, OLD.kind, OLD.epoch, OLD.origin)
       OR NEW.size < OLD.size OR NEW.published < OLD.published THEN
        RAISE 'a sealed tree only grows' USING ERRCODE = 'PK002';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION es.only_fills() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.tenant_id, NEW.kind, NEW.epoch, NEW.level, NEW.number) IS DISTINCT FROM (OLD.tenant_id, OLD.kind, OLD.epoch, OLD.level, OLD.number)
       OR substring(NEW.hashes FROM 1 FOR length(OLD.hashes)) <> OLD.hashes THEN
        RAISE 'a sealed tile keeps its hashes' USING ERRCODE = 'PK002';
    END IF;
    RETURN NEW;
END $$;

DO $$
DECLARE t text;
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    FOREACH t IN ARRAY ARRAY['tree_head', 'cosignature', 'head_entry'] LOOP
        EXECUTE format('CREATE TRIGGER no_rewrite BEFORE UPDATE OR DELETE ON es.%I FOR EACH ROW EXECUTE FUNCTION es.refuse()', t);
        EXECUTE format('ALTER TABLE es.%I ENABLE ALWAYS TRIGGER no_rewrite', t);
    END LOOP;
    CREATE TRIGGER only_grows BEFORE UPDATE ON es.tree FOR EACH ROW EXECUTE FUNCTION es.only_grows();
    ALTER TABLE es.tree ENABLE ALWAYS TRIGGER only_grows;
    CREATE TRIGGER only_fills BEFORE UPDATE ON es.tile FOR EACH ROW EXECUTE FUNCTION es.only_fills();
    ALTER TABLE es.tile ENABLE ALWAYS TRIGGER only_fills;
    FOREACH t IN ARRAY ARRAY['tree', 'tile'] LOOP
        EXECUTE format('CREATE TRIGGER no_removal BEFORE DELETE ON es.%I FOR EACH ROW EXECUTE FUNCTION es.refuse()', t);
        EXECUTE format('ALTER TABLE es.%I ENABLE ALWAYS TRIGGER no_removal', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['tree', 'tile', 'tree_head', 'cosignature', 'head_entry'] LOOP
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON es.%I FOR EACH STATEMENT EXECUTE FUNCTION es.refuse()', t);
        EXECUTE format('ALTER TABLE es.%I ENABLE ALWAYS TRIGGER no_truncate', t);
        EXECUTE format('CREATE TRIGGER own_tenant BEFORE INSERT ON es.%I FOR EACH ROW EXECUTE FUNCTION es.own_tenant()', t);
        EXECUTE format('ALTER TABLE es.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE es.%I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY sealer_reads ON es.%I FOR SELECT TO pakt_sealer USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY sealer_adds ON es.%I FOR INSERT TO pakt_sealer WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY gateway_reads ON es.%I FOR SELECT TO pakt_gateway USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
        EXECUTE format('CREATE POLICY public_reads ON es.%I FOR SELECT TO pakt_public USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('CREATE POLICY auditor_reads ON es.%I FOR SELECT TO pakt_auditor USING (tenant_id = ANY (string_to_array(current_setting(''pakt.tenants''), '','')::int[]))', t);
        EXECUTE format('GRANT SELECT ON es.%I TO pakt_sealer, pakt_gateway, pakt_public, pakt_auditor', t);
        EXECUTE format('GRANT INSERT ON es.%I TO pakt_sealer', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['tree', 'tile'] LOOP
        EXECUTE format('CREATE POLICY sealer_grows ON es.%I FOR UPDATE TO pakt_sealer USING (tenant_id = current_setting(''pakt.tenant'')::int) WITH CHECK (tenant_id = current_setting(''pakt.tenant'')::int)', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['tenant_lock', 'event'] LOOP
        EXECUTE format('CREATE POLICY sealer_reads ON es.%I FOR SELECT TO pakt_sealer USING (tenant_id = current_setting(''pakt.tenant'')::int)', t);
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA es TO pakt_sealer;
GRANT SELECT ON es.tenant, es.event_type, es.tenant_lock, es.event TO pakt_sealer;
GRANT UPDATE (size, published) ON es.tree TO pakt_sealer;
GRANT UPDATE (hashes) ON es.tile TO pakt_sealer;
GRANT EXECUTE ON FUNCTION es.read_log, es.heads TO pakt_sealer;

-- Reading, one round trip each, as in 0003: say whose trees, then read under that tenant's policy.

CREATE FUNCTION es.read_tiles(p_tenant int, p_kind text, p_epoch int, p_levels int[], p_numbers bigint[],
    OUT level smallint, OUT number bigint, OUT hashes bytea)
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenant);
    EXECUTE format('SET LOCAL pakt.tenants = %L', p_tenant);
    RETURN QUERY
        SELECT t.level, t.number, t.hashes
          FROM unnest(p_levels, p_numbers) w(l, n)
          JOIN es.tile t ON t.tenant_id = p_tenant AND t.kind = p_kind AND t.epoch = p_epoch AND t.level = w.l AND t.number = w.n;
END $$;

-- How many of the named witnesses have cosigned a head. It counts names: a witness with two keys is one.
CREATE FUNCTION es.cosigners(p_tenant int, p_kind text, p_epoch int, p_size bigint, p_witnesses text[], p_key_ids bytea[])
RETURNS int LANGUAGE sql STABLE AS $$
    SELECT count(DISTINCT c.witness)::int
      FROM es.cosignature c JOIN unnest(p_witnesses, p_key_ids) k(witness, key_id) ON k.witness = c.witness AND k.key_id = c.key_id
     WHERE c.tenant_id = p_tenant AND c.kind = p_kind AND c.epoch = p_epoch AND c.size = p_size
$$;

-- Heads from `p_least` to `p_most` that at least `p_quorum` of the named witnesses have cosigned, each with the lines of
-- all who did; the newest first or, with `p_oldest`, the oldest.
CREATE FUNCTION es.read_heads(p_tenant int, p_kind text, p_epoch int, p_least bigint, p_most bigint, p_oldest boolean,
    p_limit int, p_quorum int, p_witnesses text[], p_key_ids bytea[],
    OUT size bigint, OUT root bytea, OUT note text, OUT sealed_at timestamptz, OUT lines text[])
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE n int := 0; h es.tree_head;
BEGIN
    EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenant);
    EXECUTE format('SET LOCAL pakt.tenants = %L', p_tenant);
    FOR h IN EXECUTE format(
        'SELECT * FROM es.tree_head WHERE tenant_id = $1 AND kind = $2 AND epoch = $3 AND size BETWEEN $4 AND $5 ORDER BY size %s LIMIT %s',
        CASE WHEN p_oldest THEN 'ASC' ELSE 'DESC' END, CASE WHEN p_quorum = 0 THEN p_limit::text ELSE 'ALL' END) USING p_tenant, p_kind, p_epoch, p_least, p_most
    LOOP
        EXIT WHEN n = p_limit;
        IF p_quorum > 0 THEN
            CONTINUE WHEN es.cosigners(p_tenant, p_kind, p_epoch, h.size, p_witnesses, p_key_ids) < p_quorum;
        END IF;
        n := n + 1; size := h.size; root := h.root; note := h.note; sealed_at := h.sealed_at;
        lines := ARRAY(SELECT c.line FROM es.cosignature c
                        WHERE c.tenant_id = p_tenant AND c.kind = p_kind AND c.epoch = p_epoch AND c.size = h.size
                        ORDER BY c.seen_at, c.witness, c.key_id);
        RETURN NEXT;
    END LOOP;
END $$;

CREATE FUNCTION es.read_trees(p_tenant int,
    OUT kind text, OUT epoch int, OUT origin text, OUT size bigint, OUT published bigint)
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenant);
    EXECUTE format('SET LOCAL pakt.tenants = %L', p_tenant);
    RETURN QUERY
        SELECT t.kind, t.epoch, t.origin, t.size, t.published FROM es.tree t WHERE t.tenant_id = p_tenant ORDER BY t.kind, t.epoch;
END $$;

CREATE FUNCTION es.read_entries(p_tenant int, p_epoch int, p_from bigint, p_limit int,
    OUT index bigint, OUT of_tenant int, OUT of_epoch int, OUT size bigint, OUT entry text)
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenant);
    EXECUTE format('SET LOCAL pakt.tenants = %L', p_tenant);
    RETURN QUERY
        SELECT e.index, e.of_tenant, e.of_epoch, e.size, e.entry FROM es.head_entry e
         WHERE e.tenant_id = p_tenant AND e.epoch = p_epoch AND e.index >= p_from ORDER BY e.index LIMIT p_limit;
END $$;

CREATE FUNCTION es.find_entry(p_tenant int, p_epoch int, p_of_tenant int, p_of_epoch int, p_size bigint,
    OUT index bigint, OUT of_tenant int, OUT of_epoch int, OUT size bigint, OUT entry text)
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    EXECUTE format('SET LOCAL pakt.tenant = %L', p_tenant);
    EXECUTE format('SET LOCAL pakt.tenants = %L', p_tenant);
    RETURN QUERY
        SELECT e.index, e.of_tenant, e.of_epoch, e.size, e.entry FROM es.head_entry e
         WHERE e.tenant_id = p_tenant AND e.epoch = p_epoch
           AND e.of_tenant = p_of_tenant AND e.of_epoch = p_of_epoch AND e.size = p_size;
END $$;

REVOKE EXECUTE ON FUNCTION es.cosigners, es.read_tiles, es.read_heads, es.read_trees, es.read_entries, es.find_entry FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.cosigners, es.read_tiles, es.read_heads, es.read_trees, es.read_entries, es.find_entry
    TO pakt_sealer, pakt_gateway, pakt_public, pakt_auditor;
