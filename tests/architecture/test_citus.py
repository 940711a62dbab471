"""What a cluster of Citus would make of today's schema: every table is classified, and can be distributed by tenant."""

import re
from pathlib import Path

from tests.support.postgres import TestDatabase

CALLS = Path(__file__).parents[2] / "infra" / "citus" / "tables.sql"
REFERENCE = {"es.tenant", "es.event_type", "es.node", "es.placement"}
_KEYS = """
SELECT i.indrelid::regclass::text, bool_or(a.attname = 'tenant_id') FROM pg_index i
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
WHERE i.indisunique AND i.indrelid::regclass::text = ANY ($1) GROUP BY i.indexrelid, i.indrelid
"""
_OURS = """
SELECT format('%s.%s', schemaname, tablename) FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'pakt')
"""


async def test_every_table_is_distributed_by_tenant_or_the_same_everywhere(database: TestDatabase) -> None:
    async with database.connect() as connection:
        calls = {row["name"]: row["call"] for row in await connection.fetch(CALLS.read_text(encoding="utf-8"))}
        ours = {row[0] for row in await connection.fetch(_OURS)}
        distributed = [name for name, call in calls.items() if "create_distributed" in call]
        keys = await connection.fetch(_KEYS, distributed)

    assert set(calls) == ours
    assert {name for name, call in calls.items() if "create_reference" in call} == REFERENCE
    assert all(row[1] for row in keys)
    assert {row[0] for row in keys} == set(distributed)
    assert all(re.fullmatch(r"SELECT create_\w+\('[a-z_.]+'.*\)", call) for call in calls.values())
