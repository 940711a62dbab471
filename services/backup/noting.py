"""That a copy is whole in the backup store stands in the database too, where everybody may ask for it."""

import logging
from datetime import datetime
from typing import Literal

from domain.kernel.errors import Unavailable
from domain.kernel.ids import NATIONAL_TENANT
from infra.database.failures import DRIVER_ERRORS
from infra.database.interface import Database, Role
from infra.database.scope import scope
from projections.connections import Connections

log = logging.getLogger("pakt.backup")

_NOTE = """
INSERT INTO es.backup AS b (tenant_id, kind, made_at, segment) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, kind) DO UPDATE SET made_at = excluded.made_at, segment = excluded.segment
WHERE b.made_at <= excluded.made_at
"""


async def note(database: Database, kind: Literal["base", "log"], made_at: datetime, segment: str) -> None:
    """Note a copy of all that was stored before `made_at`, up to this segment of the log.

    A copy is one whether it is noted or not: that it cannot be is only said.
    """
    connections, nation = Connections(database, Role.PROJECTOR, 1), NATIONAL_TENANT
    try:
        async with connections.borrow(nation) as lent, scope(lent, tenant=nation) as connection:
            await connection.execute(_NOTE, nation, kind, made_at, segment)
    except (Unavailable, *DRIVER_ERRORS) as error:
        log.warning("the copy is made, but /v1/status is not told of it: %s", error)
    finally:
        await connections.close()
