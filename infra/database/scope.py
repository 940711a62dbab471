"""The one way to say which tenant a transaction is about. Row-level security shows that tenant's rows and no others.

`SET LOCAL` ends with the transaction, reaches the shards of a distributed database, and survives a pooler that hands
the connection to someone else afterwards; nothing else in Pakt sets `pakt.tenant` or `pakt.tenants`.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from infra.database.failures import DRIVER_ERRORS, GOODBYE_WITHIN
from infra.database.interface import Connection

_SEARCH_PATH = re.compile(r"[a-z_][a-z0-9_]*(, ?[a-z_][a-z0-9_]*)*")


@asynccontextmanager
async def scope(
    connection: Connection,
    *,
    tenant: int | None = None,
    tenants: Collection[int] | None = None,
    search_path: str | None = None,
    snapshot: bool = False,
    frozen: bool = False,
    relaxed: bool = False,
) -> AsyncIterator[Connection]:
    """A transaction in which `tenant` (or each of `tenants`) is visible; commits at the end, rolls back on any error.

    Begins in one round trip. A task that is cancelled inside ends the connection.

    `search_path` is a list such as "rm, es" or "pg_temp, es". `snapshot` reads one moment
    (REPEATABLE READ, read-only); `frozen` does too, and may make temporary tables. `relaxed` lets the commit return
    before it is on disk: for rows that can be made again from the log. For a part that may fail use SAVEPOINT;
    `connection.transaction()` does not nest in here.
    """
    await connection.execute(opening(tenant, tenants, search_path, snapshot=snapshot, frozen=frozen, relaxed=relaxed))
    try:
        yield connection
    except asyncio.CancelledError:
        connection.terminate()  # whoever gave up waits for no answer, to a rollback neither
        raise
    except BaseException:
        with contextlib.suppress(*DRIVER_ERRORS):  # gone, or silent: nothing was kept
            await connection.execute("ROLLBACK", timeout=GOODBYE_WITHIN)
        raise
    await connection.execute("COMMIT")


def tenant_options(tenant: int) -> str:
    """Options for a connection of somebody else's code, in each transaction of which that one tenant is visible."""
    return f"-c pakt.tenants={int(tenant)}"


def opening(
    tenant: int | None,
    tenants: Collection[int] | None = None,
    search_path: str | None = None,
    *,
    snapshot: bool = False,
    frozen: bool = False,
    relaxed: bool = False,
) -> str:
    """The statements that open the transaction, as one text."""
    level = " ISOLATION LEVEL REPEATABLE READ" if snapshot or frozen else ""
    parts = [f"BEGIN{level} READ ONLY" if snapshot else f"BEGIN{level}"]
    if tenant is not None:
        parts.append(f"SET LOCAL pakt.tenant = '{int(tenant)}'")
        tenants = (tenant,) if tenants is None else tenants  # queries for one tenant or several name the list
    if tenants is not None:
        parts.append(f"SET LOCAL pakt.tenants = '{','.join(str(int(t)) for t in tenants)}'")
    if search_path is not None:
        if not _SEARCH_PATH.fullmatch(search_path):
            raise ValueError(f"not a search path: {search_path!r}")
        parts.append(f"SET LOCAL search_path = {search_path}")
    if relaxed:
        parts.append("SET LOCAL synchronous_commit = off")
    return "; ".join(parts)
