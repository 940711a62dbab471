"""Contributions by the hundred thousand, laid into their register: what is measured and what is read page by page."""

import asyncpg

from infra.database.interface import Role
from services.bootstrap import System

_FILL = """INSERT INTO rm.contribution_register (
    tenant_id, contribution_id, consultation_id, contributor_id, state, version, kind, language, body, drafted_at,
    changed_at, public, title, comments, attachments, organisation_name, anonymous, channel, submitted_at, receipt,
    digest, published_at, withheld_reason, outcome, reason, article, answered_at, earlier, group_answered, dispute,
    dispute_language, source, source_id)
SELECT t.tenant_id, md5('c' || n)::uuid, md5((n % 500)::text)::uuid, md5('p' || n)::uuid, 'answered', 5, 'comment', 'sq',
    repeat(md5(n::text) || ' ', 12), x.at, x.at, true, 'Titulli ' || n,
    '[{"article": "3", "comment": "Neni 3 duhet të mbrojë të miturit."}]', '[]', '', false, 'web',
    x.at - n / 3 * interval '7 seconds', '', md5('d' || n), x.at, '', 'accepted',
    '{"sq": {"text": "Pranohet; neni 3 u plotësua."}}', '3', x.at, '[]', false, '', '', '', ''
FROM (SELECT tenant_id, row_number() OVER (ORDER BY tenant_id) - 1 AS number, count(*) OVER () AS all_of_them
        FROM es.tenant WHERE slug NOT LIKE 'sandbox%') t,
    generate_series(1, $1) n, (SELECT timestamptz '2026-06-01 12:00Z' AS at) x
WHERE n % t.all_of_them = t.number"""


async def fill(system: System, count: int) -> None:
    """Lay that many published contributions into the registers of all institutions, three submitted at a time."""
    admin = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
    try:
        await admin.execute("SET session_replication_role = replica")  # no tenant is set here
        await admin.execute(_FILL, count)
        await admin.execute("VACUUM ANALYZE rm.contribution_register")
    finally:
        await admin.close()
