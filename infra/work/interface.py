"""The port of work that is to be done once: it is kept until it is done, and ends in the transaction of its effect.

Whoever does work holds it for a while: until `held` ends nobody else may begin it, and only who still holds it may end
it. So what is written to the database in `Outcome.effect` happens exactly once; what happens elsewhere (a request, a
file) happens at least once and carries an id that follows from the work.

Every adapter runs the same contract suite (`tests/contracts/test_work.py`).
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol, TypeAlias
from uuid import UUID

import msgspec

from infra.database.interface import Connection

Effect: TypeAlias = Callable[[Connection], Awaitable[None]]
"""Writes to the database in the transaction that ends the work, as the projector, with its tenant in scope."""


class Work(msgspec.Struct, frozen=True):
    """What is to be done: `kind` says how, `subject` (made of ids) about what; together they are its key in a tenant.

    Work of one `lane` is done one at a time, lowest `rank` first; '' is no lane. `attempts` counts the tries that have
    failed before; `traceparent` is the trace of what it follows from.
    """

    tenant_id: int
    kind: str
    subject: str
    lane: str = ""
    rank: int = 0
    attempts: int = 0
    traceparent: str = ""


class Held(msgspec.Struct, frozen=True):
    """Work in the hands of one `holder`; `interrupted` counts the holders before, who never said how it ended."""

    work: Work
    holder: UUID
    interrupted: int = 0


class Done(msgspec.Struct, frozen=True):
    """It is done, or no longer to be done."""

    effect: Effect | None = None


class Again(msgspec.Struct, frozen=True):
    """It failed for `reason` (no personal data) and is due again `after` seconds."""

    after: float
    reason: str
    effect: Effect | None = None


class GivenUp(msgspec.Struct, frozen=True):
    """It failed for `reason` (no personal data) and is not tried again unless somebody asks for it."""

    reason: str
    effect: Effect | None = None


Outcome: TypeAlias = Done | Again | GivenUp


class WorkList(Protocol):
    """The list of what is to be done. Each call is one transaction; Unavailable when there is no database."""

    async def add(self, works: Sequence[Work], *, within: "Connection | None" = None) -> Sequence[Work]:
        """Note work of one tenant, due at once; what is there already, also as failed, stays as it is.

        `within` is a transaction of the projector's role with the tenant in scope. Answers what was not there.
        """
        ...

    async def due(
        self, tenants: Collection[int], kinds: Collection[str], limit: int, *, rested: float = 0.0
    ) -> Sequence[Work]:
        """Work that could be claimed now, what was due first in front.

        `rested` leaves out what was noted in the last so many seconds and never tried: a message tells of it.
        """
        ...

    async def claim(self, works: Sequence[Work], seconds: float) -> Sequence[Held]:
        """Of this work of one tenant, hold for so long what is due, not held and first in its lane."""
        ...

    async def next_in_lane(self, work: Work) -> Work | None:
        """What stands first in the lane of a piece of work, if it could be claimed now."""
        ...

    async def keep(self, held: Collection[Held], seconds: float) -> Collection[Held]:
        """Go on holding work of one tenant; answers what is still held."""
        ...

    async def let_go(self, held: Collection[Held]) -> None:
        """Work of one tenant is not held any more and was not tried."""
        ...

    async def end(self, held: Held, outcome: Outcome) -> bool:
        """Say how it ended; the effect happens with it, or neither does.

        False when the holder had lost it: then nothing has happened. What the effect raises is raised.
        """
        ...

    async def end_all(self, held: Collection[Held]) -> Collection[Held]:
        """This work of one tenant is done, without an effect; answers what its holder had not lost."""
        ...

    async def revive(self, tenant_id: int, kind: str, subject: str, *, within: Connection) -> bool:
        """Try failed work, or work that waits for its next try, at once and as if for the first time."""
        ...
