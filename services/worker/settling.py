"""Failed work that is over: what was done meanwhile, or is no longer to be done, is no failure any more.

Each part of the worker knows by what stands in logs and registers whether what failed is still to be done. So what
another process has done, or what ended while none ran, settles too.
"""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Protocol

from services.bootstrap import System
from services.work.failures import FailedWork, Failures


class Knowing(Protocol):
    """A part that does work of some kinds."""

    @property
    def failing(self) -> Collection[str]:
        """Kinds under which it keeps what failed."""
        ...

    async def over(self, failed: Sequence[FailedWork]) -> Sequence[FailedWork]:
        """Of failed work of its kinds, what is not to be done any more. Raises: Unavailable."""
        ...


class Settling:
    """Looks through all that is failing, which mostly is nothing."""

    def __init__(self, system: System, failures: Failures, parts: Sequence[Knowing]) -> None:
        self._system, self._failures, self._parts = system, failures, parts

    async def look(self) -> int:
        """Settle what is over; how much that was."""
        institutions = (await self._system.handler.authority.national()).institutions
        failed = await self._failures.all([one.tenant_id for one in institutions.values()])
        settled = 0
        for part in self._parts:
            own = [one for one in failed if one.kind in part.failing]
            settled += await self._settle(await part.over(own)) if own else 0
        return settled

    async def _settle(self, over: Sequence[FailedWork]) -> int:
        for (tenant_id, kind), some in groupby(sorted(over, key=_whose), key=_whose):
            await self._failures.settle(tenant_id, kind, [one.subject for one in some])
        return len(over)


def _whose(failed: FailedWork) -> tuple[int, str]:
    return failed.tenant_id, failed.kind
