"""Several people judge several things: interests before content, sealed scores before known ones.

State and refusals of any panel. Its events belong to the domain that asks, and so do the words of its refusals.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, NotPermitted, RuleViolated
from domain.kernel.message import N_
from domain.scoring.sealing import sealed
from domain.scoring.vocabulary import Criterion, Interest

Judged = tuple[UUID, UUID]
"""(what is judged, person)"""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """How a domain says what it refuses: rules are `<rule>.interest.once` and so on, texts are templates.

    `pointer` is where a command names what is judged, `role` whom it needs.
    """

    rule: str
    citation: str
    pointer: str
    role: str
    unknown: str
    declared_once: str
    declare_first: str
    committed_once: str
    waiting: str
    known_once: str
    recused: str
    replaced: str


class Judging:
    """Who judges what, and how far they are. `panels` are, for each thing, the persons who judge it, in order.

    Who `left` a thing was recused from it or replaced, and never judges it again. `owing_since` is when a person got it
    to score, `sealed_since` when last something changed in who judges or has committed. `closed` are the rounds that
    are over.
    """

    def __init__(
        self, terms: Terms, at: datetime, members: Iterable[UUID] = (), alternates: Iterable[UUID] = ()
    ) -> None:
        self.terms, self.sealed_since = terms, at
        self.members, self.alternates = tuple(members), tuple(alternates)
        self.panels: dict[UUID, tuple[UUID, ...]] = {}
        self._seats: dict[UUID, tuple[UUID, ...]] = {}
        """Panels of what is not judged now, in case that it will be."""
        self.rounds: dict[UUID, int] = {}
        self.closed: dict[UUID, int] = {}
        self.recused: set[Judged] = set()
        self.left: set[Judged] = set()
        self.replaced: set[UUID] = set()
        self.declared: dict[Judged, Interest] = {}
        self.owing_since: dict[Judged, datetime] = {}
        self.commitments: dict[Judged, str] = {}
        self.points: dict[Judged, Mapping[str, int]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Judging) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment] # it changes

    def begin(self, subjects: Sequence[UUID], at: datetime) -> None:
        """These are judged. What was judged before keeps its panel and its scores; what is not named any more goes."""
        for gone in self.panels.keys() - set(subjects):
            self._forget(gone)
        self._seats |= self.panels
        new = [one for one in subjects if one not in self.rounds]
        self.panels = {one: self._seats.get(one, self.members) for one in subjects}
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

    def recuse(self, subject: UUID, person: UUID, substitute: UUID | None, at: datetime) -> None:
        """The person does not judge it; the substitute does."""
        self.recused.add((subject, person))
        self._leave(subject, person)
        self.sit(subject, substitute, at)

    def replace(self, person: UUID, seats: Mapping[UUID, UUID | None], at: datetime) -> None:
        """The person judges none of these any more; for each, somebody does, or nobody."""
        self.replaced.add(person)
        for subject, substitute in seats.items():
            self._leave(subject, person)
            self.sit(subject, substitute, at)

    def sit(self, subject: UUID, person: UUID | None, at: datetime) -> None:
        """One more judges it, if there is one."""
        self.sealed_since = at
        if person is not None:
            self.panels[subject] = (*self.panels[subject], person)
            self.owing_since[subject, person] = at

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

    def alternates_of(self, subject: UUID) -> tuple[UUID, ...]:
        """Who may take a place at it, in their order: nobody who judges it, left it, or was replaced anywhere."""
        out = {*self.panels[subject], *self.replaced}
        return tuple(one for one in self.alternates if one not in out and (subject, one) not in self.left)

    def silent_since(self, person: UUID) -> datetime | None:
        """Since when others wait for the person's commitment, or for their points once all may show them.

        None where nothing is owed.
        """
        held = [one for one in self.open if person in self.panels[one]]
        uncommitted = [self.owing_since[one, person] for one in held if (one, person) not in self.commitments]
        if uncommitted:
            return min(uncommitted)
        hidden = any((one, person) not in self.points for one in held)
        return self.sealed_since if hidden and not self.waiting else None

    def require_declaring(self, subject: UUID, command: str, ctx: Context) -> None:
        """Refuse all but a judge who has not declared an interest in it yet."""
        self._require_judge(subject, command, ctx)
        if (subject, ctx.actor) in self.declared:
            raise RuleViolated(f"{self.terms.rule}.interest.once", self.terms.declared_once)

    def require_committing(self, subject: UUID, command: str, ctx: Context) -> None:
        """Refuse all but a judge who has declared, and not committed yet."""
        self._require_judge(subject, command, ctx)
        judged = (subject, ctx.actor)
        if judged not in self.declared:
            raise RuleViolated(
                f"{self.terms.rule}.interest.first", self.terms.declare_first, citation=self.terms.citation
            )
        if judged in self.commitments:
            raise RuleViolated(f"{self.terms.rule}.score.once", self.terms.committed_once)

    def require_revealing(self, subject: UUID, command: str, ctx: Context) -> None:
        """Refuse all but a judge whose score is not known yet, and before every commitment is in."""
        self._require_judge(subject, command, ctx)
        waiting = self.waiting
        if waiting:
            raise RuleViolated(
                f"{self.terms.rule}.score.sealed", self.terms.waiting, citation=self.terms.citation, waiting=waiting
            )
        if (subject, ctx.actor) in self.points:
            raise RuleViolated(f"{self.terms.rule}.score.once", self.terms.known_once)

    def require_match(self, subject: UUID, person: UUID, points: Mapping[str, int], salt: str) -> None:
        """Refuse points and a salt that are not those which the person committed to."""
        found = sealed(dict(points), salt, subject, person)
        committed = self.commitments[subject, person]
        if found != committed:
            raise RuleViolated(
                f"{self.terms.rule}.score.mismatch",
                N_("Points and salt make {found}; committed was {committed}."),
                citation=self.terms.citation,
                found=found,
                committed=committed,
            )

    def _require_judge(self, subject: UUID, command: str, ctx: Context) -> None:
        """Refuse whoever does not judge it: strangers, and the recused by name of the rule."""
        if subject not in self.panels:
            raise InvalidValue(self.terms.pointer, self.terms.unknown)
        if (subject, ctx.actor) in self.recused:
            raise RuleViolated(f"{self.terms.rule}.interest.recused", self.terms.recused, citation=self.terms.citation)
        if (subject, ctx.actor) in self.left:
            raise RuleViolated(f"{self.terms.rule}.replaced", self.terms.replaced, citation=self.terms.citation)
        if ctx.actor not in self.panels[subject]:
            raise NotPermitted(command, (self.terms.role,))

    def _owe(self, subjects: Iterable[UUID], at: datetime) -> None:
        self.sealed_since = at
        self.owing_since |= {(one, person): at for one in subjects for person in self.panels[one]}

    def _leave(self, subject: UUID, person: UUID) -> None:
        judged = subject, person
        self.left.add(judged)
        self.panels[subject] = tuple(one for one in self.panels[subject] if one != person)
        for held in (self.commitments, self.points, self.owing_since):
            held.pop(judged, None)

    def _forget(self, subject: UUID) -> None:
        for key in [key for key in self.commitments if key[0] == subject]:
            del self.commitments[key]
            self.points.pop(key, None)


def require_points(points: Mapping[str, int], criteria: Collection[Criterion]) -> None:
    """Refuse points that are not one number for each criterion, within what it gives.

    Raises: InvalidValue.
    """
    most = {one.code: one.max_points for one in criteria}
    for code in sorted(most.keys() ^ points.keys()):
        raise InvalidValue(f"/points/{code}", N_("Each criterion of the call is scored, and no other."))
    for code, given in points.items():
        if given > most[code]:
            raise InvalidValue(
                f"/points/{code}",
                N_("The criterion '{code}' has at most {most} points."),
                code=code,
                most=most[code],
            )
