-- Appending. One call is one flush: many commands of many tenants, an outcome each, one commit.
--
-- The order of things is the promise: (1) lock each tenant, ascending; (2) look at the log in statements of their own,
-- so that what they see is younger than the locks; (3) decide on arrays, touching no table; (4) insert.
--
-- Inserts carry ON CONFLICT and a row count. Nothing may ever conflict here: a distributed PostgreSQL checks row-level
-- security for this form of INSERT .. SELECT and not for the bare one. Naming the key keeps the look-ups to one index.

-- Steps 1 and 2 for tenants of one PostgreSQL, set-based. Indexes are 1-based; rows stand in the tenants' order.
CREATE FUNCTION es.survey(
    t_id int[], c_tn int[], c_id uuid[], s_tn int[], s_id uuid[], p_tn int[], p_tag text[], p_after bigint[],
    OUT epoch int[], OUT base bigint[], OUT at timestamptz[], OUT cur int[],
    OUT d_cm int[], OUT d_first bigint[], OUT d_last bigint[], OUT failed int[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE locked int[];
BEGIN
    SELECT array_agg(l.tenant_id), array_agg(l.epoch) INTO locked, epoch FROM (
        SELECT k.tenant_id, k.epoch FROM es.tenant_lock k WHERE k.tenant_id = ANY (t_id) AND k.state = 'a'
        ORDER BY k.tenant_id FOR NO KEY UPDATE) l;
    IF locked IS DISTINCT FROM t_id THEN
        epoch := ARRAY(SELECT coalesce(epoch[array_position(locked, t.id)], 0) FROM unnest(t_id) WITH ORDINALITY t(id, o) ORDER BY t.o);
    END IF;
    SELECT h.p, h.at,
           ARRAY(SELECT coalesce((SELECT e.version FROM es.event e WHERE e.tenant_id = t_id[s.tn] AND e.stream_id = s.id
                                  ORDER BY e.version DESC LIMIT 1), 0) FROM unnest(s_tn, s_id) s(tn, id))
      INTO base, at, cur
      FROM (SELECT array_agg(coalesce(x.position, 0)) AS p,
                   array_agg(greatest(clock_timestamp(), x.recorded_at + interval '1 microsecond')) AS at
              FROM unnest(t_id) t(id) LEFT JOIN LATERAL (
                   SELECT e.position, e.recorded_at FROM es.event e WHERE e.tenant_id = t.id ORDER BY e.position DESC LIMIT 1) x ON true) h;
    IF cardinality(c_id) > 0 THEN
        SELECT array_agg(x.o), array_agg(x.r[1]), array_agg(x.r[2]) INTO d_cm, d_first, d_last
          FROM (SELECT c.o, (SELECT ARRAY[k.first_position, k.last_position] FROM es.command k
                              WHERE k.tenant_id = t_id[c.tn] AND k.command_id = c.id) AS r
                  FROM unnest(c_tn, c_id) WITH ORDINALITY c(tn, id, o) OFFSET 0) x WHERE x.r IS NOT NULL;
    END IF;
    IF cardinality(p_tn) > 0 THEN
        SELECT array_agg(p.o) INTO failed FROM unnest(p_tn, p_tag, p_after) WITH ORDINALITY p(tn, tag, after, o)
         WHERE EXISTS (SELECT FROM es.event_tag t WHERE t.tenant_id = t_id[p.tn] AND t.tag = p.tag AND t.position > p.after OFFSET 0);
    END IF;
END $$;

-- The same, every statement about one tenant: for a distributed PostgreSQL, and quicker when a flush has few tenants.
-- t_c, t_s, t_p: how many of the rows of c, s and p each tenant has.
CREATE FUNCTION es.survey_each(
    t_id int[], t_c int[], t_s int[], t_p int[], c_id uuid[], s_id uuid[], p_tag text[], p_after bigint[],
    OUT epoch int[], OUT base bigint[], OUT at timestamptz[], OUT cur int[],
    OUT d_cm int[], OUT d_first bigint[], OUT d_last bigint[], OUT failed int[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE t int; i int := 0; c0 int := 0; s0 int := 0; p0 int := 0; ep int; hp bigint; ha timestamptz;
    xo int[]; xf bigint[]; xl bigint[]; vs int[];
BEGIN
    FOREACH t IN ARRAY t_id LOOP
        i := i + 1;
        SELECT l.epoch INTO ep FROM es.tenant_lock l WHERE l.tenant_id = t AND l.state = 'a' FOR NO KEY UPDATE;
        SELECT e.position, e.recorded_at INTO hp, ha FROM es.event e WHERE e.tenant_id = t ORDER BY e.position DESC LIMIT 1;
        vs := ARRAY(SELECT coalesce((SELECT e.version FROM es.event e WHERE e.tenant_id = t AND e.stream_id = s.id
                                     ORDER BY e.version DESC LIMIT 1), 0) FROM unnest(s_id[s0 + 1 : s0 + t_s[i]]) s(id));
        IF cardinality(c_id) > 0 THEN
            SELECT array_agg(x.o + c0), array_agg(x.r[1]), array_agg(x.r[2]) INTO xo, xf, xl
              FROM (SELECT c.o, (SELECT ARRAY[k.first_position, k.last_position] FROM es.command k
                                  WHERE k.tenant_id = t AND k.command_id = c.id) AS r
                      FROM unnest(c_id[c0 + 1 : c0 + t_c[i]]) WITH ORDINALITY c(id, o) OFFSET 0) x WHERE x.r IS NOT NULL;
            IF xo IS NOT NULL THEN d_cm := d_cm || xo; d_first := d_first || xf; d_last := d_last || xl; END IF;
        END IF;
        IF t_p[i] > 0 THEN
            SELECT array_agg(p.o + p0) INTO xo
              FROM unnest(p_tag[p0 + 1 : p0 + t_p[i]], p_after[p0 + 1 : p0 + t_p[i]]) WITH ORDINALITY p(tag, after, o)
             WHERE EXISTS (SELECT FROM es.event_tag g WHERE g.tenant_id = t AND g.tag = p.tag AND g.position > p.after OFFSET 0);
            IF xo IS NOT NULL THEN failed := failed || xo; END IF;
        END IF;
        IF i = 1 THEN
            epoch := ARRAY[coalesce(ep, 0)]; base := ARRAY[coalesce(hp, 0)]; cur := vs;
            at := ARRAY[greatest(clock_timestamp(), ha + interval '1 microsecond')];
        ELSE
            epoch := epoch || coalesce(ep, 0); base := base || coalesce(hp, 0); cur := cur || vs;
            at := at || greatest(clock_timestamp(), ha + interval '1 microsecond');
        END IF;
        c0 := c0 + t_c[i]; s0 := s0 + t_s[i]; p0 := p0 + t_p[i];
    END LOOP;
END $$;

-- One flush. Indexes are 1-based: c_tn, s_tn, p_tn into t_id; c_twin, e_cm, q_cm into c_*; e_st into s_*;
-- q_pr into p_*; g_ev, w_ev into e_*. Rows arrive ordered by tenant, then by command.
--   p_each    look at one tenant at a time
--   p_plain   inside this flush no stream, command id or condition concerns two commands, and versions follow each other
--   c_twin    the last earlier command with the same tenant and id, or 0;  c_ord: its first event's number in the tenant
--   s_base    the version at which the stream's first command expects it
--   p_*       distinct conditions; p_key > 0 where a command of this flush writes the tag; q_*: who depends on which
--   w_*       events that write a tag with a key;  g_*: all tags
-- status NULL: every command accepted, and first_position is the head of each TENANT before the flush. Otherwise one
-- letter per command: o stored, d duplicate, v version conflict, c condition failed, t tenant unknown or not active.
CREATE FUNCTION es.append(
    p_tenant int, p_each boolean, p_plain boolean, t_id int[], t_c int[], t_s int[], t_p int[],
    c_tn int[], c_id uuid[], c_ids int, c_twin int[], c_ord int[], c_n int[], c_at bigint[], c_meta bytea[],
    s_tn int[], s_id uuid[], s_base int[],
    e_cm int[], e_st int[], e_ver int[], e_ord int[], e_type int[], e_subject uuid[], e_data bytea[], e_pii bytea[],
    p_tn int[], p_tag text[], p_after bigint[], p_key int[], q_cm int[], q_pr int[], w_ev int[], w_key int[],
    g_ev int[], g_tag text[],
    OUT status text, OUT first_position bigint[], OUT last_position bigint[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    epoch int[]; base bigint[]; ts timestamptz[]; cur int[]; d_cm int[]; d_first bigint[]; d_last bigint[]; failed int[];
    ords int[] := e_ord; n_events int := cardinality(e_cm); n_ids int := c_ids; n_tags int := cardinality(g_ev);
    fate text; fates text[] := '{}'; i int := 0; i0 int; q int := 1; w int := 1; tn int := 0; used int := 0; n int;
    done bigint[];
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN RAISE 'es.append needs READ COMMITTED'; END IF;
    IF p_each THEN
        SELECT * INTO epoch, base, ts, cur, d_cm, d_first, d_last, failed
          FROM es.survey_each(t_id, t_c, t_s, t_p, c_id, s_id, p_tag, p_after);
    ELSE
        SELECT * INTO epoch, base, ts, cur, d_cm, d_first, d_last, failed
          FROM es.survey(t_id, c_tn, c_id, s_tn, s_id, p_tn, p_tag, p_after);
    END IF;

    IF p_plain AND cur = s_base AND d_cm IS NULL AND failed IS NULL AND 0 <> ALL (epoch) THEN
        first_position := base;
    ELSE                                                       -- something is off: decide in order, one by one
        n_events := 0; n_ids := 0;
        first_position := array_fill(NULL::bigint, ARRAY[cardinality(c_tn)]); last_position := first_position;
        done := array_fill(0::bigint, ARRAY[cardinality(w_ev)]);
        FOR k IN 1 .. coalesce(cardinality(d_cm), 0) LOOP
            first_position[d_cm[k]] := d_first[k]; last_position[d_cm[k]] := d_last[k];
        END LOOP;
        FOR c IN 1 .. cardinality(c_tn) LOOP
            IF c_tn[c] <> tn THEN tn := c_tn[c]; used := 0; END IF;
            i0 := i + 1; fate := 'o';
            IF epoch[tn] = 0 THEN
                fate := 't'; first_position[c] := NULL; last_position[c] := NULL;
            ELSIF first_position[c] IS NOT NULL THEN
                fate := 'd';
            ELSIF c_twin[c] > 0 AND fates[c_twin[c]] IN ('o', 'd') THEN
                fate := 'd'; first_position[c] := first_position[c_twin[c]]; last_position[c] := last_position[c_twin[c]];
            END IF;
            IF fate = 'o' THEN
                FOR j IN i0 .. i0 + c_n[c] - 1 LOOP
                    IF e_ver[j] = cur[e_st[j]] + 1 THEN
                        cur[e_st[j]] := e_ver[j]; ords[j] := used + j - i0 + 1;
                    ELSE
                        fate := 'v';
                        FOR k IN i0 .. j - 1 LOOP cur[e_st[k]] := cur[e_st[k]] - 1; END LOOP;
                        EXIT;
                    END IF;
                END LOOP;
            END IF;
            WHILE q_cm[q] = c LOOP
                IF fate = 'o' AND (coalesce(q_pr[q] = ANY (failed), false)
                                   OR coalesce(p_key[q_pr[q]] > 0 AND done[p_key[q_pr[q]]] > p_after[q_pr[q]], false)) THEN
                    fate := 'c';
                    FOR k IN i0 .. i0 + c_n[c] - 1 LOOP cur[e_st[k]] := cur[e_st[k]] - 1; END LOOP;
                END IF;
                q := q + 1;
            END LOOP;
            IF fate = 'o' THEN
                first_position[c] := base[tn] + used + 1; used := used + c_n[c]; last_position[c] := base[tn] + used;
                n_events := n_events + c_n[c]; n_ids := n_ids + (c_id[c] IS NOT NULL)::int;
            ELSE
                FOR k IN i0 .. i0 + c_n[c] - 1 LOOP ords[k] := NULL; END LOOP;
            END IF;
            i := i + c_n[c];
            WHILE w_ev[w] <= i LOOP
                IF fate = 'o' THEN done[w_key[w]] := base[tn] + ords[w_ev[w]]; END IF;
                w := w + 1;
            END LOOP;
            fates := fates || fate;
        END LOOP;
        status := array_to_string(fates, '');
        n_tags := (SELECT count(*) FROM unnest(g_ev) g(ev) WHERE ords[g.ev] IS NOT NULL);
    END IF;

    IF n_events > 0 THEN
        INSERT INTO es.event (tenant_id, position, stream_id, version, type_id, epoch, occurred_at, recorded_at, command_id, subject_id, meta, data, pii)
            SELECT t_id[c_tn[u.cm]], base[c_tn[u.cm]] + u.ord, s_id[u.st], u.ver, u.typ, epoch[c_tn[u.cm]],
                   timestamptz 'epoch' + (c_at[u.cm] / 3600000000) * interval '1 hour' + (c_at[u.cm] % 3600000000) * interval '1 microsecond',
                   ts[c_tn[u.cm]] + u.ord * interval '1 microsecond', c_id[u.cm], u.subj, c_meta[u.cm], u.data, u.pii
              FROM unnest(e_cm, e_st, e_ver, ords, e_type, e_subject, e_data, e_pii) u(cm, st, ver, ord, typ, subj, data, pii)
             WHERE u.ord IS NOT NULL
            ON CONFLICT (tenant_id, position) DO NOTHING;
        GET DIAGNOSTICS n = ROW_COUNT;
        IF n <> n_events THEN RAISE 'position or version taken' USING ERRCODE = 'PK003'; END IF;
    END IF;
    IF n_ids > 0 THEN
        IF status IS NULL THEN
            INSERT INTO es.command (tenant_id, command_id, first_position, last_position)
                SELECT t_id[c.tn], c.id, base[c.tn] + c.o, base[c.tn] + c.o + c.n - 1
                  FROM unnest(c_tn, c_id, c_ord, c_n) c(tn, id, o, n) WHERE c.id IS NOT NULL
                ON CONFLICT DO NOTHING;
        ELSE
            INSERT INTO es.command (tenant_id, command_id, first_position, last_position)
                SELECT t_id[c.tn], c.id, c.f, c.l FROM unnest(c_tn, c_id, first_position, last_position, fates) c(tn, id, f, l, fate)
                 WHERE c.id IS NOT NULL AND c.fate = 'o'
                ON CONFLICT DO NOTHING;
        END IF;
        GET DIAGNOSTICS n = ROW_COUNT;
        IF n <> n_ids THEN RAISE 'command id taken' USING ERRCODE = 'PK003'; END IF;
    END IF;
    IF n_tags > 0 THEN
        INSERT INTO es.event_tag (tenant_id, tag, position)
            SELECT t_id[c_tn[e_cm[g.ev]]], g.tag, base[c_tn[e_cm[g.ev]]] + ords[g.ev]
              FROM unnest(g_ev, g_tag) g(ev, tag) WHERE ords[g.ev] IS NOT NULL
            ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS n = ROW_COUNT;
        IF n <> n_tags THEN RAISE 'an event carries a tag twice' USING ERRCODE = 'PK003'; END IF;
    END IF;
END $$;

-- The lone caller: one command whose events follow each other in one stream. Letters as above; g_ev numbers its events.
CREATE FUNCTION es.append_one(
    p_tenant int, p_cmd uuid, p_stream uuid, p_base int, p_at bigint, p_meta bytea,
    e_type int[], e_subject uuid[], e_data bytea[], e_pii bytea[], q_tag text[], q_after bigint[], g_ev int[], g_tag text[],
    OUT status text, OUT first_position bigint, OUT last_position bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE base bigint; ts timestamptz; said timestamptz; cur int; ep int; n int;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN RAISE 'es.append_one needs READ COMMITTED'; END IF;
    SELECT l.epoch INTO ep FROM es.tenant_lock l WHERE l.tenant_id = p_tenant AND l.state = 'a' FOR NO KEY UPDATE;
    IF NOT FOUND THEN status := 't'; RETURN; END IF;
    IF p_cmd IS NOT NULL THEN
        SELECT k.first_position, k.last_position INTO first_position, last_position
          FROM es.command k WHERE k.tenant_id = p_tenant AND k.command_id = p_cmd;
        IF FOUND THEN status := 'd'; RETURN; END IF;
    END IF;
    SELECT e.version INTO cur FROM es.event e WHERE e.tenant_id = p_tenant AND e.stream_id = p_stream ORDER BY e.version DESC LIMIT 1;
    IF coalesce(cur, 0) <> p_base THEN status := 'v'; RETURN; END IF;
    IF cardinality(q_tag) > 0 AND EXISTS (
        SELECT FROM unnest(q_tag, q_after) q(tag, after) WHERE EXISTS (
            SELECT FROM es.event_tag t WHERE t.tenant_id = p_tenant AND t.tag = q.tag AND t.position > q.after OFFSET 0)) THEN
        status := 'c'; RETURN;
    END IF;
    SELECT e.position, e.recorded_at + interval '1 microsecond' INTO base, ts
      FROM es.event e WHERE e.tenant_id = p_tenant ORDER BY e.position DESC LIMIT 1;
    base := coalesce(base, 0); ts := greatest(clock_timestamp(), ts); n := cardinality(e_type);
    status := 'o'; first_position := base + 1; last_position := base + n;
    said := timestamptz 'epoch' + (p_at / 3600000000) * interval '1 hour' + (p_at % 3600000000) * interval '1 microsecond';
    IF n = 1 THEN
        INSERT INTO es.event (tenant_id, position, stream_id, version, type_id, epoch, occurred_at, recorded_at, command_id, subject_id, meta, data, pii)
            VALUES (p_tenant, first_position, p_stream, p_base + 1, e_type[1], ep, said, ts, p_cmd, e_subject[1], p_meta, e_data[1], e_pii[1]);
    ELSE
        INSERT INTO es.event (tenant_id, position, stream_id, version, type_id, epoch, occurred_at, recorded_at, command_id, subject_id, meta, data, pii)
            SELECT p_tenant, base + u.n, p_stream, p_base + u.n::int, u.typ, ep, said, ts + (u.n - 1) * interval '1 microsecond', p_cmd, u.subj, p_meta, u.data, u.pii
              FROM unnest(e_type, e_subject, e_data, e_pii) WITH ORDINALITY u(typ, subj, data, pii, n)
            ON CONFLICT (tenant_id, position) DO NOTHING;
        GET DIAGNOSTICS n = ROW_COUNT;
        IF n <> cardinality(e_type) THEN RAISE 'position or version taken' USING ERRCODE = 'PK003'; END IF;
    END IF;
    IF p_cmd IS NOT NULL THEN
        INSERT INTO es.command (tenant_id, command_id, first_position, last_position) VALUES (p_tenant, p_cmd, first_position, last_position);
    END IF;
    IF cardinality(g_ev) > 0 THEN
        INSERT INTO es.event_tag (tenant_id, tag, position) SELECT p_tenant, g.tag, base + g.ev FROM unnest(g_ev, g_tag) g(ev, tag)
            ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS n = ROW_COUNT;
        IF n <> cardinality(g_ev) THEN RAISE 'an event carries a tag twice' USING ERRCODE = 'PK003'; END IF;
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION es.survey, es.survey_each, es.append, es.append_one FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.survey, es.survey_each, es.append, es.append_one TO pakt_appender;
