"""Whether the keys are there that the stored data was sealed with."""

import asyncio
from pathlib import Path

from infra.database.administration import looking
from infra.database.interface import Database
from infra.keys.keyfile import key_file

_SEALING = "SELECT tenant_id, number FROM es.sealing_keys()"


async def tenants_without_keys(database: Database, folder: Path) -> list[int]:
    """Tenants whose data keys were wrapped by a tenant key that is not in the folder of key files."""
    sealing: set[tuple[int, int]] = set()
    for node in database.nodes:
        async with looking(database, node) as connection:
            sealing |= {(row["tenant_id"], row["number"]) for row in await connection.fetch(_SEALING)}
    return await asyncio.to_thread(_missing, sealing, folder)


def _missing(sealing: set[tuple[int, int]], folder: Path) -> list[int]:
    return sorted({tenant for tenant, number in sealing if not (folder / key_file(tenant, number)).exists()})
