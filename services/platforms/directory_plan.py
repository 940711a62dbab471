"""What a file would do to a directory: an outcome for each line, and the commands that bring it about.

It follows from file, directory and register alone, so a dry run tells what a run does.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.text import Line
from domain.organisations.vocabulary import Identifier, IdentifierValue, Scheme
from domain.platforms.commands.member import AmendMember, DelistMember, ListMember, RelistMember
from domain.platforms.directory import Directory
from domain.platforms.vocabulary import LineFault, LineOutcome, MemberFacts, MemberNumber


class DirectoryLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One member: who it is, or, with `delisted`, that the number is nobody's any more.

    `scheme` and `identifier` are those by which the register knows the organisation.
    """

    number: MemberNumber
    title: Line | None = None
    scheme: Scheme | None = None
    identifier: IdentifierValue | None = None
    joined_on: date | None = None
    delisted: bool = False

    @property
    def facts(self) -> MemberFacts | None:
        """What it says of a member; None where it does not say enough."""
        if self.title is None or self.scheme is None or self.identifier is None:
            return None
        return MemberFacts(
            identifier=Identifier(self.scheme, self.identifier), title=self.title, joined_on=self.joined_on
        )


class BadLine(msgspec.Struct, frozen=True):
    """A line that says nothing that could be done; `number` is whose it is, as far as that can be read."""

    fault: LineFault
    number: str | None = None


ReadLine = DirectoryLine | BadLine


class Step(msgspec.Struct, frozen=True):
    """What becomes of a line, or of a member who is missing from the file: the command for it, if it takes one."""

    outcome: LineOutcome
    number: str | None
    fault: LineFault | None = None
    command: Command | None = None


class Plan(msgspec.Struct, frozen=True):
    """`steps` are those of the lines, in their order; `missing` those of members who are in no line.

    `rounds`: places among `steps` whose commands can be sent at once, round after round; `missing` go before them all.
    """

    steps: tuple[Step, ...]
    missing: tuple[Step, ...]
    rounds: tuple[tuple[int, ...], ...]
    held_back: bool


