"""A file of a platform's directory on its way in: put on record, planned, carried out line by line, answered.

A repeat under the same key is answered from what is on record. One that was cut off goes on where it stood: each line's
command has an id of its own, which follows from the file's and the member's number.
"""

import asyncio
from collections.abc import Iterable, Sequence
from hashlib import sha256
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT, derived_id
from domain.kernel.message import N_
from domain.organisations.events import identifier_tags
from domain.organisations.identifiers import IdentifierHolders
from domain.organisations.vocabulary import Identifier
from domain.platforms import citations
from domain.platforms.commands.directory_sync import BeginDirectorySync, FinishDirectorySync
from domain.platforms.directory import Directory, Told
from domain.platforms.directory_sync import DirectorySync
from domain.platforms.events.directory_sync import DirectorySyncFinished
from domain.platforms.events.member import MemberAmended, MemberDelisted, directory_tag, member_id
from domain.platforms.vocabulary import LineFault, LineOutcome, RefusedLine
from infra.eventstore.codec import restore
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Executed, Principal, Request
from services.platforms.directory_plan import DirectoryLine, Plan, Planning, ReadLine, Step

MOST_LINES = 2_000
WIDTH = 16
"""Commands of one file that are under way at once."""
_FAULTS = {
    "member.identifier": LineFault.UNKNOWN_IDENTIFIER,
    "member.organisation.once": LineFault.ORGANISATION_TWICE,
}
"""What a command is refused by that was planned on what another file, or the registrar, changed meanwhile."""


class DirectoryFile(msgspec.Struct, frozen=True):
    """A file as it came in: its bytes' digest, its lines, and whether whoever is not in it is no member."""

    digest: str
    lines: tuple[ReadLine, ...]
    complete: bool

    @classmethod
    def of(cls, data: bytes, lines: Iterable[ReadLine], *, complete: bool) -> "DirectoryFile":
        """Raises: RuleViolated for too many lines, or for an empty file that would delist everybody."""
        read = tuple(lines)
        if len(read) > MOST_LINES:
            raise RuleViolated(
                "directory.lines",
                N_("A file has at most {most} lines; send what is more in another one."),
                citation=citations.STRATEGY,
                most=MOST_LINES,
            )
        if complete and not read:
            raise RuleViolated(
                "directory.complete",
                N_("An empty file lists nobody: a complete one has a line for each member."),
                citation=citations.STRATEGY,
            )
        return cls(sha256(data).hexdigest(), read, complete)


class Synced(msgspec.Struct, frozen=True):
    """What became of a file: `sync_id` is the stream on which that is on record, None for a dry run."""

    steps: tuple[Step, ...]
    delisted: tuple[str, ...]
    held_back: bool
    sync_id: UUID | None = None
    replayed: bool = False


