-- Appending with less to do before the first command of a flush: see 0002_append.sql for what is promised and how.
--
-- What a flush costs before its first command (starting statements, mostly) is as much as thirty commands cost. So what
-- is looked at is looked at in one statement, and the details of what is off are asked for only when something is.
--
-- A hopeful flush (p_hope) leaves to the unique keys what they hold anyway: that no command id was stored before, and
-- that no new stream exists. A key that is violated undoes the whole flush, and the caller sends it again without hope.

-- The rows that are off, for a flush in which something is. Tenants are locked already.
CREATE FUNCTION es.faults(
    p_tenant int, t_id int[], t_c int[], t_p int[], c_id uuid[], p_tag text[], p_after bigint[],
    OUT d_cm int[], OUT d_first bigint[], OUT d_last bigint[], OUT failed int[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE t int; i int := 0; c0 int := 0; p0 int := 0; xo int[]; xf bigint[]; xl bigint[];
BEGIN
    FOREACH t IN ARRAY t_id LOOP
        i := i + 1;
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
        c0 := c0 + t_c[i]; p0 := p0 + t_p[i];
    END LOOP;
END $$;

-- Steps 1 and 2 for tenants of one PostgreSQL, set-based: the locks, then one look at everything.
DROP FUNCTION es.survey;
CREATE FUNCTION es.survey(
    p_hope boolean, t_id int[], c_tn int[], c_id uuid[], s_tn int[], s_id uuid[], s_base int[],
    p_tn int[], p_tag text[], p_after bigint[],
    OUT epoch int[], OUT base bigint[], OUT at timestamptz[], OUT cur int[], OUT off boolean)
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
           ARRAY(SELECT CASE WHEN p_hope AND s_base[s.i] = 0 THEN 0 ELSE
                        coalesce((SELECT e.version FROM es.event e WHERE e.tenant_id = t_id[s_tn[s.i]] AND e.stream_id = s_id[s.i]
                                  ORDER BY e.version DESC LIMIT 1), 0) END FROM (SELECT generate_series(1, cardinality(s_id)) AS i) s),
           (NOT p_hope AND EXISTS (SELECT FROM unnest(c_tn, c_id) c(tn, id) WHERE EXISTS (
               SELECT FROM es.command k WHERE k.tenant_id = t_id[c.tn] AND k.command_id = c.id OFFSET 0)))
           OR (cardinality(p_tn) > 0 AND EXISTS (SELECT FROM unnest(p_tn, p_tag, p_after) p(tn, tag, after) WHERE EXISTS (
               SELECT FROM es.event_tag t WHERE t.tenant_id = t_id[p.tn] AND t.tag = p.tag AND t.position > p.after OFFSET 0)))
      INTO base, at, cur, off
      FROM (SELECT array_agg(coalesce(x.position, 0)) AS p,
                   array_agg(greatest(clock_timestamp(), x.recorded_at + interval '1 microsecond')) AS at
              FROM unnest(t_id) t(id) LEFT JOIN LATERAL (
                   SELECT e.position, e.recorded_at FROM es.event e WHERE e.tenant_id = t.id ORDER BY e.position DESC LIMIT 1) x ON true) h;
END $$;

-- The same, every statement about one tenant: for a distributed PostgreSQL, and quicker when a flush has few tenants.
DROP FUNCTION es.survey_each;
CREATE FUNCTION es.survey_each(
    p_hope boolean, t_id int[], t_c int[], t_s int[], t_p int[], c_id uuid[], s_id uuid[], s_base int[], p_tag text[], p_after bigint[],
    OUT epoch int[], OUT base bigint[], OUT at timestamptz[], OUT cur int[], OUT off boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE t int; i int := 0; c0 int := 0; s0 int := 0; p0 int := 0; ep int; hp bigint; ha timestamptz; vs int[]; any_off boolean;
BEGIN
    off := false;
    FOREACH t IN ARRAY t_id LOOP
        i := i + 1;
        SELECT l.epoch INTO ep FROM es.tenant_lock l WHERE l.tenant_id = t AND l.state = 'a' FOR NO KEY UPDATE;
        SELECT x.position, x.recorded_at,
               ARRAY(SELECT CASE WHEN p_hope AND s_base[s.i] = 0 THEN 0 ELSE
                            coalesce((SELECT e.version FROM es.event e WHERE e.tenant_id = t AND e.stream_id = s_id[s.i]
                                      ORDER BY e.version DESC LIMIT 1), 0) END
                       FROM (SELECT generate_series(s0 + 1, s0 + t_s[i]) AS i) s),
               (NOT p_hope AND EXISTS (SELECT FROM unnest(c_id[c0 + 1 : c0 + t_c[i]]) c(id) WHERE EXISTS (
                   SELECT FROM es.command k WHERE k.tenant_id = t AND k.command_id = c.id OFFSET 0)))
               OR (t_p[i] > 0 AND EXISTS (
                   SELECT FROM unnest(p_tag[p0 + 1 : p0 + t_p[i]], p_after[p0 + 1 : p0 + t_p[i]]) p(tag, after) WHERE EXISTS (
                   SELECT FROM es.event_tag g WHERE g.tenant_id = t AND g.tag = p.tag AND g.position > p.after OFFSET 0)))
          INTO hp, ha, vs, any_off
          FROM (VALUES (1)) one LEFT JOIN LATERAL (
               SELECT e.position, e.recorded_at FROM es.event e WHERE e.tenant_id = t ORDER BY e.position DESC LIMIT 1) x ON true;
        off := off OR any_off;
        IF i = 1 THEN
            epoch := ARRAY[coalesce(ep, 0)]; base := ARRAY[coalesce(hp, 0)]; cur := vs;
            at := ARRAY[greatest(clock_timestamp(), ha + interval '1 microsecond')];
        ELSE
            epoch := epoch || coalesce(ep, 0); base := base || coalesce(hp, 0::bigint); cur := cur || vs;
            at := at || greatest(clock_timestamp(), ha + interval '1 microsecond');
        END IF;
        c0 := c0 + t_c[i]; s0 := s0 + t_s[i]; p0 := p0 + t_p[i];
    END LOOP;
END $$;

-- One flush. Arguments and answer as 0002_append.sql says; p_hope is new, and means something only with p_plain.
DROP FUNCTION es.append;
CREATE FUNCTION es.append(
    p_tenant int, p_hope boolean, p_each boolean, p_plain boolean, t_id int[], t_c int[], t_s int[], t_p int[],
    c_tn int[], c_id uuid[], c_ids int, c_twin int[], c_ord int[], c_n int[], c_at bigint[], c_meta bytea[],
    s_tn int[], s_id uuid[], s_base int[],
    e_cm int[], e_st int[], e_ver int[], e_ord int[], e_type int[], e_subject uuid[], e_data bytea[], e_pii bytea[],
    p_tn int[], p_tag text[], p_after bigint[], p_key int[], q_cm int[], q_pr int[], w_ev int[], w_key int[],
    g_ev int[], g_tag text[],
    OUT status text, OUT first_position bigint[], OUT last_position bigint[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    seen record; hope boolean := p_hope AND p_plain;
    epoch int[]; base bigint[]; ts timestamptz[]; cur int[]; d_cm int[]; d_first bigint[]; d_last bigint[]; failed int[];
    ords int[] := e_ord; n_events int := cardinality(e_cm); n_ids int := c_ids; n_tags int := cardinality(g_ev);
    fate text; fates text[] := '{}'; i int := 0; i0 int; q int := 1; w int := 1; tn int := 0; used int := 0; n int;
    done bigint[];
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN RAISE 'es.append needs READ COMMITTED'; END IF;
    LOOP
        IF p_each THEN
            seen := es.survey_each(hope, t_id, t_c, t_s, t_p, c_id, s_id, s_base, p_tag, p_after);
        ELSE
            seen := es.survey(hope, t_id, c_tn, c_id, s_tn, s_id, s_base, p_tn, p_tag, p_after);
        END IF;
        epoch := seen.epoch; base := seen.base; ts := seen.at; cur := seen.cur;
        EXIT WHEN NOT hope OR (NOT seen.off AND cur = s_base AND 0 <> ALL (epoch));
        hope := false;                                         -- look at everything that hope left out
    END LOOP;

    IF p_plain AND cur = s_base AND NOT seen.off AND 0 <> ALL (epoch) THEN
        first_position := base;
    ELSE                                                       -- something is off: decide in order, one by one
        IF seen.off THEN
            SELECT * INTO d_cm, d_first, d_last, failed FROM es.faults(p_tenant, t_id, t_c, t_p, c_id, p_tag, p_after);
        END IF;
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
            SELECT t_id[u.tn], base[u.tn] + u.ord, s_id[e_st[u.i]], e_ver[u.i], e_type[u.i], epoch[u.tn],
                   timestamptz 'epoch' + (u.at / 3600000000) * interval '1 hour' + (u.at % 3600000000) * interval '1 microsecond',
                   ts[u.tn] + u.ord * interval '1 microsecond', c_id[u.cm], e_subject[u.i], c_meta[u.cm], e_data[u.i], e_pii[u.i]
              FROM (SELECT x.i, x.cm, c_tn[x.cm] AS tn, ords[x.i] AS ord, c_at[x.cm] AS at
                      FROM (SELECT y.i, e_cm[y.i] AS cm FROM (SELECT generate_series(1, cardinality(e_cm)) AS i) y) x OFFSET 0) u
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

REVOKE EXECUTE ON FUNCTION es.faults, es.survey, es.survey_each, es.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.faults, es.survey, es.survey_each, es.append TO pakt_appender;