class Planning:
    """Plans for one client: `holder` gives the organisation that has an identifier, `today` is the day in Kosovo.

    `done` are the outcomes of numbers that an earlier try of the same file has brought about already.
    """

    def __init__(
        self,
        client_id: UUID,
        directory: Directory,
        holder: Callable[[Identifier], UUID | None],
        today: date,
        done: Mapping[str, LineOutcome],
    ) -> None:
        self._client_id, self._directory = client_id, directory
        self._holder, self._today, self._done = holder, today, done
        self._numbers = directory.listed()

    def plan(self, lines: Sequence[ReadLine], *, complete: bool) -> Plan:
        """The whole file; with `complete` whoever is in no line is delisted, unless a line cannot be read."""
        steps: list[Step | None] = [None] * len(lines)
        often = Counter(line.number for line in lines if line.number is not None)
        claimed = Counter(self._organisation(line) for line in lines)
        for n, line in enumerate(lines):
            steps[n] = self._settled(line, often, claimed)
        unread = any(line.number is None for line in lines)
        missing = () if unread or not complete else tuple(self._missing(often))
        self._numbers = {
            organisation: number
            for organisation, number in self._numbers.items()
            if number not in {one.number for one in (*steps, *missing) if one and one.outcome is LineOutcome.DELISTED}
        }
        settled = tuple(n for n, step in enumerate(steps) if step is not None and step.command is not None)
        rounds = (settled, *self._entered(lines, steps))
        told = tuple(one for one in steps if one is not None)
        return Plan(told, missing, rounds, held_back=complete and unread)

    def _settled(self, line: ReadLine, often: Counter[str], claimed: Counter[UUID | None]) -> Step | None:
        """The step of a line that depends on no other member; None for one that enters or amends."""
        number = line.number
        if isinstance(line, BadLine):
            return _refused(line.fault, number)
        if often[line.number] > 1:
            return _refused(LineFault.NUMBER_TWICE, number)
        if line.number in self._done:
            return Step(self._done[line.number], number)
        if line.delisted:
            return self._delisted(line.number)
        return self._at_fault(line, claimed)

    def _at_fault(self, line: DirectoryLine, claimed: Counter[UUID | None]) -> Step | None:
        organisation = self._organisation(line)
        if line.facts is None:
            return _refused(LineFault.UNREADABLE, line.number)
        if line.joined_on is not None and line.joined_on > self._today:
            return _refused(LineFault.IN_FUTURE, line.number)
        if organisation is None:
            return _refused(LineFault.UNKNOWN_IDENTIFIER, line.number)
        if claimed[organisation] > 1:
            return _refused(LineFault.ORGANISATION_TWICE, line.number)
        return None

    def _delisted(self, number: str) -> Step:
        known = self._directory.entries.get(number)
        if known is None:
            return _refused(LineFault.UNKNOWN_NUMBER, number)
        if not known.listed:
            return Step(LineOutcome.UNCHANGED, number)
        return Step(LineOutcome.DELISTED, number, command=DelistMember(client_id=self._client_id))

    def _missing(self, often: Counter[str]) -> list[Step]:
        """Members in no line: still listed, or delisted by an earlier try."""
        named = [
            number
            for number, entry in sorted(self._directory.entries.items())
            if number not in often and (entry.listed or self._done.get(number) is LineOutcome.DELISTED)
        ]
        return [
            Step(
                LineOutcome.DELISTED,
                number,
                command=None if number in self._done else DelistMember(client_id=self._client_id),
            )
            for number in named
        ]

    def _entered(self, lines: Sequence[ReadLine], steps: list[Step | None]) -> tuple[tuple[int, ...], ...]:
        """Fill in the steps that enter and amend: an organisation may come to a number once it has left another."""
        rounds: list[tuple[int, ...]] = []
        waiting = [n for n, step in enumerate(steps) if step is None]
        while waiting:
            free = [n for n in waiting if self._has_room(lines[n])]
            if not free:
                break
            for n in free:
                steps[n] = self._step(lines[n])
            rounds.append(tuple(free))
            waiting = [n for n in waiting if n not in free]
        for n in waiting:
            steps[n] = _refused(LineFault.ORGANISATION_TWICE, lines[n].number)
        return tuple(rounds)

    def _has_room(self, line: ReadLine) -> bool:
        organisation = self._organisation(line)
        return organisation is not None and self._numbers.get(organisation) in (None, line.number)

    def _step(self, line: ReadLine) -> Step:
        organisation, facts = self._organisation(line), line.facts if isinstance(line, DirectoryLine) else None
        if organisation is None or facts is None or line.number is None:
            raise TypeError(line)
        number, known = line.number, self._directory.entries.get(line.number)
        self._numbers = {one: held for one, held in self._numbers.items() if held != number} | {organisation: number}
        said: dict[str, object] = {"client_id": self._client_id, "organisation_id": organisation, "facts": facts}
        if known is None:
            command: Command = ListMember(number=number, **said)  # type: ignore[arg-type] # as `said` names them
            return Step(LineOutcome.LISTED, number, command=command)
        if not known.listed:
            return Step(LineOutcome.LISTED, number, command=RelistMember(**said))  # type: ignore[arg-type]
        if (known.organisation_id, known.facts) == (organisation, facts):
            return Step(LineOutcome.UNCHANGED, number)
        return Step(LineOutcome.AMENDED, number, command=AmendMember(**said))  # type: ignore[arg-type]

    def _organisation(self, line: ReadLine) -> UUID | None:
        if isinstance(line, BadLine) or line.delisted or line.facts is None:
            return None
        return self._holder(line.facts.identifier)


def _refused(fault: LineFault, number: str | None) -> Step:
    return Step(LineOutcome.REFUSED, number, fault)
