"""A monitoring report: due by the clock, frozen exactly, objected to by co-chairs, approved with its digest."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.action_measures.commands import monitoring_report as c
from domain.action_measures.events import monitoring_report as e
from domain.action_measures.indicator_vocabulary import Figure, QueryName
from domain.action_measures.monitoring import EventRange, LogPosition, report_id
from domain.action_measures.monitoring_policies import POLICIES
from domain.action_measures.monitoring_report import MonitoringReport
from domain.action_measures.strategy import Strategy
from domain.council.council import Council
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ResolutionKind, ResolutionSubject, Side
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.manifest import Reaction
from domain.kernel.text import Text, text
from tests.domain.action_measures import examples as x
from tests.domain.action_measures import monitoring_examples as y
from tests.domain.council import examples as council
from tests.support.council import RESOLUTION, resolved
from tests.support.given import MINISTRY, NATIONAL, Outcome, built, given, given_nothing, told

EXPECT = c.ExpectMonitoringReport(strategy_id=x.STRATEGY, period=y.PERIOD)
BEGIN, MARK, PUBLISH = c.BeginMonitoringReport(), c.MarkMonitoringReportOverdue(), c.PublishMonitoringReport()
DRAFT = c.DraftMonitoringReport(foreword=y.WORDS)
FREEZE = c.FreezeMonitoringReport(frozen=y.FROZEN)
REOPEN = c.ReopenMonitoringReport(reason=y.REOPENED.reason)
DISSENT = c.AddDissent(council_id=council.COUNCIL, side=Side.CSO, text=y.DISSENTED.text)
APPROVE = c.ApproveMonitoringReport(resolution_id=RESOLUTION)
SUBJECT = ResolutionSubject(kind=ResolutionKind.APPROVE_REPORT, tenant="opm", stream_id=y.REPORT, part=y.FROZEN.digest)
LATE = y.DUE_BY.due_at
_ENDS = timedelta(microseconds=1)
CHAIRED = (council.CONSTITUTED, council.filled(council.cso(1)), council.e.CoChairAppointed(
    seat=council.cso(1), person_id=council.person(council.cso(1)), decision_no="8/2026"
))  # fmt: skip


def decided(command: Command, *past: Event, **facts: Any) -> Outcome:
    """By the co-chair of civil society, after the half-year."""
    asked: dict[str, Any] = {
        "tenant": NATIONAL,
        "now": y.AFTER,
        "actor": council.person(council.cso(1)),
        "references": {
            "strategy": built(Strategy, [x.ADOPTED], x.STRATEGY),
            "council": built(Council, CHAIRED, council.COUNCIL),
        },
        "registers": (resolved(SUBJECT),),
    }
    start = (
        given(MonitoringReport, past, stream_id=y.REPORT)
        if past
        else given_nothing(MonitoringReport, stream_id=y.REPORT)
    )
    return start.when(command, **(asked | facts))


def test_a_report_from_the_half_year_to_its_publication() -> None:
    decided(EXPECT, now=y.SPAN.ends - _ENDS).then([y.EXPECTED])
    decided(BEGIN, y.EXPECTED, now=y.SPAN.ends).then([y.FELL_DUE])
    decided(DRAFT, *y.UP_TO_DRAFT[:2]).then([y.DRAFTED])
    decided(FREEZE, *y.UP_TO_DRAFT).then([y.WAS_FROZEN])
    decided(DISSENT, *y.UP_TO_FREEZE).then([y.DISSENTED])
    [approved] = decided(APPROVE, *y.UP_TO_FREEZE).then_events(e.MonitoringReportApproved).events
    assert (approved.resolution, len(approved.votes)) == ("3/2026", 2)
    decided(PUBLISH, *y.UP_TO_FREEZE, y.APPROVED, now=LATE - _ENDS).then([y.PUBLISHED])
    decided(PUBLISH, *y.UP_TO_FREEZE, y.APPROVED, now=LATE).then([e.MonitoringReportPublished(late=True)])
    assert MonitoringReport.settled_id(1, EXPECT) == y.REPORT
    assert MonitoringReport.settled_id(1, BEGIN) is None


def test_what_is_over_is_due_at_once() -> None:
    decided(EXPECT, now=y.SPAN.ends).then([y.EXPECTED, y.FELL_DUE])
    decided(BEGIN, y.EXPECTED, now=y.SPAN.ends - _ENDS).then_refused(IllegalTransition)


def test_reports_are_the_nations_and_within_the_strategy() -> None:
    decided(EXPECT, tenant=MINISTRY).then_refused(RuleViolated, rule="tenant.national")
    for period in ("2025-H2", "2031-H1"):
        decided(replace(EXPECT, period=period)).then_refused(RuleViolated, rule="monitoring.period")


_STAGES: dict[str, tuple[Event, ...]] = {
    "expected": (y.EXPECTED,),
    "due": y.UP_TO_DRAFT[:2],
    "drafted": y.UP_TO_DRAFT,
    "frozen": y.UP_TO_FREEZE,
    "approved": (*y.UP_TO_FREEZE, y.APPROVED),
    "published": y.WHOLE,
}
_POSSIBLE: dict[Command, set[str]] = {
    BEGIN: {"expected"},
    DRAFT: {"due", "drafted"},
    FREEZE: {"drafted"},
    REOPEN: {"frozen"},
    DISSENT: {"frozen", "approved", "published"},
    APPROVE: {"frozen"},
    PUBLISH: {"approved"},
}


@pytest.mark.parametrize("command", _POSSIBLE, ids=lambda one: one.name)
def test_what_is_possible_in_which_stage(command: Command) -> None:
    for stage, past in _STAGES.items():
        assert built(MonitoringReport, past, y.REPORT).stage == stage
        outcome = decided(command, *past)
        if stage in _POSSIBLE[command]:
            assert len(outcome.events) == 1, stage
        else:
            outcome.then_refused(IllegalTransition)


def test_the_clock_says_once_that_the_day_has_passed() -> None:
    decided(MARK, *y.UP_TO_FREEZE, now=LATE).then([y.MISSED])
    decided(MARK, *y.UP_TO_FREEZE, now=LATE - _ENDS).then_refused(IllegalTransition)
    decided(MARK, *y.UP_TO_FREEZE, y.MISSED, now=LATE).then_refused(IllegalTransition)
    decided(MARK, *y.WHOLE, now=LATE).then_refused(IllegalTransition)
    decided(MARK, y.EXPECTED, now=LATE).then_refused(IllegalTransition)


def test_a_reopened_report_is_frozen_anew_and_approved_by_its_new_digest() -> None:
    decided(REOPEN, *y.UP_TO_FREEZE).then([y.REOPENED])
    again = replace(y.FROZEN, contested=())
    [frozen] = decided(c.FreezeMonitoringReport(frozen=again), *y.UP_TO_FREEZE, y.REOPENED).events

    assert frozen == e.MonitoringReportFrozen(number=2, digest=again.digest, frozen=again)
    assert again.digest != y.FROZEN.digest
    decided(APPROVE, *y.UP_TO_FREEZE, y.REOPENED, frozen).then_refused(RuleViolated, rule="council.resolution")


def test_no_resolution_no_approval() -> None:
    for fold in (
        Resolutions(),
        resolved(replace(SUBJECT, part=None)),
        resolved(replace(SUBJECT, stream_id=x.STRATEGY)),
    ):
        decided(APPROVE, *y.UP_TO_FREEZE, registers=(fold,)).then_refused(RuleViolated, rule="council.resolution")


def test_only_the_co_chair_of_a_side_objects_for_it() -> None:
    for side, actor in (
        (Side.INSTITUTIONS, council.person(council.cso(1))),
        (Side.CSO, council.person(council.cso(2))),
    ):
        decided(replace(DISSENT, side=side), *y.UP_TO_FREEZE, actor=actor).then_refused(
            RuleViolated, rule="monitoring.dissent"
        )
    decided(replace(DISSENT, text=Text()), *y.UP_TO_FREEZE).then_refused(InvalidValue, pointer="/text")
    decided(replace(DISSENT, text=text(rom="Na akharel.")), *y.UP_TO_FREEZE).then_events(e.DissentAdded)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"as_of": y.SPAN.ends}, "/frozen/as_of"),
        ({"positions": (*y.FROZEN.positions, LogPosition(tenant="opm", position=91))}, "/frozen/positions/3/tenant"),
        ({"figures": (y.SHARE, y.SHARE)}, "/frozen/figures/1/query"),
        ({"figures": (replace(y.SUM, query=QueryName(name="nothing")),)}, "/frozen/figures/0/query"),
        ({"figures": (replace(y.SHARE, figure=Figure(value="76", numerator=3, denominator=4)),)}, "/frozen/figures/0/figure"),
        ({"figures": (replace(y.SUM, by_institution=()),)}, "/frozen/figures/0/figure"),
        ({"figures": (replace(y.SUM, unit=y.SHARE.unit),)}, "/frozen/figures/0/figure"),
        ({"figures": (replace(y.SUM, ranges=(EventRange(tenant="mflt", first=3, last=18, events=1),)),)}, "/frozen/figures/0/ranges/0"),
        ({"figures": (replace(y.SUM, ranges=(EventRange(tenant="mkk", first=0, last=0, events=1),)),)}, "/frozen/figures/0/ranges/0"),
    ],
)  # fmt: skip
def test_figures_are_exact_or_nothing_is_frozen(changes: dict[str, Any], pointer: str) -> None:
    decided(c.FreezeMonitoringReport(frozen=replace(y.FROZEN, **changes)), *y.UP_TO_DRAFT).then_refused(
        InvalidValue, pointer=pointer
    )


@pytest.mark.parametrize(
    ("command", "past", "field"), [(DRAFT, _STAGES["due"], "foreword"), (REOPEN, _STAGES["frozen"], "reason")]
)
def test_words_are_said_in_every_language(command: Any, past: tuple[Event, ...], field: str) -> None:
    decided(replace(command, **{field: Text()}), *past).then_refused(InvalidValue, pointer=f"/{field}")
    decided(replace(command, **{field: text(sq="Vetëm")}), *past).then_refused(RuleViolated)


def test_a_strategy_has_a_report_for_each_half_year_from_now_on() -> None:
    [first] = POLICIES[type(x.ADOPTED)](told(x.ADOPTED, x.STRATEGY, tenant=NATIONAL))
    assert first == Reaction(y.REPORT, EXPECT)
    [after] = POLICIES[type(y.FELL_DUE)](told(y.FELL_DUE, y.REPORT, tenant=NATIONAL))
    assert after.command == replace(EXPECT, period="2026-H2")
    assert after.stream_id == report_id(x.STRATEGY, "2026-H2")
    over = replace(y.FELL_DUE, period="2030-H2")
    assert list(POLICIES[type(over)](told(over, y.REPORT, tenant=NATIONAL))) == []
    history = replace(x.ADOPTED, first_day=x.FIRST.replace(2013), last_day=x.LAST.replace(2017))
    assert list(POLICIES[type(history)](told(history, x.STRATEGY, tenant=NATIONAL))) == []
