"""Whether the process lives and whether it should be sent requests."""

import asyncpg
import msgspec
from litestar import Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from domain.kernel.errors import Unavailable
from domain.kernel.ids import NATIONAL_TENANT
from infra.database.migrate import FOLDER, read_folder
from services.gateway.system import Serving

_APPLIED = "SELECT number FROM pakt.migration"
_SECONDS = 2.0


class Health(msgspec.Struct, frozen=True):
    """`status` is alive."""

    status: str


class Readiness(msgspec.Struct, frozen=True):
    """`status` is ready or not-ready; `checks` says of each part ok or what is wrong."""

    status: str
    checks: dict[str, str]


@get("/healthz", name="healthz", operation_id="Healthz", tags=["status"], opt={"open": True}, cache_control=None)
async def healthz() -> Health:
    """The event loop answers. Nothing else is looked at: a restart would mend nothing else."""
    return Health("alive")


def readyz(system: Serving) -> HTTPRouteHandler:
    """The readiness query of a system."""
    expected = {migration.number for migration in read_folder(FOLDER)}

    @get("/readyz", name="readyz", operation_id="Readyz", tags=["status"], opt={"open": True})
    async def ready(state: State) -> Response[Readiness]:
        """The database answers, its schema is this version's, and the process is not shutting down; 503 otherwise."""
        checks = {"draining": "ok" if not state.get("draining") else "shutting down"}
        checks |= await _database(system, expected)
        fine = all(found == "ok" for found in checks.values())
        shown = Readiness("ready" if fine else "not-ready", checks)
        return Response(shown, status_code=200 if fine else 503, headers={} if fine else {"retry-after": "1"})

    return ready


async def _database(system: Serving, expected: set[int]) -> dict[str, str]:
    try:
        async with system.reading.borrow(NATIONAL_TENANT) as connection:
            applied = {row["number"] for row in await connection.fetch(_APPLIED, timeout=_SECONDS)}
    except (Unavailable, asyncpg.PostgresError, TimeoutError):
        return {"database": "not reachable"}
    return {"database": "ok", "schema": "ok" if expected <= applied else "behind"}