class DirectorySyncing:
    """Brings directories up to date over one command path."""

    def __init__(self, handler: CommandHandler) -> None:
        self._handler = handler

    async def would(self, principal: Principal, file: DirectoryFile) -> Synced:
        """What the file would do; nothing is stored."""
        plan = await self._planned(principal.person_id, file, None)
        return Synced(plan.steps, _numbers(plan.missing), plan.held_back)

    async def run(self, principal: Principal, file: DirectoryFile, key: UUID) -> Synced:
        """Do it, once for a key.

        Raises: RequestKeyReused for another file under the key; what refuses the client; ConcurrencyConflict and
        IllegalTransition where another file changes the same members, Unavailable: repeat under the same key.
        """
        begin = BeginDirectorySync(digest=file.digest, lines=len(file.lines), complete=file.complete)
        begun = (await self._send(principal, begin, key)).answer.stream_id
        if (result := await self._result(begun)) is not None:
            return _told(result, file, begun)
        plan = await self._planned(principal.person_id, file, key)
        steps = await self._carried_out(principal, plan, key)
        finish = FinishDirectorySync(
            outcomes=tuple(step.outcome for step in steps),
            refused=tuple(RefusedLine(n, step.fault) for n, step in enumerate(steps, 1) if step.fault is not None),
            delisted=_numbers(plan.missing),
            held_back=plan.held_back,
        )
        try:
            await self._send(principal, finish, derived_id("directory-sync", key, "end"), begun)
        except IllegalTransition:  # the same request, sent twice, was answered meanwhile
            if (result := await self._result(begun)) is None:
                raise
            return _told(result, file, begun)
        return Synced(steps, finish.delisted, plan.held_back, begun)

    async def _planned(self, client_id: UUID, file: DirectoryFile, key: UUID | None) -> Plan:
        directory, done = await self._directory(client_id, key)
        wanted = {
            line.facts.identifier for line in file.lines if isinstance(line, DirectoryLine) and line.facts is not None
        }
        holders = await self._holders(wanted)
        nation = await self._handler.authority.tenant(NATIONAL_SLUG)
        today = local_day(await self._handler.now(nation))
        return Planning(client_id, directory, holders.holder, today, done).plan(file.lines, complete=file.complete)

    async def _directory(self, client_id: UUID, key: UUID | None) -> tuple[Directory, dict[str, LineOutcome]]:
        """The directory as it stands, and what an earlier try under the key has done of it."""
        directory, done = Directory(), dict[str, LineOutcome]()
        for stored in await self._handler.store.read_tag(NATIONAL_TENANT, directory_tag(client_id)):
            event = restore(self._handler.registry, stored)
            if not isinstance(event, Told):
                raise TypeError(event)
            directory.apply(event)
            if key is not None and stored.command_id == _line_id(key, event.number):
                done[event.number] = _outcome(event)
        return directory, done

    async def _holders(self, identifiers: Iterable[Identifier]) -> IdentifierHolders:
        holders = IdentifierHolders()
        told: dict[int, tuple[UUID, object]] = {}
        for tag in identifier_tags(identifiers):
            for stored in await self._handler.store.read_tag(NATIONAL_TENANT, tag):
                told[stored.position] = (stored.stream_id, restore(self._handler.registry, stored))
        for _, (stream_id, event) in sorted(told.items(), key=lambda one: one[0]):
            holders.apply(stream_id, event)
        return holders

    async def _carried_out(self, principal: Principal, plan: Plan, key: UUID) -> tuple[Step, ...]:
        """Whoever is missing first, then round after round; what the register refuses by now is a refused line."""
        steps = list(plan.steps)
        await self._together(principal, plan.missing, key)
        for places in plan.rounds:
            carried = await self._together(principal, [steps[n] for n in places], key)
            for n, step in zip(places, carried, strict=True):
                steps[n] = step
        return tuple(steps)

    async def _together(self, principal: Principal, steps: Sequence[Step], key: UUID) -> list[Step]:
        """All of them, or the first failure once none is under way any more."""
        width = asyncio.Semaphore(WIDTH)

        async def one(step: Step) -> Step:
            async with width:
                return await self._line(principal, step, key)

        carried: list[Step] = []
        for made in await asyncio.gather(*(one(step) for step in steps), return_exceptions=True):
            if isinstance(made, BaseException):
                raise made
            carried.append(made)
        return carried

    async def _line(self, principal: Principal, step: Step, key: UUID) -> Step:
        if step.command is None or step.number is None:
            return step
        stream_id = member_id(principal.person_id, step.number)
        try:
            await self._send(principal, step.command, _line_id(key, step.number), stream_id)
        except RuleViolated as refusal:
            if (fault := _FAULTS.get(refusal.rule)) is None:
                raise
            return Step(LineOutcome.REFUSED, step.number, fault)
        return step

    async def _send(
        self, principal: Principal, command: Command, command_id: UUID, stream_id: UUID | None = None
    ) -> Executed:
        return await self._handler.execute(
            Request(
                tenant=NATIONAL_SLUG,
                command=command,
                command_id=command_id,
                principal=principal,
                stream_id=stream_id,
            )
        )

    async def _result(self, sync_id: UUID) -> DirectorySyncFinished | None:
        held = await self._handler.aggregates.read(NATIONAL_TENANT, DirectorySync, sync_id, fresh=True)
        if not isinstance(held.aggregate, DirectorySync):
            raise TypeError(held.aggregate)
        return held.aggregate.result


def _line_id(key: UUID, number: str) -> UUID:
    return derived_id("directory-line", key, number)


def _outcome(event: Told) -> LineOutcome:
    match event:
        case MemberAmended():
            return LineOutcome.AMENDED
        case MemberDelisted():
            return LineOutcome.DELISTED
        case _:
            return LineOutcome.LISTED


def _told(result: DirectorySyncFinished, file: DirectoryFile, sync_id: UUID) -> Synced:
    """The answer that was given when the file came first."""
    faults = {one.line: one.fault for one in result.refused}
    steps = tuple(
        Step(outcome, line.number, faults.get(n))
        for n, (line, outcome) in enumerate(zip(file.lines, result.outcomes, strict=True), 1)
    )
    return Synced(steps, result.delisted, result.held_back, sync_id, replayed=True)


def _numbers(steps: Iterable[Step]) -> tuple[str, ...]:
    return tuple(step.number for step in steps if step.number is not None)
