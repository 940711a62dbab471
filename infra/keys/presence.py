"""Whether the keys are there that the stored data was sealed with."""

import asyncio
from pathlib import Path

from infra.database.administration import administering
from infra.database.interface import Database, Role

_SEALED = "SELECT DISTINCT tenant_id FROM es.subject_key WHERE wrapped_dek IS NOT NULL ORDER BY tenant_id"


async def tenants_without_keys(database: Database, folder: Path) -> list[int]:
    """Tenants whose data keys were wrapped by a tenant key that is not in the folder of key files."""
    async with administering(database.dsn(Role.ADMIN)) as connection:
        sealed = await connection.fetch(_SEALED)
    there = await asyncio.to_thread(lambda: {path.name.split(".")[0] for path in folder.glob("*.key")})
    return [row["tenant_id"] for row in sealed if str(row["tenant_id"]) not in there]
