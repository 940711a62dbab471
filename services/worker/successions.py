"""What follows from the merging and splitting of institutions, in the logs of both sides.

`relay_successions` answers the national event: it lets the ended institution's log say who succeeds it, each
successor's whom it took over, and whoever was taken over before who answers there now. Each names how far the other's
log was sealed. `Successions` then looks, as often as the worker does, for duties of ended institutions that no event
carries yet, carries them, and lets the logs of the successors say which they have: what is missing is found again
whenever a process was killed, and ids follow from what stands in the logs, so that nothing is done twice.
"""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.deadline import local_day
from domain.kernel.errors import CommandRefused, RequestKeyReused, StreamNotFound
from domain.kernel.event import RecordedEvent
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Reaction
from domain.succession.commands import (
    BeginSuccession,
    CarryDuties,
    HandOverDuties,
    PassSuccessionOn,
    TakeDuties,
    TakeSuccession,
)
from domain.succession.events import inheritance_id, succession_id
from domain.succession.inheritance import Inheritance
from domain.succession.succession import Succession
from domain.succession.vocabulary import Ending, Successor, TreeHead
from domain.tenants.events import InstitutionsMerged, InstitutionSplit
from domain.tenants.register import Institution, lineage
from infra.trees.interface import EVENTS, TreeId
from services.bootstrap import System
from services.command_handling.attempt import UNCHANGED
from services.command_handling.request import CLOCK, Request
from services.succession import open_duties_of, shown_position
from services.work.failures import FailedWork, Failures, reason_of

KIND = "succession"
T = TypeVar("T")
AT_ONCE = 500
"""Duties in one command."""
NEEDLESS = frozenset({UNCHANGED, RequestKeyReused.code})
"""What was said before: also where heads have grown since, and so would be told otherwise now."""


async def relay_successions(system: System, event: RecordedEvent) -> AsyncIterator[Reaction]:
    """Who ended, who succeeds, and who had gone into those that ended before."""
    institutions = (await system.handler.authority.national(fresh=True)).institutions
    how, ended, new, decision_no = _told(event.event)
    origin = f"{event.tenant_id}:{event.epoch}:{event.position}"
    successors = tuple([Successor(slug, await head_of(system, institutions[slug].tenant_id)) for slug in new])
    gone = [institutions[slug] for slug in ended]
    before = [
        one for one in institutions.values() if one.slug not in ended and {*lineage(one.slug, institutions)} & {*ended}
    ]
    for one in gone:
        begin = BeginSuccession(how=how, successors=successors, decision_no=decision_no, origin=origin)
        yield Reaction(succession_id(one.tenant_id), begin, one.tenant_id)
    for one in before:
        passed = PassSuccessionOn(ended=ended, successors=successors, decision_no=decision_no, origin=origin)
        yield Reaction(succession_id(one.tenant_id), passed, one.tenant_id)
    for one in (*gone, *before):
        head = await head_of(system, one.tenant_id)
        take = TakeSuccession(predecessor=one.slug, decision_no=decision_no, head=head, origin=origin)
        for slug in new:
            to = institutions[slug].tenant_id
            yield Reaction(inheritance_id(to, one.slug), take, to)


async def head_of(system: System, tenant_id: int) -> TreeHead | None:
    """The newest public head of a tenant's log; None where nothing of it has been sealed."""
    epochs = [tree.tree.epoch for tree in await system.trees.trees(tenant_id) if tree.tree.kind == EVENTS]
    if not epochs:
        return None
    head = await system.trees.newest(TreeId(tenant_id, max(epochs)), system.quorum)
    return None if head is None else TreeHead(head.tree.epoch, head.size, head.root.hex())


def _told(event: object) -> tuple[Ending, tuple[str, ...], tuple[str, ...], str]:
    match event:
        case InstitutionsMerged():
            return Ending.MERGED, tuple(dict.fromkeys(event.sources)), (event.into,), event.decision_no
        case InstitutionSplit():
            return Ending.SPLIT, (event.slug,), tuple(dict.fromkeys(event.successors)), event.decision_no
        case _:
            raise TypeError(event)


