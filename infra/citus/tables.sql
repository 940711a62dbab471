-- What a cluster of Citus makes of each table, and the call that does it. Run as pakt_owner on the coordinator; it changes
-- nothing by itself: `\gexec` behind it does.
--
-- A table with a tenant in it is distributed by tenant beside es.tenant_lock; the four without one in their meaning are
-- small and the same on every node. es.event is last, by the call that lets appends go on meanwhile.
SELECT CASE
           WHEN t.name IN ('es.tenant', 'es.event_type', 'es.node', 'es.placement')
               THEN format('SELECT create_reference_table(%L)', t.name)
           WHEN t.name = 'es.tenant_lock'
               THEN format('SELECT create_distributed_table(%L, ''tenant_id'', shard_count => 32)', t.name)
           WHEN t.name = 'es.event'
               THEN format('SELECT create_distributed_table_concurrently(%L, ''tenant_id'', colocate_with => ''es.tenant_lock'')', t.name)
           ELSE format('SELECT create_distributed_table(%L, ''tenant_id'', colocate_with => ''es.tenant_lock'')', t.name)
       END AS call, t.name
  FROM (SELECT format('%s.%s', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('es', 'rm', 'past')) t
 ORDER BY CASE WHEN t.name IN ('es.tenant', 'es.event_type', 'es.node', 'es.placement') THEN 0
               WHEN t.name = 'es.tenant_lock' THEN 1 WHEN t.name = 'es.tree_head' THEN 2 WHEN t.name = 'es.event' THEN 4 ELSE 3 END, t.name
