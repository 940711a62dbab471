"""Windows open to the public: between two instants, for at least as many days as a rule asks for, counted and proven.

A domain declares each of its windows once (`Window`): the rule that binds it, the event that opens it, and what drafts
that fall short are told. The rest is the same for all: how long a window is, when it ends and by what proof, what the
linter finds, what a judgement says of one that was run, and that the clock alone closes it. An end is exclusive: what
comes at it is late.
"""

from collections.abc import Callable, Generator
from datetime import datetime
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline, count_days, deadline, last_day, local_day, recomputed
from domain.kernel.errors import Finding, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.findings import ERROR, finding
from domain.kernel.judging import Law, Point, Step, Verdict, point
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.kernel.rules import Rule


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of window.

    `rule` finds the rule on its least length, `opened_by` names the event from which days are counted, `field` the
    field of commands and drafts that asks for more days than the least. `name` is what judgements call it.
    `not_countable` and `too_short` are the codes of findings; `shortfall` is the text of the latter, about `days`,
    `unit`, `counting` and `least`.
    """

    name: str
    rule: Callable[[Law], Rule]
    opened_by: str
    field: str
    not_countable: str
    too_short: str
    shortfall: str

    def end(self, law: Law, opens_at: datetime, days: int | None, opened_by: str = "") -> Deadline:
        """When a window of `days` (None: the least) that opens at `opens_at` is over.

        Raises: RuleViolated when days are needed that no published calendar holds.
        """
        return deadline(self.rule(law), opens_at, opened_by or self.opened_by, law.calendar, n=days)

    def lengthened(self, law: Law, old: Deadline | None, opens_at: datetime, days: int) -> Deadline:
        """The end of the same window at another length, under the rule it was opened with."""
        if old is None:
            return self.end(law, opens_at, days)
        rule = Rule(
            key=old.rule, value=old.n, unit=old.unit, counting=old.counting, citation=old.citation, pack=old.rule_pack
        )
        return deadline(rule, old.anchor, old.anchor_event, law.calendar, n=days)

    def length(self, law: Law, opens_at: datetime, closes_at: datetime) -> int:
        """How many days, as the rule counts them, a window has that ends at `closes_at`.

        Raises: RuleViolated when days are needed that no published calendar holds.
        """
        rule = self.rule(law)
        return count_days(local_day(opens_at), last_day(closes_at), rule.unit, rule.counting, law.calendar)

    def lint(self, ctx: Context, days: int | None, closes_at: datetime | None) -> Generator[Finding, None, int | None]:
        """What can be said against opening now for `days` (None: the least), or until the end that history gives.

        Returns, when all is said: how many days it would have; None where no published calendar holds them.
        """
        rule = self.rule(ctx)
        try:
            length = self._planned(ctx, days, closes_at)
        except RuleViolated as error:
            yield Finding(self.not_countable, ERROR, error.message, error.citation or rule.citation, error.rule)
            return None
        if length < rule.number:
            yield finding(
                self.too_short,
                self.shortfall,
                citation=rule.citation,
                rule=rule.key,
                pointer=f"/{self.field}",
                days=length,
                unit=rule.unit.value,
                counting=rule.counting.value,
                least=rule.number,
            )
        return length

    def _planned(self, ctx: Context, days: int | None, closes_at: datetime | None) -> int:
        if closes_at is not None:
            return self.length(ctx, ctx.now, closes_at)
        chosen = self.rule(ctx).number if days is None else days
        self.end(ctx, ctx.now, chosen)  # raises where its days cannot be counted
        return chosen

    def judged(self, step: Step, opens_at: datetime, closes_at: datetime) -> Point:
        """What the law of the step at which it was opened says of its length; refused where it was too short."""
        rule = self.rule(step.law)
        try:
            days = self.length(step.law, opens_at, closes_at)
            limit = self.end(step.law, opens_at, None, type(step.event).__name__).due_at
        except RuleViolated:
            return point(self.name, step, rule, Verdict.NOT_COUNTABLE, happened_at=closes_at)
        verdict = Verdict.REFUSED if days < rule.number else Verdict.IN_ORDER
        return point(self.name, step, rule, verdict, given=days, happened_at=closes_at, limit=limit)

    def told_end(self, closes_at: datetime | None, opens_at: datetime, ctx: Context) -> datetime | None:
        """The end that history gives; nobody sets one by hand today."""
        if closes_at is None:
            return None
        if not ctx.imported:
            raise InvalidValue(
                "/closes_at", N_("The end follows from the rule; give `{field}` instead."), field=self.field
            )
        if closes_at < opens_at:
            raise InvalidValue(
                "/closes_at",
                N_("The window ends at {closes_at}, before it starts at {starts_at}."),
                closes_at=closes_at.isoformat(),
                starts_at=opens_at.isoformat(),
            )
        return closes_at

    def require_over(self, closes_at: datetime, proof: Deadline | None, ctx: Context) -> None:
        """Refuse to close before the end; history says when it was closed."""
        if ctx.now < closes_at:
            rule = self.rule(ctx)
            raise RuleViolated(
                proof.rule if proof else rule.key,
                N_("The window runs until {closes_at} and cannot be closed earlier."),
                citation=proof.citation if proof else rule.citation,
                closes_at=closes_at.isoformat(),
            )


def recounted(proof: Deadline | None, closes_at: datetime, ctx: Context) -> Deadline | None:
    """The proof of an open window's end by the calendar of today where that gives more time; None where it does not."""
    new = None if proof is None or ctx.now >= closes_at else recomputed(proof, ctx.calendar)
    return new if new is not None and new.due_at > closes_at else None


def require_clock(command: Command, ctx: Context) -> None:
    """Refuse what only the clock does to anybody else; history tells of it itself."""
    if ctx.mandate.role != Role.CLOCK and not ctx.imported:
        raise NotPermitted(command.name, (Role.CLOCK,))


def proven(rule: Rule, anchor: datetime, anchor_event: str, ctx: Context) -> Deadline | None:
    """The deadline that a decision of today rests on; None only for history older than any published calendar."""
    try:
        return deadline(rule, anchor, anchor_event, ctx.calendar)
    except RuleViolated:
        if ctx.imported:
            return None
        raise


def judged_notice(name: str, step: Step, rule: Rule, *, about: UUID, begins_at: datetime) -> Point:
    """Whether what was told left as many days before `begins_at` as the rule asks for; refused where it did not."""
    try:
        limit = deadline(rule, step.event.occurred_at, type(step.event).__name__, step.law.calendar).due_at
    except RuleViolated:
        return point(name, step, rule, Verdict.NOT_COUNTABLE, about=about, happened_at=begins_at)
    verdict = Verdict.REFUSED if begins_at < limit else Verdict.IN_ORDER
    return point(name, step, rule, verdict, about=about, happened_at=begins_at, limit=limit)
