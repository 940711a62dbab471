"""Whether a process lives and is ready."""

import asyncio
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from domain.kernel.errors import Unavailable
from domain.kernel.ids import NATIONAL_TENANT
from infra.clock import Clock, SystemClock
from infra.database.failures import DRIVER_ERRORS
from infra.database.lending import Lender
from infra.database.migrate import FOLDER, read_folder

OK = "ok"
LOOK_WITHIN = 5.0
"""Seconds in which a connection must be free and the database answer."""
APART = timedelta(minutes=1)
"""By how much the clocks of process and database may differ. A deadline is judged by the one and dated by the other."""
_APPLIED = "SELECT number, clock_timestamp() AS now FROM pakt.migration"


class Health(msgspec.Struct, frozen=True):
    """`status` is alive."""

    status: Literal["alive"] = "alive"


class Readiness(msgspec.Struct, frozen=True):
    """`status` is ready or not-ready; `checks` says of each part ok or what is wrong."""

    status: Literal["ready", "not-ready"]
    checks: dict[str, str]

    @property
    def answer(self) -> tuple[int, dict[str, str]]:
        """Status and headers of the answer: one that is not ready is asked again in a second."""
        return (200, {}) if self.status == "ready" else (503, {"retry-after": "1"})


class Probe:
    """What readiness is told by. `lender` is None until the process has a database."""

    def __init__(self, lender: Lender | None = None, clock: Clock | None = None) -> None:
        self.lender = lender
        self._clock = clock or SystemClock()
        self.draining = False
        self._expected = {migration.number for migration in read_folder(FOLDER)}

    async def readiness(self) -> Readiness:
        """Whether the process is at work.

        A schema that has grown beyond this build while the process runs is no reason to stop: migrations leave the
        version before them working. Only a start is refused then.
        """
        checks = {"draining": "shutting down" if self.draining else OK} | await self._database()
        return Readiness("ready" if all(found == OK for found in checks.values()) else "not-ready", checks)

    async def _database(self) -> dict[str, str]:
        if self.lender is None:
            return {"database": "starting: not reached yet, or its schema is not this version's"}
        try:
            async with asyncio.timeout(LOOK_WITHIN), self.lender.borrow(NATIONAL_TENANT) as connection:
                rows = await connection.fetch(_APPLIED)
        except TimeoutError:
            return {"database": f"no connection was free and answered within {LOOK_WITHIN:.0f} s"}
        except (Unavailable, *DRIVER_ERRORS):
            return {"database": "not reachable"}
        schema = OK if self._expected <= {row["number"] for row in rows} else "behind"
        return {"database": OK, "schema": schema, "clock": self._apart(rows[0]["now"]) if rows else OK}

    def _apart(self, there: datetime) -> str:
        ahead = there - self._clock.now()
        return OK if abs(ahead) <= APART else f"the database's is {said_apart(ahead)} this process's"


def said_apart(ahead: timedelta) -> str:
    """By how much one clock is before or behind another, up to the word that the other one follows."""
    return f"{abs(ahead).total_seconds():.1f} s {'ahead of' if ahead > timedelta() else 'behind'}"
