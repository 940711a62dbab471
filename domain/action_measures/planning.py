"""What a plan of a measure must hold: days and no words, names once, money that somebody has."""

from datetime import date

from domain.action_measures import citations
from domain.action_measures.vocabulary import MeasurePlan, Milestone, Partner
from domain.kernel import languages
from domain.kernel.amounts import require_once, require_positive
from domain.kernel.context import Context
from domain.kernel.errors import Finding, InvalidValue, RuleViolated
from domain.kernel.findings import WARNING, finding
from domain.kernel.message import N_
from domain.kernel.text import Text


def require_said(said: Text, pointer: str, ctx: Context) -> None:
    """Refuse a text that the public is to read and that lacks a language which the institution owes.

    Raises: InvalidValue, RuleViolated.
    """
    languages.require_said(said, pointer, ctx, "measure.languages")


def require_plan(plan: MeasurePlan, ctx: Context) -> None:
    """Refuse a plan that nobody could be held to; of what a source lacks, `plan_findings` tells.

    Raises: InvalidValue at the place below `/plan`, RuleViolated.
    """
    require_said(plan.title, "/plan/title", ctx)
    if plan.last_day < plan.first_day:
        raise InvalidValue("/plan/last_day", N_("The period ends before it begins."))
    require_once((one.code for one in plan.milestones), "/plan/milestones", "code")
    require_once((one.code for one in plan.budget), "/plan/budget", "code")
    for n, milestone in enumerate(plan.milestones):
        _require_milestone(milestone, plan, f"/plan/milestones/{n}", ctx)
    for n, line in enumerate(plan.budget):
        require_positive(line.planned, f"/plan/budget/{n}/planned")
    if len({line.planned.currency for line in plan.budget}) > 1:
        raise InvalidValue("/plan/budget", N_("All amounts of a measure are in one currency."))
    for n, partner in enumerate(plan.partners):
        _require_partner(partner, f"/plan/partners/{n}")


def plan_findings(plan: MeasurePlan) -> tuple[Finding, ...]:
    """What the plan lacks, as only a record of the past may."""
    return tuple(_found(one, n, plan) for n, one in enumerate(plan.milestones) if not _dated(one, plan))


def undated(code: str, words: str, pointer: str) -> Finding:
    """That a source names no day for a milestone, and what it says instead."""
    return finding(
        "measure.milestone.day",
        N_("The source names no day for milestone {code}; it says: {words}"),
        citation=citations.STRATEGY,
        pointer=pointer,
        severity=WARNING,
        code=code,
        words=words or "–",
    )


def require_dated(code: str, target: date | None, words: str) -> None:
    """Refuse words where a living plan names a day.

    Raises: RuleViolated.
    """
    if target is None or words:
        raise RuleViolated(
            "measure.milestone.day",
            N_("Milestone {code} has a day as its target; words such as “ongoing” hold nobody to anything."),
            citation=citations.STRATEGY,
            code=code,
        )


def _dated(milestone: Milestone, plan: MeasurePlan) -> bool:
    return milestone.target is not None and plan.first_day <= milestone.target <= plan.last_day


def _found(milestone: Milestone, n: int, plan: MeasurePlan) -> Finding:
    pointer = f"/plan/milestones/{n}/target"
    if milestone.target is not None:
        return finding(
            "measure.milestone.outside",
            N_("The milestone's day {day} lies outside of the measure's, {first} to {last}."),
            citation=citations.STRATEGY,
            pointer=pointer,
            severity=WARNING,
            day=milestone.target.isoformat(),
            first=plan.first_day.isoformat(),
            last=plan.last_day.isoformat(),
        )
    return undated(milestone.code, milestone.target_words, pointer)


def _require_milestone(milestone: Milestone, plan: MeasurePlan, pointer: str, ctx: Context) -> None:
    require_said(milestone.title, f"{pointer}/title", ctx)
    if ctx.imported:
        return
    require_dated(milestone.code, milestone.target, milestone.target_words)
    if not _dated(milestone, plan):
        raise InvalidValue(
            f"{pointer}/target",
            N_("The day lies outside of the measure's, {first} to {last}."),
            first=plan.first_day.isoformat(),
            last=plan.last_day.isoformat(),
        )


def _require_partner(partner: Partner, pointer: str) -> None:
    if sum(one is not None for one in (partner.institution, partner.organisation_id, partner.other)) != 1:
        raise InvalidValue(pointer, N_("A partner is an institution, an organisation or somebody else: one of them."))
