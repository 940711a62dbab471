"""Interests before content, sealed scores before known ones: what a panel refuses, and to whom.

A domain's own panel is built on `Panel` < `Conflicting` < `Replacing`: it brings commands, events and `TERMS`.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.kernel.aggregate import Aggregate
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.message import N_
from domain.scoring.composition import Composition
from domain.scoring.judging import Judging
from domain.scoring.sealing import commitment
from domain.scoring.terms import Terms
from domain.scoring.vocabulary import Criterion


class Panel(Aggregate):
    """Those who judge what came in for one call, public since `public_since`."""

    TERMS: ClassVar[Terms]

    def take_up(self, stage: StrEnum, call_id: UUID, public_since: datetime, judging: Judging) -> None:
        """The state of a panel that was named just now."""
        self.stage, self.call_id, self.public_since, self.judging = stage, call_id, public_since, judging

    def withheld_from(self, reader: UUID | None) -> bool:
        """While points of a round that is not over are known: nobody decides by them who judges."""
        del reader
        return any(self.judging.is_open(subject) for subject, _ in self.judging.points)

    def may_read(self, person_id: UUID, subject: UUID) -> bool:
        """Whether the person may see what it says: whoever judges it and has declared their interest."""
        return self.judging.may_read(person_id, subject)

    def require(self, command: Command, *stages: StrEnum) -> None:
        """Refuse the command unless the panel stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def require_subject(self, subject: UUID) -> None:
        """Refuse what is not judged here."""
        if subject not in self.judging.panels:
            raise InvalidValue(self.TERMS.pointer, self.TERMS.unknown)

    def require_owner(self, subject: UUID, organisation_id: UUID) -> None:
        """Refuse another organisation than the one whose it is: of it the register would be asked."""
        self.require_subject(subject)
        if organisation_id != self.judging.owners[subject]:
            raise InvalidValue("/organisation_id", self.TERMS.foreign)

    def require_outsider(self, ctx: Context) -> None:
        """Refuse anybody who judges or may come to, whoever they are besides, to decide who does."""
        if ctx.actor in self.judging.people:
            raise RuleViolated(f"{self.TERMS.panel}.own", self.TERMS.own, citation=self.TERMS.citation)

    def require_declaring(self, command: Command, subject: UUID, organisation_id: UUID, ctx: Context) -> None:
        """Refuse all but a judge who has not declared an interest in it yet."""
        self._require_judge(command, subject, ctx)
        if (subject, ctx.actor) in self.judging.declared:
            raise RuleViolated(f"{self.TERMS.rule}.interest.once", self.TERMS.declared_once)
        self.require_owner(subject, organisation_id)

    def require_committing(self, command: Command, subject: UUID, organisation_id: UUID, ctx: Context) -> None:
        """Refuse all but a judge who has declared, and not committed yet."""
        self._require_judge(command, subject, ctx)
        self.require_owner(subject, organisation_id)
        judged = (subject, ctx.actor)
        if judged not in self.judging.declared:
            raise RuleViolated(
                f"{self.TERMS.rule}.interest.first", self.TERMS.declare_first, citation=self.TERMS.citation
            )
        if judged in self.judging.commitments:
            raise RuleViolated(f"{self.TERMS.rule}.score.once", self.TERMS.committed_once)

    def require_revealing(self, command: Command, subject: UUID, asked: Composition, ctx: Context) -> None:
        """Refuse all but a judge whose score is not known yet; before every commitment is in, of all who must judge."""
        self._require_judge(command, subject, ctx)
        self.require_panels(self.judging.panels, asked, ctx)
        waiting = self.judging.waiting
        if waiting:
            raise RuleViolated(
                f"{self.TERMS.rule}.score.sealed", self.TERMS.waiting, citation=self.TERMS.citation, waiting=waiting
            )
        if (subject, ctx.actor) in self.judging.points:
            raise RuleViolated(f"{self.TERMS.rule}.score.once", self.TERMS.known_once)

    def require_points(
        self, subject: UUID, points: Mapping[str, int], salt: str, criteria: Collection[Criterion], ctx: Context
    ) -> None:
        """Refuse points that are not one number for each criterion, within what it gives, or not those committed to."""
        _require_points(points, criteria)
        found, committed = commitment(subject, ctx.actor, points, salt), self.judging.commitments[subject, ctx.actor]
        if found != committed:
            raise RuleViolated(
                f"{self.TERMS.rule}.score.mismatch",
                N_("Points and salt make {found}; committed was {committed}."),
                citation=self.TERMS.citation,
                found=found,
                committed=committed,
            )

    def require_known(self, subjects: Iterable[UUID], asked: Composition, ctx: Context) -> None:
        """Refuse to rank these before every score is known, of everybody who must judge."""
        subjects = tuple(subjects)
        self.require_panels(subjects, asked, ctx)
        missing = self.judging.missing(subjects)
        if missing:
            raise RuleViolated(
                f"{self.TERMS.rule}.score.all",
                N_("{missing} scores are not known yet."),
                citation=self.TERMS.citation,
                missing=missing,
            )

    def require_panels(self, subjects: Iterable[UUID], asked: Composition, ctx: Context) -> None:
        """Refuse to go on while what has a round that is not over lacks judges, or a recusal is still to be decided.

        Raises: RuleViolated, which names the first that lacks some, and says what to do.
        """
        suspected = self.judging.suspected
        if suspected:
            raise RuleViolated(
                f"{self.TERMS.rule}.interest.undecided",
                N_("{count} conflicts of interest are to be decided first: offices recorded since the call is public."),
                citation=self.TERMS.citation,
                count=len(suspected),
            )
        for subject in subjects:
            if self.judging.is_open(subject):
                self.require_panel(subject, self.judging.panels[subject], asked, ctx)

    def require_panel(self, subject: UUID, panel: tuple[UUID, ...], asked: Composition, ctx: Context) -> None:
        """Refuse to have it judged by these, where they are too few, an even number, or lack experts."""
        terms = self.TERMS
        experts = self.judging.experts_among(panel)
        about = {terms.noun: str(subject)}
        asked.require(len(panel), experts, panel=terms.panel, texts=terms.lacks, ctx=ctx, **about)

    def _require_judge(self, command: Command, subject: UUID, ctx: Context) -> None:
        """Refuse whoever does not judge it: strangers, and by name of the rule those who did."""
        self.require_subject(subject)
        terms, judged = self.TERMS, (subject, ctx.actor)
        if judged in self.judging.recused:
            raise RuleViolated(f"{terms.rule}.interest.recused", terms.recused, citation=terms.citation)
        if judged in self.judging.left:
            raise RuleViolated(f"{terms.panel}.replaced", terms.replaced, citation=terms.citation)
        if ctx.actor not in self.judging.panels[subject]:
            raise NotPermitted(command.name, (terms.role,))


def _require_points(points: Mapping[str, int], criteria: Collection[Criterion]) -> None:
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
