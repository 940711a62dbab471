"""Which deadlines are overdue: what is done about them and what is told of them is about the same ones."""

OVERDUE = """
FROM rm.deadline_register d JOIN unnest($2::int[], $3::timestamptz[]) c (tenant_id, now) ON c.tenant_id = d.tenant_id
WHERE d.tenant_id = ANY ($1) AND d.state = 'pending' AND d.action <> '' AND d.due_at <= c.now
    AND EXISTS (SELECT FROM es.event e WHERE e.tenant_id = d.tenant_id AND e.position = d.position
        AND (d.due_at > e.recorded_at OR e.recorded_at < now() - interval '1 hour'))
""".strip()
"""The deadlines `d` of tenants `$1` due at the times `$3` of tenants `$2`, by which something is to be done.

A date that was past when it was set counts once its event is an hour old: history being entered sets nothing off.
"""