class Successions:
    """Carries open duties of ended institutions. What it remembers saves looking; it decides nothing."""

    def __init__(self, system: System, failures: Failures) -> None:
        self._system, self._failures = system, failures
        self._looked: dict[int, tuple[int, int, date]] = {}
        self._whole: dict[tuple[int, UUID], bool] = {}
        self._waiting: set[tuple[int, str]] = set()

    async def look(self) -> int:
        """Carry what is not carried; how many commands were sent. Costs nothing while no institution has ended."""
        institutions = (await self._system.handler.authority.national()).institutions
        ended = [one for one in institutions.values() if one.successors]
        if ended:
            every = [one.tenant_id for one in institutions.values()]
            self._waiting = {(one.tenant_id, one.subject) for one in await self._failures.waiting(every, (KIND,))}
        return sum([await self._of(one, institutions) for one in ended])

    @property
    def failing(self) -> Collection[str]:
        """As `Knowing` says."""
        return (KIND,)

    async def over(self, failed: Sequence[FailedWork]) -> Sequence[FailedWork]:
        """As `Knowing` says: the last look found nothing missing in the stream."""
        return [one for one in failed if self._whole.get((one.tenant_id, UUID(one.subject)), False)]

    async def _of(self, one: Institution, institutions: Mapping[str, Institution]) -> int:
        succession = (await self._system.handler.authority.of(one.tenant_id)).succession
        if succession is None:
            return 0  # the policy has not begun it yet
        sent = await self._carry(one, succession)
        for slug in succession.ever:
            sent += await self._take(one, succession, institutions[slug])
        return sent

    async def _carry(self, one: Institution, succession: Succession) -> int:
        """Duties in the ended institution's own log."""
        stands = await self._stands(one, succession)
        if self._looked.get(one.tenant_id) == stands:
            return 0
        found = await open_duties_of(self._system, one.tenant_id)
        missing = [duty for duty in found if not succession.carries(duty)]
        self._whole[one.tenant_id, succession.id] = not missing
        for part in _parts(missing):
            await self._send(one, CarryDuties(duties=part), succession.id, succession.version)
        if not missing:
            self._looked[one.tenant_id] = stands
        return len(missing)

    async def _take(self, one: Institution, succession: Succession, successor: Institution) -> int:
        """What the successor's log says of it: which duties it has, and which are another's now."""
        stream_id, tenant_id = inheritance_id(successor.tenant_id, one.slug), successor.tenant_id
        try:
            held = await self._system.handler.aggregates.read(tenant_id, Inheritance, stream_id, fresh=True)
        except StreamNotFound:
            return 0  # the policy has not begun it yet
        inheritance = held.aggregate
        if not isinstance(inheritance, Inheritance):
            raise TypeError(inheritance)
        its = {duty_id for duty_id, slug in succession.to.items() if slug == successor.slug}
        missing = [duty for duty_id, duty in succession.duties.items() if duty_id in its - inheritance.duties]
        over = sorted(inheritance.duties - its)
        self._whole[tenant_id, stream_id] = not missing and not over
        for part in _parts(missing):
            await self._send(successor, TakeDuties(duties=part), stream_id, inheritance.version)
        for ids in _parts(over):
            await self._send(successor, HandOverDuties(duty_ids=ids), stream_id, inheritance.version)
        return len(missing) + len(over)

    async def _stands(self, one: Institution, succession: Succession) -> tuple[int, int, date]:
        """By what the open duties follow: how far read models show, what was carried, and which mandates are over."""
        shown = await shown_position(self._system, one.tenant_id)
        return shown, succession.version, local_day(self._system.handler.clock.now())

    async def _send(self, to: Institution, command: Command, stream_id: UUID, version: int) -> None:
        """Once for what the log said: the id follows from it. What was refused waits for its next try."""
        if (to.tenant_id, str(stream_id)) in self._waiting:
            return
        request = Request(
            tenant=to.slug,
            command=command,
            command_id=derived_id(KIND, to.tenant_id, stream_id, version, msgspec.json.encode(command).decode()),
            principal=CLOCK,
            stream_id=stream_id,
        )
        try:
            await self._system.handler.execute(request)
        except (CommandRefused, StreamNotFound) as refusal:
            if getattr(refusal, "rule", "") != UNCHANGED:
                await self._failures.record(to.tenant_id, KIND, str(stream_id), reason_of(refusal))


def _parts(of: Sequence[T]) -> Iterator[tuple[T, ...]]:
    for start in range(0, len(of), AT_ONCE):
        yield tuple(of[start : start + AT_ONCE])
