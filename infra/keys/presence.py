"""Whether the keys are there that the stored data was sealed with."""

import asyncio
from pathlib import Path

import asyncpg

from infra.database.administration import administering
from infra.database.interface import Database, Role
from infra.keys.keyfile import key_file

_SEALED = """
SELECT DISTINCT tenant_id, substring(wrapped_dek FOR 3) AS head FROM es.subject_key WHERE wrapped_dek IS NOT NULL
ORDER BY tenant_id
"""


async def tenants_without_keys(database: Database, folder: Path) -> list[int]:
    """Tenants whose data keys were wrapped by a tenant key that is not in the folder of key files."""
    sealed: list[asyncpg.Record] = []
    for node in database.nodes:
        async with administering(database.dsn(Role.ADMIN, node)) as connection:
            sealed += await connection.fetch(_SEALED)
    return await asyncio.to_thread(_missing, [(row["tenant_id"], row["head"]) for row in sealed], folder)


def _missing(sealed: list[tuple[int, bytes]], folder: Path) -> list[int]:
    numbers = {(tenant, int.from_bytes(head[1:], "big")) for tenant, head in sealed}
    return sorted({tenant for tenant, number in numbers if not (folder / key_file(tenant, number)).exists()})
