"""The yearly plan: one per year, consulted before it is adopted, never amended in silence."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.consultation import Consultation
from domain.consultations.plan import ConsultationPlan, PlansOfYear
from domain.consultations.vocabulary import ActKind, PlanStage
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from tests.domain.consultations.stories import (
    ADOPTED_PLAN,
    DRAFTED_PLAN,
    ITEM,
    ITEM_ADDED,
    PLAN_ADOPTED,
    PLAN_CONSULTED,
    REASON,
    SUMMARY,
    TITLE,
    plan_drafted,
)
from tests.support.given import NATIONAL, given, given_nothing, new_id

DRAFT = c.DraftPlan(year=2026, title=TITLE)
ADD = c.AddPlanItem(title=TITLE, act_kind=ActKind.LAW, quarter=2)
CONSULT = c.ConsultPlan(starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 30), remarks=4, summary=SUMMARY)
ADOPT = c.AdoptPlan(decision_no="1/2026", adopted_on=date(2026, 2, 2))
MOVE = c.MovePlanItem(item_id=ITEM, to_quarter=4, reason=REASON)
DROP = c.DropPlanItem(item_id=ITEM, reason=REASON)


def test_a_plan_is_begun_for_a_year() -> None:
    outcome = given_nothing(ConsultationPlan).when(DRAFT, boundary=PlansOfYear()).then([plan_drafted()])

    assert outcome.events[0].tags() == ("plan_year:2026",)


def test_there_is_one_plan_per_year() -> None:
    fold = PlansOfYear()
    fold.apply(new_id(9), plan_drafted())

    given_nothing(ConsultationPlan).when(DRAFT, boundary=fold).then_refused(
        RuleViolated, rule="consultation.plan.one_per_year"
    )


def test_an_institution_that_has_ended_begins_nothing() -> None:
    ended = replace(NATIONAL, ended=True)

    given_nothing(ConsultationPlan).when(DRAFT, boundary=PlansOfYear(), tenant=ended).then_refused(
        RuleViolated, rule="institution.active"
    )
    given_nothing(Consultation).when(
        c.PlanConsultation(title=TITLE, act_kind=ActKind.LAW), references={"plan": None}, tenant=ended
    ).then_refused(RuleViolated, rule="institution.active")


def test_the_boundary_is_the_year_of_the_command() -> None:
    assert PlansOfYear.tag(new_id(0), DRAFT) == "plan_year:2026"
    with pytest.raises(TypeError):
        PlansOfYear.tag(new_id(0), ADOPT)


def test_an_item_is_added() -> None:
    given(ConsultationPlan, [plan_drafted()]).when(ADD).then(
        [e.PlanItemAdded(item_id=new_id(0), title=TITLE, act_kind=ActKind.LAW, quarter=2)]
    )


def test_an_adopted_plan_is_amended_only_with_a_reason() -> None:
    given(ConsultationPlan, ADOPTED_PLAN).when(ADD).then_refused(RuleViolated, rule="consultation.plan.amendment")
    amended = c.AddPlanItem(title=TITLE, act_kind=ActKind.LAW, quarter=3, reason=REASON)
    given(ConsultationPlan, ADOPTED_PLAN).when(amended).then_events(e.PlanItemAdded).then_state(
        lambda plan: plan.stage is PlanStage.AMENDED
    )


def test_an_item_slides_with_both_times_on_record() -> None:
    given(ConsultationPlan, ADOPTED_PLAN).when(MOVE).then(
        [e.PlanItemMoved(item_id=ITEM, from_year=2026, from_quarter=2, to_year=2026, to_quarter=4, reason=REASON)]
    ).then_state(lambda plan: plan.stage is PlanStage.AMENDED and plan.items[ITEM].quarter == 4)


def test_an_item_may_slide_into_a_later_year_but_not_an_earlier_one() -> None:
    later = c.MovePlanItem(item_id=ITEM, to_quarter=1, to_year=2027, reason=REASON)
    given(ConsultationPlan, DRAFTED_PLAN).when(later).then_events(e.PlanItemMoved).then_state(
        lambda plan: plan.stage is PlanStage.DRAFT and plan.items[ITEM].year == 2027
    )
    earlier = c.MovePlanItem(item_id=ITEM, to_quarter=1, to_year=2025, reason=REASON)
    given(ConsultationPlan, DRAFTED_PLAN).when(earlier).then_refused(InvalidValue, pointer="/to_year")


def test_a_move_to_where_it_stands_is_none() -> None:
    same = c.MovePlanItem(item_id=ITEM, to_quarter=2, reason=REASON)

    given(ConsultationPlan, DRAFTED_PLAN).when(same).then_refused(InvalidValue, pointer="/to_quarter")


def test_an_item_is_dropped_with_a_reason() -> None:
    given(ConsultationPlan, DRAFTED_PLAN).when(DROP).then([e.PlanItemDropped(item_id=ITEM, reason=REASON)]).then_state(
        lambda plan: not plan.items
    )


@pytest.mark.parametrize("command", [MOVE, DROP])
def test_an_unknown_item_is_refused(command: Command) -> None:
    given(ConsultationPlan, [plan_drafted()]).when(command).then_refused(InvalidValue, pointer="/item_id")


def test_the_draft_plan_is_consulted_on() -> None:
    given(ConsultationPlan, DRAFTED_PLAN).when(CONSULT).then([PLAN_CONSULTED])


def test_a_plan_is_consulted_on_once() -> None:
    given(ConsultationPlan, [*DRAFTED_PLAN, PLAN_CONSULTED]).when(CONSULT).then_refused(IllegalTransition)


def test_the_consultation_of_the_plan_has_an_order_in_time() -> None:
    backwards = c.ConsultPlan(starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1), remarks=0, summary=SUMMARY)
    given(ConsultationPlan, DRAFTED_PLAN).when(backwards).then_refused(InvalidValue, pointer="/ends_on")
    ahead = c.ConsultPlan(starts_on=date(2026, 2, 1), ends_on=date(2027, 1, 1), remarks=0, summary=SUMMARY)
    given(ConsultationPlan, DRAFTED_PLAN).when(ahead).then_refused(InvalidValue, pointer="/ends_on")


def test_a_consulted_plan_is_adopted() -> None:
    given(ConsultationPlan, [*DRAFTED_PLAN, PLAN_CONSULTED]).when(ADOPT).then([PLAN_ADOPTED]).then_state(
        lambda plan: plan.stage is PlanStage.ADOPTED
    )


def test_a_plan_that_was_not_consulted_on_is_not_adopted() -> None:
    given(ConsultationPlan, DRAFTED_PLAN).when(ADOPT).then_refused(IllegalTransition)


def test_history_may_hold_a_plan_that_was_not_consulted_on() -> None:
    then = datetime(2026, 3, 17, tzinfo=UTC)

    given(ConsultationPlan, DRAFTED_PLAN).when(ADOPT, imported=True, now=then).then([PLAN_ADOPTED])


def test_an_empty_plan_is_not_adopted() -> None:
    given(ConsultationPlan, [plan_drafted(), PLAN_CONSULTED]).when(ADOPT).then_refused(
        RuleViolated, rule="consultation.plan.items"
    )


def test_a_plan_is_not_adopted_in_the_future() -> None:
    ahead = c.AdoptPlan(decision_no="1/2026", adopted_on=date(2026, 3, 17))

    given(ConsultationPlan, [*DRAFTED_PLAN, PLAN_CONSULTED]).when(ahead).then_refused(
        InvalidValue, pointer="/adopted_on"
    )


def test_items_may_be_added_to_a_consulted_plan() -> None:
    given(ConsultationPlan, [plan_drafted(), PLAN_CONSULTED]).when(ADD).then_state(
        lambda plan: plan.stage is PlanStage.CONSULTED
    )
    assert ITEM_ADDED.reason is None
