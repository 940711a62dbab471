"""Whether a process lives and is ready, over HTTP on a port of its own: for those that serve nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, Response, get
from litestar.datastructures import State

from services.health import LOOK_WITHIN, Health, Probe, Readiness
from services.serving import serving


@asynccontextmanager
async def serving_health(probe: Probe, host: str, port: int) -> AsyncIterator[None]:
    """Answer `/healthz` and `/readyz`. Raises: OSError when the port is taken."""
    async with serving(_app(probe), host, port, grace=LOOK_WITHIN):
        yield


def _app(probe: Probe) -> Litestar:
    @get("/healthz")
    async def healthz() -> Health:
        """The event loop answers. Nothing else is looked at: a restart would mend nothing else."""
        return Health()

    @get("/readyz")
    async def readyz() -> Response[Readiness]:
        """As the probe finds."""
        found = await probe.readiness()
        status, headers = found.answer
        return Response(found, status_code=status, headers=headers)

    return Litestar(
        [healthz, readyz], openapi_config=None, logging_config=None, state=State({"draining": False}), debug=False
    )
