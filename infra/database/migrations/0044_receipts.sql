-- From the code on a receipt to the event behind it. Whoever holds a code does not say which tenant it is of, so every
-- tenant's tags are looked up, each by its key. It runs as the owner and answers keys only: `p_tag` is the hash of a code
-- that nobody can guess, and no role that serves the public may see more of several logs.
CREATE FUNCTION es.find_receipt(p_tag text, OUT tenant_id int, OUT "position" bigint)
RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.tenant_id, g.position
      FROM es.tenant_lock l,
           LATERAL (SELECT t.position FROM es.event_tag t WHERE t.tenant_id = l.tenant_id AND t.tag = p_tag
                     ORDER BY t.position LIMIT 1) g
     WHERE p_tag LIKE 'receipt:%' ORDER BY l.tenant_id LIMIT 1
$$;
REVOKE EXECUTE ON FUNCTION es.find_receipt FROM PUBLIC;
GRANT EXECUTE ON FUNCTION es.find_receipt TO pakt_public;
