"""Kinds of work: how each is done, in which queue messages about it go, and when a try that broke is made again."""

import random
from collections.abc import Awaitable, Callable

import msgspec

from infra.work.interface import Outcome, Work

Perform = Callable[[Work], Awaitable[Outcome]]
Retry = Callable[[int], float | None]
"""Seconds until the next try after so many that failed; None when there is none."""

JITTER = 0.2
PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0)
"""Seconds between tries of work that says nothing else: eight tries in about an hour and three quarters."""
QUEUE = "work"


def retrying(*pauses: float) -> Retry:
    """One try more than there are pauses, each pause a fifth longer or shorter so that what failed together parts."""

    def after(failed: int) -> float | None:
        if failed > len(pauses):
            return None
        return pauses[failed - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, guards nothing

    return after


class Gate(msgspec.Struct, frozen=True):
    """Lets through `at_once` pieces of work in a process, counted over all kinds that share it by its name."""

    name: str
    at_once: int


class Kind(msgspec.Struct, frozen=True):
    """`perform` does the work and says how it ended; what it raises is tried again as `retry` says.

    `lease` is the seconds after which another process takes over from one that died; the living hold on to their work.
    `gate` is for what takes so much that a process does only some of it at once.
    """

    name: str
    perform: Perform
    queue: str = QUEUE
    retry: Retry = retrying(*PAUSES)
    lease: float = 60.0
    gate: Gate | None = None
