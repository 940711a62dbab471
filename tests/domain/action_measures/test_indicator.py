"""Indicators: how they are defined, how the value of a period is said, shown, verified, contested and locked."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.action_measures.commands import indicator as c
from domain.action_measures.events import indicator as e
from domain.action_measures.indicator import Indicator
from domain.action_measures.indicator_periods import Span
from domain.action_measures.indicator_vocabulary import (
    Aggregation,
    Disaggregation,
    Figure,
    Part,
    PeriodTarget,
    QueryName,
    Reach,
    Unit,
    ValueSource,
)
from domain.action_measures.measure import Measure
from domain.action_measures.strategy import Strategy
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ResolutionKind
from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.event import Event
from domain.kernel.text import Text
from tests.domain.action_measures import examples as x
from tests.domain.action_measures import indicator_examples as y
from tests.support.given import MINISTRY, NATIONAL, Outcome, built, given, given_nothing

MEASURE = built(Measure, (x.PLANNED, x.STARTED), x.MEASURE)
STRATEGY = built(Strategy, (x.ADOPTED, x.DIVIDED), x.STRATEGY)
ACCEPTING = {"registers": y.resolved(ResolutionKind.ACCEPT_VALUE)}
REOPENING = {"registers": y.resolved(ResolutionKind.REOPEN_PERIOD)}


def define(command: c.DefineIndicator, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"mandate": x.LEAD, "references": {"measure": MEASURE, "strategy": None}}
    return given_nothing(Indicator, stream_id=y.INDICATOR).when(command, **(facts | changes))


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"mandate": x.CLOCK if isinstance(command, c.RecordComputedValue) else x.LEAD}
    return given(Indicator, past, stream_id=y.INDICATOR).when(command, **(facts | changes))


def test_an_indicator_of_a_measure_keeps_exact_numbers() -> None:
    define(y.DEFINE).then([y.DEFINED])
    target = PeriodTarget(period="2026", target="80.50")
    (event,) = define(replace(y.DEFINE, periods=(target,))).events

    assert isinstance(event, e.IndicatorDefined)
    assert event.periods[0].target == "80.5"
    assert event.tags() == (f"measure:{x.MEASURE}",)


def test_an_objective_of_the_strategy_is_measured_in_the_national_log() -> None:
    own: dict[str, Any] = {"references": {"measure": None, "strategy": STRATEGY}, "tenant": NATIONAL}
    national = replace(y.COMPUTE, measure_id=None, strategy_id=x.STRATEGY, objective="1.1", reach=Reach.ALL)

    (event,) = define(national, **own).events

    assert event.tags() == ()
    define(replace(national, objective="SO1"), **own).then_events(e.IndicatorDefined)
    define(replace(national, objective="SO9"), **own).then_refused(InvalidValue, pointer="/objective")
    define(replace(national, objective=None), **own).then_refused(InvalidValue, pointer="/objective")
    define(replace(national, required=True), **own).then_refused(InvalidValue, pointer="/required")
    define(replace(national, measure_id=x.MEASURE), **own).then_refused(InvalidValue, pointer="/measure_id")
    define(replace(y.DEFINE, objective="1.1")).then_refused(InvalidValue, pointer="/objective")
    define(replace(y.DEFINE, measure_id=None)).then_refused(InvalidValue, pointer="/measure_id")
    define(y.DEFINE, references={"measure": None, "strategy": None}).then_refused(StreamNotFound)
    define(national).then_refused(StreamNotFound)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": replace(y.TITLE, sq=None, sr=None)}, "/title"),
        ({"unit": Unit.NUMBER}, "/capped"),
        ({"disaggregation": (Disaggregation.GENDER, Disaggregation.GENDER)}, "/disaggregation/1"),
        ({"periods": tuple(reversed(y.PERIODS))}, "/periods/1/period"),
        ({"periods": (PeriodTarget(period="2026"), PeriodTarget(period="2026-Q4"))}, "/periods/1/period"),
        ({"periods": (PeriodTarget(period="2026", target="100.1"),)}, "/periods/0/target"),
        ({"periods": (PeriodTarget(period="2026"), PeriodTarget(period="2027", target="-1"))}, "/periods/1/target"),
        ({"query": y.QUERY}, "/query"),
        ({"reach": Reach.ALL}, "/query"),
    ],
)
def test_what_cannot_be_measured_is_not_defined(changes: dict[str, Any], pointer: str) -> None:
    define(replace(y.DEFINE, **changes)).then_refused(InvalidValue, pointer=pointer)


def test_percentages_are_never_added_up() -> None:
    define(replace(y.DEFINE, aggregation=Aggregation.SUM)).then_refused(RuleViolated, rule="indicator.percentage")
    define(replace(y.DEFINE, title=replace(y.TITLE, sr=None))).then_refused(RuleViolated, rule="measure.languages")
    define(y.DEFINE, tenant=replace_tenant()).then_refused(RuleViolated, rule="institution.active")


def replace_tenant() -> Any:
    from dataclasses import replace as changed

    return changed(MINISTRY, ended=True)


def test_a_computed_indicator_counts_what_its_query_counts() -> None:
    define(y.COMPUTE).then([y.COMPUTED])
    unknown = QueryName(name="consultations_opened", version=9)
    for changes, pointer in (
        ({"query": None}, "/query"),
        ({"query": unknown}, "/query"),
        ({"unit": Unit.NUMBER, "capped": False}, "/unit"),
        ({"aggregation": Aggregation.LAST}, "/unit"),
        ({"disaggregation": (Disaggregation.AGE,)}, "/disaggregation"),
    ):
        define(replace(y.COMPUTE, **changes)).then_refused(InvalidValue, pointer=pointer)
    define(replace(y.COMPUTE, reach=Reach.ALL)).then_refused(RuleViolated, rule="indicator.reach")
    register = QueryName(name="organisations_verified")
    lists = replace(y.COMPUTE, query=register, unit=Unit.NUMBER, capped=False, aggregation=Aggregation.LAST)
    define(lists).then_refused(RuleViolated, rule="indicator.reach")


def test_a_value_is_reported_with_both_numbers_and_all_its_parts() -> None:
    decided(y.REPORT, y.DEFINED).then([y.REPORTED])
    (again,) = decided(y.REPORT, *y.CHECKED).events
    assert again == replace(y.REPORTED, revision=2)


@pytest.mark.parametrize(
    ("figure", "pointer"),
    [
        (Figure(numerator=3, denominator=0), "/figure/denominator"),
        (Figure(numerator=5, denominator=4), "/figure/numerator"),
        (Figure(value="74", numerator=3, denominator=4), "/figure/value"),
    ],
)
def test_a_share_that_cannot_be_meant_is_refused(figure: Figure, pointer: str) -> None:
    decided(replace(y.REPORT, figure=figure), y.DEFINED).then_refused(InvalidValue, pointer=pointer)


def test_a_percentage_without_its_numbers_is_none() -> None:
    for figure in (Figure(value="75"), Figure(numerator=3)):
        decided(replace(y.REPORT, figure=figure), y.DEFINED).then_refused(RuleViolated, rule="indicator.quotient")
    above = replace(y.DEFINED, capped=False, disaggregation=())
    decided(replace(y.REPORT, figure=Figure(numerator=5, denominator=4), parts=()), above).then_events(e.ValueReported)


def test_a_number_is_said_alone() -> None:
    def said(*past: Event, **figure: Any) -> Outcome:
        return decided(c.ReportValue(period="2025-H2", figure=Figure(**figure)), *past)

    (event,) = said(y.COUNTED, value="12.50").events
    assert isinstance(event, e.ValueReported)
    assert event.figure == Figure(value="12.5")
    said(y.COUNTED, value="1", numerator=1).then_refused(InvalidValue, pointer="/figure/numerator")
    said(y.COUNTED).then_refused(InvalidValue, pointer="/figure/value")
    either = replace(y.COUNTED, unit=Unit.YES_NO, aggregation=Aggregation.LAST)
    said(either, value="2").then_refused(InvalidValue, pointer="/figure/value")
    said(either, value="1.0").then_events(e.ValueReported)


def test_parts_come_to_the_whole() -> None:
    female, male = y.PARTS
    for parts in ((), (female,), (female, replace(male, figure=Figure(numerator=2, denominator=2)))):
        decided(replace(y.REPORT, parts=parts), y.DEFINED).then_refused(RuleViolated, rule="indicator.parts")
    twice = replace(y.REPORT, parts=(female, female))
    decided(twice, y.DEFINED).then_refused(InvalidValue, pointer="/parts/1/code")
    other = replace(y.REPORT, parts=(replace(female, by=Disaggregation.AGE),))
    decided(other, y.DEFINED).then_refused(InvalidValue, pointer="/parts/0/by")

    by_age = replace(y.COUNTED, disaggregation=(Disaggregation.AGE,))
    young, old = (
        Part(by=Disaggregation.AGE, code=code, figure=Figure(value=value))
        for code, value in (("16-29", "2"), ("30+", "3"))
    )
    for total, rule in (("5", Aggregation.SUM), ("3", Aggregation.MAX)):
        report = c.ReportValue(period="2025-H2", figure=Figure(value=total), parts=(young, old))
        decided(report, replace(by_age, aggregation=rule)).then_events(e.ValueReported)
        wrong = replace(report, figure=Figure(value="4"))
        decided(wrong, replace(by_age, aggregation=rule)).then_refused(RuleViolated, rule="indicator.parts")


def test_a_value_is_of_a_period_that_is_awaited_and_over() -> None:
    later = replace(y.REPORT, period="2026-H1")
    decided(later, y.DEFINED).then_refused(RuleViolated, rule="indicator.period")
    ends = Span.of("2026-H1").ends
    decided(later, y.DEFINED, now=ends - timedelta(microseconds=1)).then_refused(RuleViolated, rule="indicator.period")
    decided(later, y.DEFINED, now=ends).then_events(e.ValueReported)
    decided(replace(y.REPORT, period="2024"), y.DEFINED).then_refused(InvalidValue, pointer="/period")


def test_nobody_verifies_their_own_value() -> None:
    decided(y.ATTACH, y.DEFINED, y.REPORTED).then([y.ATTACHED])
    decided(y.VERIFY, *y.SHOWN, actor=y.COLLEAGUE).then([y.VERIFIED])
    decided(y.VERIFY, *y.SHOWN).then_refused(RuleViolated, rule="indicator.own_value")
    brought = (y.DEFINED, y.REPORTED, replace(y.ATTACHED, attached_by=y.COLLEAGUE))
    decided(y.VERIFY, *brought, actor=y.COLLEAGUE).then_refused(RuleViolated, rule="indicator.own_value")
    decided(y.VERIFY, y.DEFINED, y.REPORTED, actor=y.COLLEAGUE).then_refused(IllegalTransition)
    decided(y.VERIFY, y.DEFINED, actor=y.COLLEAGUE).then_refused(IllegalTransition)


def test_evidence_is_not_replaced_once_it_was_verified() -> None:
    replaced = replace(y.ATTACH, files=(x.OTHER_FILE,))
    decided(replaced, *y.CHECKED).then_refused(RuleViolated, rule="indicator.evidence")
    decided(replaced, *y.CHECKED, y.CONTESTED).then_refused(RuleViolated, rule="indicator.evidence")
    decided(replaced, *y.SHOWN, y.CONTESTED).then_events(e.ValueEvidenceAttached)
    decided(replaced, *y.SHOWN).then_events(e.ValueEvidenceAttached)
    decided(y.ATTACH, *y.SHOWN).then_nothing()
    decided(y.ATTACH, y.DEFINED).then_refused(IllegalTransition)
    decided(replaced, *y.CHECKED, replace(y.REPORTED, revision=2)).then_events(e.ValueEvidenceAttached)


def test_an_organisation_contests_with_its_own_figure() -> None:
    for past in (y.SHOWN[:2], y.SHOWN, y.CHECKED, (y.COMPUTED, y.RECORDED)):
        decided(y.CONTEST, *past, mandate=y.DELEGATE).then([y.CONTESTED])
    decided(y.CONTEST, *y.LOCKED, mandate=y.DELEGATE).then_refused(IllegalTransition)
    borrowed = Mandate(y.DELEGATE.role, "Appointment", y.ORGANISATION)
    decided(y.CONTEST, *y.SHOWN, mandate=borrowed).then_refused(RuleViolated, rule="indicator.contest")
    again = decided(y.CONTEST, *y.SHOWN, y.CONTESTED, mandate=y.DELEGATE)
    again.then_refused(RuleViolated, rule="indicator.contested")
    silent = replace(y.CONTEST, reason=Text())
    decided(silent, *y.SHOWN, mandate=y.DELEGATE).then_refused(InvalidValue, pointer="/reason")
    wrong = replace(y.CONTEST, own=Figure(numerator=1, denominator=0))
    decided(wrong, *y.SHOWN, mandate=y.DELEGATE).then_refused(InvalidValue, pointer="/own/denominator")


def test_the_council_accepts_and_the_period_is_locked() -> None:
    decided(y.ACCEPT, *y.CHECKED, **ACCEPTING).then([y.ACCEPTED])
    (told,) = decided(y.ACCEPT, *y.CHECKED, y.CONTESTED, **ACCEPTING).events
    assert told == replace(y.ACCEPTED, contested=True)
    decided(y.ACCEPT, *y.SHOWN, **ACCEPTING).then_refused(IllegalTransition)
    decided(y.REPORT, *y.LOCKED).then_refused(RuleViolated, rule="indicator.locked")
    decided(y.ATTACH, *y.LOCKED).then_refused(IllegalTransition)
    (short,) = decided(
        y.ACCEPT, y.DEFINED, replace(y.REPORTED, figure=Figure(value="50")), y.ATTACHED, y.VERIFIED, **ACCEPTING
    ).events
    assert isinstance(short, e.ValueAccepted)
    assert short.met is False


def test_nothing_is_accepted_or_reopened_without_a_resolution_about_it() -> None:
    for registers in (
        (Resolutions(),),
        y.resolved(ResolutionKind.REOPEN_PERIOD),
        y.resolved(ResolutionKind.ACCEPT_VALUE, "2026-H1"),
        y.resolved(ResolutionKind.ACCEPT_VALUE, tenant="mj"),
        y.resolved(ResolutionKind.ACCEPT_VALUE, stream_id=x.MEASURE),
    ):
        decided(y.ACCEPT, *y.CHECKED, registers=registers).then_refused(RuleViolated, rule="council.resolution")
    decided(y.REOPEN, *y.LOCKED, **ACCEPTING).then_refused(RuleViolated, rule="council.resolution")


def test_a_resolution_reopens_once() -> None:
    decided(y.REOPEN, *y.LOCKED, **REOPENING).then([y.REOPENED])
    decided(y.REOPEN, *y.CHECKED, **REOPENING).then_refused(IllegalTransition)
    silent = replace(y.REOPEN, reason=Text())
    decided(silent, *y.LOCKED, **REOPENING).then_refused(InvalidValue, pointer="/reason")
    again = (*y.LOCKED, y.REOPENED, replace(y.REPORTED, revision=2), y.ATTACHED, y.VERIFIED)
    decided(y.ACCEPT, *again, **ACCEPTING).then_refused(RuleViolated, rule="indicator.resolution")
    (said,) = decided(y.REPORT, *y.LOCKED, y.REOPENED).events
    assert said == replace(y.REPORTED, revision=2)


def test_a_computed_value_is_taken_as_of_the_end_of_its_period() -> None:
    decided(y.RECORD, y.COMPUTED).then([y.RECORDED])
    decided(y.RECORD, y.COMPUTED, y.RECORDED).then_nothing()
    for changes, pointer in (
        ({"query": QueryName(name="contributions_withheld")}, "/query"),
        ({"as_of": y.HALF.ends}, "/as_of"),
        ({"period": "2024"}, "/period"),
    ):
        decided(replace(y.RECORD, **changes), y.COMPUTED).then_refused(InvalidValue, pointer=pointer)
    decided(y.RECORD, y.DEFINED).then_refused(RuleViolated, rule="indicator.source")
    decided(y.REPORT, y.COMPUTED).then_refused(RuleViolated, rule="indicator.source")
    decided(y.ATTACH, y.COMPUTED, y.RECORDED).then_refused(RuleViolated, rule="indicator.source")
    early = replace(y.RECORD, period="2026-H1", as_of=Span.of("2026-H1").as_of)
    decided(early, y.COMPUTED).then_refused(RuleViolated, rule="indicator.period")
    decided(y.ACCEPT, y.COMPUTED, y.RECORDED, **ACCEPTING).then_events(e.ValueAccepted)


def test_what_had_no_case_has_no_value_to_accept() -> None:
    (event,) = decided(replace(y.RECORD, numerator=0, denominator=0), y.COMPUTED).events
    assert isinstance(event, e.ValueComputed)
    assert event.figure == Figure(numerator=0, denominator=0)
    decided(y.ACCEPT, y.COMPUTED, event, **ACCEPTING).then_refused(RuleViolated, rule="indicator.no_case")


def test_a_computed_value_is_computed_again_when_somebody_asks() -> None:
    recompute = c.RecomputeValue(period="2025-H2")
    decided(recompute, y.COMPUTED, y.RECORDED).then([y.ASKED])
    decided(recompute, y.COMPUTED, y.RECORDED, y.ASKED).then_nothing()
    decided(recompute, y.COMPUTED).then_nothing()
    decided(recompute, y.DEFINED).then_refused(RuleViolated, rule="indicator.source")
    decided(recompute, y.COMPUTED, y.RECORDED, y.ACCEPTED).then_refused(RuleViolated, rule="indicator.locked")
    later = replace(y.RECORD, positions={"mflt": 140, "opm": 90}, numerator=4)
    (event,) = decided(later, y.COMPUTED, y.RECORDED, y.ASKED).events
    assert isinstance(event, e.ValueComputed)
    assert (event.revision, event.figure.value, event.positions) == (2, "100", {"mflt": 140, "opm": 90})


def test_no_yardstick_is_taken_away_unseen() -> None:
    free = replace(y.DEFINED, required=False)
    nothing = {"registers": (Resolutions(),)}
    whole = {"registers": y.resolved(ResolutionKind.OTHER, None)}
    decided(y.WITHDRAW, free, **nothing).then([y.WITHDRAWN])
    for past in ((y.DEFINED,), (free, y.REPORTED)):
        decided(y.WITHDRAW, *past, **nothing).then_refused(RuleViolated, rule="council.resolution")
    resolved = replace(y.WITHDRAW, resolution_id=y.RESOLUTION)
    decided(resolved, y.DEFINED, **whole).then([replace(y.WITHDRAWN, resolution_id=y.RESOLUTION)])
    decided(replace(y.WITHDRAW, reason=Text()), free, **nothing).then_refused(InvalidValue, pointer="/reason")
    for command in (y.WITHDRAW, y.REPORT, y.VERIFY):
        decided(command, free, y.WITHDRAWN, **nothing).then_refused(IllegalTransition)


def test_what_is_external_is_reported() -> None:
    external = replace(y.COUNT, source=ValueSource.EXTERNAL, described="Agency of Statistics")
    define(external).then([y.defined(external)])
