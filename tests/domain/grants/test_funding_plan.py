"""The yearly funding plan: one per year, late on record, never amended in silence, never below what was taken of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from domain.grants.commands import funding_plan as c
from domain.grants.events import funding_plan as e
from domain.grants.funding import Commitments
from domain.grants.funding_plan import MOST_LINES, FundingPlan, FundingPlansOfYear
from domain.grants.vocabulary import FundingPlanStage
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.money import Money
from domain.kernel.text import text
from tests.domain.grants.stories import (
    CANCELLED,
    DRAFTED_PLAN,
    FILES,
    LINE,
    LINE_ADDED,
    OTHER_CALL,
    OTHER_LINE,
    PLAN,
    PLAN_DRAFTED,
    PLAN_PUBLISHED,
    PLANNED_AT,
    PUBLISH_DUE,
    PUBLISHED,
    PUBLISHED_PLAN,
    REASON,
    REPORT_DUE,
    SUMMARY,
    TITLE,
    VOIDED,
    commitments,
    euro,
)
from tests.support.given import NATIONAL, given, given_nothing, new_id

DRAFT = c.DraftFundingPlan(year=2026, title=TITLE)
ADD = c.AddPlanLine(budget_code="21200-CULT", purpose="culture", title=TITLE, amount=euro(10_000_000))
PUBLISH = c.PublishFundingPlan(decision_no="3/2026")
REPORT = c.ReportFundingPlan(files=FILES, summary=SUMMARY)
TAKEN = commitments((OTHER_CALL, PUBLISHED))
NEXT_YEAR = datetime(2027, 2, 1, 9, tzinfo=UTC)


def drafted(*events: e.Event) -> object:
    return given(FundingPlan, events or DRAFTED_PLAN, stream_id=PLAN, at=PLANNED_AT)


def test_a_plan_is_begun_for_a_year_with_the_day_by_which_it_is_public() -> None:
    outcome = given_nothing(FundingPlan).when(DRAFT, boundary=FundingPlansOfYear()).then([PLAN_DRAFTED])

    assert outcome.events[0].tags() == ("funding_plan_year:2026",)
    assert PUBLISH_DUE.last_day.isoformat() == "2026-01-31"


def test_there_is_one_funding_plan_per_year() -> None:
    fold = FundingPlansOfYear()
    fold.apply(new_id(9), PLAN_DRAFTED)

    given_nothing(FundingPlan).when(DRAFT, boundary=fold).then_refused(RuleViolated, rule="grant.plan.one_per_year")


def test_an_institution_that_has_ended_plans_nothing() -> None:
    ended = replace(NATIONAL, ended=True)

    given_nothing(FundingPlan).when(DRAFT, boundary=FundingPlansOfYear(), tenant=ended).then_refused(
        RuleViolated, rule="institution.active"
    )


def test_the_boundary_is_the_year_of_the_command() -> None:
    assert FundingPlansOfYear.tag(PLAN, DRAFT) == "funding_plan_year:2026"
    with pytest.raises(TypeError):
        FundingPlansOfYear.tag(PLAN, ADD)


def test_money_is_set_aside() -> None:
    given(FundingPlan, [PLAN_DRAFTED]).when(ADD).then([msgspec.structs.replace(LINE_ADDED, line_id=new_id(0))])


@pytest.mark.parametrize(
    ("amount", "pointer"),
    [
        (Money(0, "EUR"), "/amount/amount"),
        (Money(-1, "EUR"), "/amount/amount"),
        (Money(100, "USD"), "/amount/currency"),
    ],
)
def test_a_line_holds_money_of_the_plan(amount: Money, pointer: str) -> None:
    added = msgspec.structs.replace(ADD, amount=amount)
    given(FundingPlan, [PLAN_DRAFTED]).when(added).then_refused(InvalidValue, pointer=pointer)

    changed = c.ChangePlanLine(line_id=LINE, amount=amount)
    drafted().when(changed, boundary=Commitments()).then_refused(InvalidValue, pointer=pointer)


def test_money_is_never_a_float() -> None:
    for amount in (b"100.5", b"100.0", b'"100"', b"1e3", b"9007199254740993"):
        body = b'{"budget_code":"1","purpose":"culture","title":{"sq":{"text":"A"}},"amount":{"amount":%b}}' % amount
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(body, type=c.AddPlanLine)


def test_a_code_and_purpose_stand_on_the_plan_once() -> None:
    drafted().when(ADD).then_refused(InvalidValue, pointer="/budget_code")
    moved = c.ChangePlanLine(line_id=OTHER_LINE, budget_code="21200-CULT", purpose="culture")
    drafted().when(moved, boundary=Commitments()).then_refused(InvalidValue, pointer="/budget_code")


def test_a_line_is_changed_with_the_amount_before() -> None:
    change = c.ChangePlanLine(line_id=LINE, amount=euro(9), purpose="theatre")

    drafted().when(change, boundary=Commitments()).then(
        [e.PlanLineChanged(line_id=LINE, previous=euro(10_000_000), amount=euro(9), purpose="theatre")]
    ).then_state(lambda plan: plan.lines[LINE].purpose == "theatre" and plan.lines[LINE].budget_code == "21200-CULT")


def test_a_change_changes_something() -> None:
    drafted().when(c.ChangePlanLine(line_id=LINE), boundary=Commitments()).then_refused(InvalidValue, pointer="")


@pytest.mark.parametrize(
    "command", [c.ChangePlanLine(line_id=PLAN, amount=euro(1)), c.DropPlanLine(line_id=PLAN)], ids=lambda one: one.name
)
def test_an_unknown_line_is_refused(command: Command) -> None:
    drafted().when(command, boundary=Commitments()).then_refused(InvalidValue, pointer="/line_id")


def test_a_line_is_never_less_than_what_calls_took_of_it() -> None:
    published = drafted(*PUBLISHED_PLAN)
    less = c.ChangePlanLine(line_id=LINE, amount=euro(5_999_999), reason=REASON)
    exactly = c.ChangePlanLine(line_id=LINE, amount=euro(6_000_000), reason=REASON)

    published.when(less, boundary=TAKEN).then_refused(RuleViolated, rule="grant.plan.line_committed")
    drafted(*PUBLISHED_PLAN).when(exactly, boundary=TAKEN).then_events(e.PlanLineChanged)


def test_what_a_call_rests_on_keeps_its_purpose_and_stays() -> None:
    purpose = c.ChangePlanLine(line_id=LINE, purpose="sport", reason=REASON)
    drop = c.DropPlanLine(line_id=LINE, reason=REASON)

    for command in (purpose, drop):
        drafted(*PUBLISHED_PLAN).when(command, boundary=TAKEN).then_refused(RuleViolated, rule="grant.plan.line_in_use")


@pytest.mark.parametrize("ending", [CANCELLED, VOIDED])
def test_a_call_that_came_to_nothing_gives_its_money_back(ending: e.Event) -> None:
    free = commitments((OTHER_CALL, PUBLISHED), (OTHER_CALL, ending))

    drafted(*PUBLISHED_PLAN).when(c.DropPlanLine(line_id=LINE, reason=REASON), boundary=free).then(
        [e.PlanLineDropped(line_id=LINE, reason=REASON)]
    ).then_state(lambda plan: LINE not in plan.lines and plan.stage is FundingPlanStage.AMENDED)


def test_the_boundary_of_a_change_is_the_plan_itself() -> None:
    assert Commitments.tag(PLAN, c.DropPlanLine(line_id=LINE)) == f"funding_plan:{PLAN}"


@pytest.mark.parametrize(
    "command",
    [
        msgspec.structs.replace(ADD, purpose="theatre"),
        c.ChangePlanLine(line_id=LINE, amount=euro(9)),
        c.DropPlanLine(line_id=LINE),
    ],
    ids=lambda one: one.name,
)
def test_a_published_plan_is_amended_only_with_a_reason(command: Command) -> None:
    drafted(*PUBLISHED_PLAN).when(command, boundary=Commitments()).then_refused(
        RuleViolated, rule="grant.plan.amendment"
    )
    reasoned = msgspec.structs.replace(command, reason=REASON)
    drafted(*PUBLISHED_PLAN).when(reasoned, boundary=Commitments()).then_state(
        lambda plan: plan.stage is FundingPlanStage.AMENDED
    )


def test_a_plan_is_published_with_its_sum_and_the_day_of_its_report() -> None:
    drafted().when(PUBLISH, now=PLANNED_AT + timedelta(days=1)).then([PLAN_PUBLISHED])
    assert REPORT_DUE.last_day.isoformat() == "2027-04-30"


def test_a_plan_is_late_on_the_second_and_in_time_one_before() -> None:
    at = PUBLISH_DUE.due_at
    in_time = drafted().when(PUBLISH, now=at - timedelta(seconds=1))
    late = drafted().when(PUBLISH, now=at)

    assert [one.events[0].late for one in (in_time, late)] == [False, True]


def test_an_empty_plan_is_not_published() -> None:
    given(FundingPlan, [PLAN_DRAFTED]).when(PUBLISH).then_refused(RuleViolated, rule="grant.plan.lines")


def test_a_plan_is_published_once() -> None:
    drafted(*PUBLISHED_PLAN).when(PUBLISH).then_refused(IllegalTransition)


def test_the_report_says_what_became_of_the_money() -> None:
    drafted(*PUBLISHED_PLAN).when(REPORT, now=NEXT_YEAR).then(
        [e.FundingPlanReported(files=FILES, summary=SUMMARY, late=False, due_at=REPORT_DUE.due_at)]
    ).then_state(lambda plan: plan.stage is FundingPlanStage.REPORTED)
    late = drafted(*PUBLISHED_PLAN).when(REPORT, now=REPORT_DUE.due_at)
    assert late.events[0].late


def test_a_year_is_not_reported_on_before_it_is_over() -> None:
    last_second = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)

    drafted(*PUBLISHED_PLAN).when(REPORT, now=last_second).then_refused(RuleViolated, rule="grant.plan.year_over")
    drafted(*PUBLISHED_PLAN).when(REPORT, now=last_second + timedelta(seconds=1)).then_events(e.FundingPlanReported)


def test_the_report_is_read_in_every_required_language() -> None:
    only = c.ReportFundingPlan(files=FILES, summary=text(sq="Vetëm shqip"))

    refused = drafted(*PUBLISHED_PLAN).when(only, now=NEXT_YEAR).then_refused(RuleViolated, rule="grant.languages")
    assert refused.refusal.citation.startswith("Law No. 02/L-037")
    drafted(*PUBLISHED_PLAN).when(only, now=NEXT_YEAR, imported=True).then_events(e.FundingPlanReported)


def test_only_a_plan_in_force_is_reported_on_and_then_nothing_changes() -> None:
    drafted().when(REPORT, now=NEXT_YEAR).then_refused(IllegalTransition)
    reported = e.FundingPlanReported(files=FILES, summary=SUMMARY, late=False, due_at=REPORT_DUE.due_at)
    drop = c.DropPlanLine(line_id=LINE, reason=REASON)
    drafted(*PUBLISHED_PLAN, reported).when(drop, boundary=Commitments()).then_refused(IllegalTransition)


def test_a_plan_makes_a_sum_that_can_be_written_down() -> None:
    """Else its publication would be an event that nobody reads again."""
    large = msgspec.structs.replace(ADD, amount=Money(10**12 + 1))
    drafted().when(large).then_refused(InvalidValue, pointer="/amount/amount")
    lines = [
        msgspec.structs.replace(LINE_ADDED, line_id=new_id(n), budget_code=f"{n:05}", amount=Money(10**12))
        for n in range(MOST_LINES)
    ]
    drafted(PLAN_DRAFTED, *lines).when(ADD).then_refused(InvalidValue, pointer="")
    drafted(PLAN_DRAFTED, *lines).when(PUBLISH).then_events(e.FundingPlanPublished)
