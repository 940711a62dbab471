"""How the installation is, for everybody; looked at once in a few seconds, however many ask."""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from domain.kernel.errors import PaktError
from infra.database.failures import DRIVER_ERRORS
from services.gateway.desk import Reads
from services.gateway.listing import answer
from services.gateway.query_route import open_query
from services.status import LOOK_WITHIN, Inspector, InstallationStatus

AnyRequest = Request[Any, Any, Any]
FRESH = 5
"""Seconds for which a look is told to whoever asks."""
_CACHE = f"public, max-age={FRESH}"


class Glances:
    """The last look at a system, for as long as it is fresh."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._turn = asyncio.Lock()
        self._institutions: Mapping[int, str] = {}
        self._last: InstallationStatus | None = None
        self._looked_at = 0.0

    async def status(self) -> InstallationStatus:
        """How the system was at most some seconds ago."""
        async with self._turn:
            if self._last is None or monotonic() - self._looked_at >= FRESH:
                self._last = await self._inspector().look(await self._known())
                self._looked_at = monotonic()
            return self._last

    def _inspector(self) -> Inspector:
        system = self._reads.system
        return Inspector(
            system.auditing, system.database, system.engine, system.quorum, system.clock, system.settings.seal_within
        )

    async def _known(self) -> Mapping[int, str]:
        """Every institution's slug; while the register cannot be read those that were known last."""
        try:
            async with asyncio.timeout(LOOK_WITHIN):
                register = (await self._reads.system.handler.authority.national()).institutions
        except (TimeoutError, PaktError, *DRIVER_ERRORS):
            return self._institutions
        self._institutions = {one.tenant_id: slug for slug, one in register.items()}
        return self._institutions


def status_query(reads: Reads) -> HTTPRouteHandler:
    """The address over a system."""
    glances = Glances(reads)

    @open_query("/v1/status", shows=InstallationStatus, operation_id="Status", tags=["status"])
    async def status(request: AnyRequest) -> Response[Any]:
        """How far what is shown is behind, what was sealed, cosigned and copied last, and which parts run.

        It answers also while parts are down, and says `unknown` of what cannot be found out.
        """
        return answer(request, await glances.status(), cache=_CACHE)

    return status
