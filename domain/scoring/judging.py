"""Several people judge several things: interests before content, sealed scores before known ones.

State and refusals of any panel. Its events belong to the domain that asks, and so do the words of its refusals.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
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


class Judging:
    """Who judges what, and how far they are. `panels` are, for each thing, the persons who judge it, in order."""

    def __init__(self, terms: Terms, members: Iterable[UUID] = (), alternates: Iterable[UUID] = ()) -> None:
        self.terms = terms
        self.members, self.alternates = tuple(members), tuple(alternates)
        self.panels: dict[UUID, tuple[UUID, ...]] = {}
        self._seats: dict[UUID, tuple[UUID, ...]] = {}
        """Panels of what is not judged now, in case that it will be."""
        self.rounds: dict[UUID, int] = {}
        self.recused: set[Judged] = set()
        self.declared: dict[Judged, Interest] = {}
        self.commitments: dict[Judged, str] = {}
        self.points: dict[Judged, Mapping[str, int]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Judging) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment] # it changes

    def begin(self, subjects: Sequence[UUID]) -> None:
        """These are judged. What was judged before keeps its panel and its scores; what is not named any more goes."""
        for gone in self.panels.keys() - set(subjects):
            self._forget(gone)
        self._seats |= self.panels
        self.panels = {one: self._seats.get(one, self.members) for one in subjects}
        self.rounds |= {one: 1 for one in subjects if one not in self.rounds}

    def begin_again(self, subject: UUID, round_: int) -> None:
        """It is scored anew by the same persons, who have declared their interests already."""
        self.rounds[subject] = round_
        self._forget(subject)

    def recuse(self, subject: UUID, person: UUID, substitute: UUID | None) -> None:
        """The person does not judge it; the substitute does."""
        self.recused.add((subject, person))
        rest = tuple(one for one in self.panels[subject] if one != person)
        self.panels[subject] = rest if substitute is None else (*rest, substitute)

    @property
    def expected(self) -> int:
        """How many scores there will be."""
        return sum(len(panel) for panel in self.panels.values())

    def missing(self, subjects: Iterable[UUID]) -> int:
        """How many scores of these are not known yet."""
        return sum((one, person) not in self.points for one in subjects for person in self.panels[one])

    def scores(self, subject: UUID) -> list[Mapping[str, int]]:
        """What each of its judges gave, in their order."""
        return [self.points[subject, person] for person in self.panels[subject]]

    def sits(self, person: UUID) -> bool:
        """Whether the person is a member, or judges something in somebody's place."""
        return person in self.members or any(person in panel for panel in self.panels.values())

    def may_read(self, person: UUID, subject: UUID) -> bool:
        """Whether the person may see what it says: whoever judges it and has declared their interest."""
        return person in self.panels.get(subject, ()) and (subject, person) in self.declared

    def substitute(self, subject: UUID) -> UUID | None:
        """The first alternate who neither judges it nor was recused from it."""
        taken = set(self.panels[subject]) | {person for key, person in self.recused if key == subject}
        return next((one for one in self.alternates if one not in taken), None)

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
        waiting = self.expected - len(self.commitments)
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
        if ctx.actor not in self.panels[subject]:
            raise NotPermitted(command, (self.terms.role,))

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
