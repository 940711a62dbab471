"""Several people judge several things: who judges what, and how far they are.

The state of any panel, folded from events that belong to the domain that asks. `domain/scoring/panel.py` decides by it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.scoring.composition import Composition
from domain.scoring.vocabulary import Interest

Judged = tuple[UUID, UUID]
"""(what is judged, person)"""
Seat = tuple[UUID, UUID | None]
"""(what is judged, who takes a place at it: nobody where none is left)"""


class Judge(Protocol):
    """Somebody who judges, or may come to; `employers` are organisations, past ones too."""

    @property
    def person_id(self) -> UUID:
        """Who it is."""

    @property
    def employers(self) -> tuple[UUID, ...]:
        """For whom they work, or did."""

    @property
    def external(self) -> bool:
        """Whether they come from outside the institution."""


class Judging:
    """Who judges what. `panels` are, for each thing, the persons who judge it, in order; `owners` whose it is.

    Who `left` a thing was recused from it or replaced, and never judges it again. `owing_since` is when a person got it
    to score, `sealed_since` when last something changed in who judges or has committed. `suspected` are register
    entries nobody has decided about, `cleared` those by which nobody is recused. `closed` are the rounds that are over.
    """

    def __init__(
        self, at: datetime, people: Iterable[Judge], members: Iterable[UUID], alternates: Iterable[UUID] = ()
    ) -> None:
        self.people: dict[UUID, Judge] = {one.person_id: one for one in people}
        self.members, self.alternates = tuple(members), tuple(alternates)
        self.sealed_since = at
        self.owners: dict[UUID, UUID] = {}
        self.panels: dict[UUID, tuple[UUID, ...]] = {}
        self._seats: dict[UUID, tuple[UUID, ...]] = {}
        """Panels of what is not judged now, in case that it will be."""
        self.rounds: dict[UUID, int] = {}
        self.closed: dict[UUID, int] = {}
        self.recused: set[Judged] = set()
        self.left: set[Judged] = set()
        self.replaced: set[UUID] = set()
        self.declared: dict[Judged, Interest] = {}
        self.suspected: dict[Judged, tuple[UUID, ...]] = {}
        self.cleared: set[tuple[Judged, UUID]] = set()
        self.owing_since: dict[Judged, datetime] = {}
        self.commitments: dict[Judged, str] = {}
        self.points: dict[Judged, Mapping[str, int]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Judging) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment] # it changes

    def begin(self, owners: Mapping[UUID, UUID], at: datetime) -> None:
        """These are judged. What was judged before keeps its panel and its scores; what is not named any more goes."""
        for gone in self.panels.keys() - owners.keys():
            self._forget(gone)
        self.owners = dict(owners)
        self._seats |= self.panels
        new = [one for one in owners if one not in self.rounds]
        self.panels = {one: self._seats.get(one, self.members) for one in owners}
        self.rounds |= dict.fromkeys(new, 1)
        self._owe(new, at)

    def begin_again(self, subject: UUID, at: datetime) -> None:
        """It is scored anew by the same persons, who have declared their interests already."""
        self.rounds[subject] += 1
        self._forget(subject)
        self._owe([subject], at)

    def close(self) -> None:
        """Every score is known."""
        self.closed = dict(self.rounds)

    def suspect(self, subject: UUID, person: UUID, entries: tuple[UUID, ...]) -> None:
        """Entries of the register that came late: whether they recuse is to be decided."""
        if entries:
            self.suspected[subject, person] = (*self.suspected.get((subject, person), ()), *entries)

    def clear(self, subject: UUID, person: UUID, at: datetime, *, recused: bool) -> None:
        """It was decided whether what is suspected recuses the person; by a `recuse` that follows it does."""
        self.sealed_since = at
        entries = self.suspected.pop((subject, person), ())
        if not recused:
            self.cleared |= {((subject, person), one) for one in entries}

    def recuse(self, subject: UUID, person: UUID, substitute: UUID | None, at: datetime) -> None:
        """The person does not judge it; the substitute does."""
        self.recused.add((subject, person))
        self._leave(subject, person)
        self.sit(subject, substitute, at)

    def replace(self, person: UUID, seats: Iterable[Seat], at: datetime) -> None:
        """The person judges none of these any more; for each, somebody does, or nobody."""
        self.replaced.add(person)
        for subject, substitute in seats:
            self._leave(subject, person)
            self.sit(subject, substitute, at)

    def extend(self, people: Iterable[Judge], alternates: Iterable[UUID], seats: Iterable[Seat], at: datetime) -> None:
        """More may come to judge, behind the others; who fills an empty place does so at once."""
        self.people |= {one.person_id: one for one in people}
        self.alternates += tuple(alternates)
        for subject, person in seats:
            self.sit(subject, person, at)

    def sit(self, subject: UUID, person: UUID | None, at: datetime) -> None:
        """One more judges it, if there is one."""
        self.sealed_since = at
        if person is not None:
            self.panels[subject] = (*self.panels[subject], person)
            self.owing_since[subject, person] = at

    def commit(self, subject: UUID, person: UUID, commitment: str, at: datetime) -> None:
        """The person's points stand, and nobody knows them."""
        self.commitments[subject, person] = commitment
        self.sealed_since = at

    def is_open(self, subject: UUID) -> bool:
        """Whether its present round is not over."""
        return self.closed.get(subject) != self.rounds[subject]

    @property
    def open(self) -> tuple[UUID, ...]:
        """What is judged in a round that is not over."""
        return tuple(one for one in self.panels if self.is_open(one))

    @property
    def waiting(self) -> int:
        """How many scores of the rounds that are not over are not committed yet."""
        return sum((one, person) not in self.commitments for one in self.open for person in self.panels[one])

    def missing(self, subjects: Iterable[UUID]) -> int:
        """How many scores of these are not known yet."""
        return sum((one, person) not in self.points for one in subjects for person in self.panels[one])

    def scores(self, subject: UUID) -> list[Mapping[str, int]]:
        """What each of its judges gave, in their order."""
        return [self.points[subject, person] for person in self.panels[subject]]

    def sits(self, person: UUID) -> bool:
        """Whether the person is a member, or judges or judged something in somebody's place."""
        took_a_place = any(person in panel for panel in self.panels.values())
        return person in self.members or took_a_place or any(one == person for _, one in self.left)

    def may_read(self, person: UUID, subject: UUID) -> bool:
        """Whether the person may see what it says: whoever judges it and has declared their interest."""
        return person in self.panels.get(subject, ()) and (subject, person) in self.declared

    def experts_among(self, panel: Collection[UUID]) -> int:
        """How many of them are from outside."""
        return sum(self.people[one].external for one in panel)

    def alternates_of(self, subject: UUID) -> tuple[UUID, ...]:
        """Who may take a place at it, in their order: nobody who judges it, left it, or was replaced anywhere."""
        out = {*self.panels[subject], *self.replaced}
        return tuple(one for one in self.alternates if one not in out and (subject, one) not in self.left)

    def hidden_of(self, person: UUID) -> Iterator[UUID]:
        """What the person judges, in a round that is not over, and has not shown points for."""
        return (one for one in self.open if person in self.panels[one] and (one, person) not in self.points)

    def filled(self, more: Iterable[UUID], asked: Composition) -> Iterator[tuple[UUID, UUID]]:
        """Empty places, each taken by the next, by `more` at last: as few as make a panel what it must be, or none."""
        more = tuple(more)
        for subject in self.open:
            panel, following = self.panels[subject], (*self.alternates_of(subject), *more)
            size, experts = len(panel), self.experts_among(panel)
            enough = [n for n in range(len(following) + 1) if asked.lack(size + n, experts + n) is None]
            if enough:
                yield from ((subject, one) for one in following[: enough[0]])

    def silent_since(self, person: UUID, asked: Composition) -> datetime | None:
        """Since when others wait for the person's commitment, or for their points once all may show them.

        None where nothing is owed.
        """
        held = [one for one in self.open if person in self.panels[one]]
        uncommitted = [self.owing_since[one, person] for one in held if (one, person) not in self.commitments]
        if uncommitted:
            return min(uncommitted)
        return self.sealed_since if any(self.hidden_of(person)) and self._may_show(asked) else None

    def _may_show(self, asked: Composition) -> bool:
        lawful = all(
            asked.lack(len(self.panels[one]), self.experts_among(self.panels[one])) is None for one in self.open
        )
        return lawful and not self.suspected and not self.waiting

    def _owe(self, subjects: Iterable[UUID], at: datetime) -> None:
        self.sealed_since = at
        self.owing_since |= {(one, person): at for one in subjects for person in self.panels[one]}

    def _leave(self, subject: UUID, person: UUID) -> None:
        judged = subject, person
        self.left.add(judged)
        self.panels[subject] = tuple(one for one in self.panels[subject] if one != person)
        for held in (self.commitments, self.points, self.suspected, self.owing_since):
            held.pop(judged, None)

    def _forget(self, subject: UUID) -> None:
        for key in [key for key in self.commitments if key[0] == subject]:
            del self.commitments[key]
            self.points.pop(key, None)
