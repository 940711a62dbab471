"""Whether the gateway lives and whether it should be sent requests."""

from litestar import Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from services.gateway.system import Serving
from services.health import Health, Probe, Readiness


@get("/healthz", name="healthz", operation_id="Healthz", tags=["status"], opt={"open": True}, cache_control=None)
async def healthz() -> Health:
    """The event loop answers. Nothing else is looked at: a restart would mend nothing else."""
    return Health()


def readyz(system: Serving) -> HTTPRouteHandler:
    """The readiness query of a system."""
    probe = Probe()

    @get("/readyz", name="readyz", operation_id="Readyz", tags=["status"], opt={"open": True})
    async def ready(state: State) -> Response[Readiness]:
        """The database answers, with this version's schema and our time, and nobody stops the process; else 503."""
        probe.lender, probe.draining = system.reading, bool(state.get("draining"))
        found = await probe.readiness()
        status, headers = found.answer
        return Response(found, status_code=status, headers=headers)

    return ready
