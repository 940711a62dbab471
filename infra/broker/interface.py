"""The broker's port: at least once, in no order, and it may forget everything.

Every adapter runs the same contract suite (`tests/contracts/test_broker.py`).
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec


class Job(msgspec.Struct, frozen=True):
    """Something to do, by its kind and the ids that say what it is about; never content, never personal data."""

    name: str
    ids: dict[str, str | int]


Perform = Callable[[Job], Awaitable[None]]
GaveUp = Callable[[Job, Exception], Awaitable[None]]


class Broker(Protocol):
    """Carries jobs to whoever performs them."""

    async def start(self, perform: Perform, gave_up: GaveUp) -> None:
        """Begin to perform jobs, several at once, on this event loop.

        A job that raises is tried again a few times after short pauses; after the last one `gave_up` is called with
        the job and the last error, and the job is over.
        """
        ...

    async def send(self, job: Job) -> None:
        """Hand a job over; the running trace goes with it.

        Raises:
            domain.kernel.errors.Unavailable: the broker did not take it.
        """
        ...

    async def check(self) -> None:
        """Reach the broker once.

        Raises:
            domain.kernel.errors.Unavailable: it does not answer.
        """
        ...

    async def stop(self) -> None:
        """Let running jobs end, then let go of the connections."""
        ...
