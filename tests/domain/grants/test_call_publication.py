"""A call in public: refused with its findings, frozen, clarified for all alike, closed on the second by the clock."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from domain.grants.commands import grant_call as c
from domain.grants.events import grant_call as e
from domain.grants.grant_call import GrantCall
from domain.grants.vocabulary import CallStage
from domain.kernel.calendar import Calendar, NonWorkingDay
from domain.kernel.errors import IllegalTransition, InvalidValue, NotLawful, NotPermitted, RuleViolated
from domain.kernel.text import text
from tests.domain.grants.stories import (
    CALENDAR,
    CALL,
    CANCELLED,
    CHECKED,
    CLOCK,
    CLOSED,
    CLOSED_AT,
    CLOSES_AT,
    DEADLINE,
    DRAFTED,
    DURING,
    FORM_SET,
    OPEN_CALL,
    OTHER_CALL,
    OVER,
    PLAN,
    PREPARED,
    PREPARED_AT,
    PUBLISHED,
    PUBLISHED_AT,
    QUESTION,
    REASON,
    call,
    commitments,
    facts,
    funding,
    resting,
)
from tests.support.given import given, new_id

SECOND = timedelta(seconds=1)
PUBLISH = c.PublishCall(plan_id=PLAN)
CLARIFY = c.IssueClarification(question=QUESTION, answer=REASON)
LONG_AGO = datetime(2019, 3, 14, 8, tzinfo=UTC)
LAST_CLARIFICATION = datetime(2026, 4, 13, 22, 0, tzinfo=UTC)
"""From the 14th on, five working days, the first left out, do not fit any more; the 13th is a holiday."""


def prepared(*events: Any) -> Any:
    return given(GrantCall, events or PREPARED, at=PREPARED_AT)


def opened(*events: Any) -> Any:
    return given(GrantCall, events or OPEN_CALL, at=PREPARED_AT)


class TestPublishing:
    def test_it_is_published_with_a_proof_of_its_end(self) -> None:
        outcome = prepared().when(PUBLISH, now=PUBLISHED_AT, **resting()).then([CHECKED, PUBLISHED])

        outcome.then_state(lambda it: it.stage is CallStage.PUBLISHED and it.published_at == PUBLISHED_AT)
        assert outcome.events[1].tags() == (f"call:{CALL}", f"funding_plan:{PLAN}")
        assert (DEADLINE.rule, DEADLINE.n) == ("grant.call.min_open", 20)
        assert any(day.reason != "weekend" for day in DEADLINE.trace), "Eid and Easter lie in it"

    def test_more_days_than_the_minimum_may_be_chosen(self) -> None:
        outcome = prepared(e.CallDrafted(facts=facts(open_days=25)), FORM_SET).when(
            PUBLISH, now=PUBLISHED_AT, **resting()
        )

        assert outcome.aggregate.closes_at > CLOSES_AT
        assert outcome.aggregate.deadline.n == 25

    def test_it_is_not_published_while_the_linter_finds_an_error(self) -> None:
        bad = e.CallDrafted(facts=facts(open_days=19, eligible=("individuals",)))
        refused = prepared(msgspec.convert(msgspec.to_builtins(bad), e.CallDrafted), FORM_SET).when(
            PUBLISH, now=PUBLISHED_AT, **resting()
        )

        refused.then_refused(NotLawful)
        codes = [finding.code for finding in refused.refusal.findings]
        assert codes == ["organisations-not-eligible", "individuals-eligible", "open-too-short"]
        assert all(finding.citation for finding in refused.refusal.findings)

    def test_what_other_calls_took_is_not_there_twice(self) -> None:
        half = e.CallPublished(
            facts=facts(plan=funding(4_000_001)), form_version=1, closes_at=CLOSES_AT, languages=("sq",), plan_id=PLAN
        )
        taken = commitments((OTHER_CALL, half))
        refused = prepared().when(PUBLISH, now=PUBLISHED_AT, **resting(committed=taken)).then_refused(NotLawful)
        assert [finding.code for finding in refused.refusal.findings] == ["budget-over-balance"]

        given_back = commitments((OTHER_CALL, half), (OTHER_CALL, CANCELLED))
        prepared().when(PUBLISH, now=PUBLISHED_AT, **resting(committed=given_back)).then([CHECKED, PUBLISHED])

    def test_nobody_sets_the_end_by_hand(self) -> None:
        by_hand = c.PublishCall(plan_id=PLAN, closes_at=CLOSES_AT)

        prepared().when(by_hand, **resting()).then_refused(InvalidValue, pointer="/closes_at")


class TestHistory:
    def test_a_call_of_the_past_is_taken_as_it_was_with_its_findings(self) -> None:
        closes_at = datetime(2019, 3, 29, 23, tzinfo=UTC)
        told = given(GrantCall, [e.CallDrafted(facts=facts(external_experts=0))], at=LONG_AGO - timedelta(days=1)).when(
            c.PublishCall(plan_id=PLAN, closes_at=closes_at), now=LONG_AGO, imported=True, **resting()
        )

        told.then_events(e.CallChecked, e.CallPublished)
        assert [one.code for one in told.events[0].findings] == [
            "external-expert-missing",
            "form-missing",
            "open-too-short",
        ]
        assert (told.events[1].closes_at, told.events[1].deadline) == (closes_at, None)

    def test_a_call_that_closes_before_it_opens_is_refused(self) -> None:
        backwards = c.PublishCall(plan_id=PLAN, closes_at=LONG_AGO - SECOND)

        given(GrantCall, PREPARED, at=LONG_AGO - timedelta(days=1)).when(
            backwards, now=LONG_AGO, imported=True, **resting()
        ).then_refused(InvalidValue, pointer="/closes_at")

    def test_clarifications_before_any_calendar_have_no_proof(self) -> None:
        old = datetime(1999, 5, 1, tzinfo=UTC)
        published = e.CallPublished(
            facts=facts(), form_version=1, closes_at=old + timedelta(days=30), languages=("sq",), plan_id=PLAN
        )
        told = given(GrantCall, [DRAFTED, FORM_SET, published], at=old).when(
            CLARIFY, now=old + timedelta(days=1), imported=True
        )
        assert told.events[0].notice is None

    def test_it_is_closed_when_it_was_closed(self) -> None:
        opened().when(c.CloseCall(), now=CLOSED_AT, imported=True).then([CLOSED])


class TestClarifying:
    def test_what_one_asked_is_answered_to_all(self) -> None:
        outcome = opened().when(CLARIFY, now=DURING)

        outcome.then_events(e.ClarificationIssued).then_state(lambda it: it.clarifications == 1)
        assert outcome.events[0].clarification_id == new_id(0)
        assert outcome.events[0].notice.rule == "grant.call.clarify"

    def test_it_leaves_the_days_that_the_rule_asks_for_on_the_second(self) -> None:
        last = LAST_CLARIFICATION - SECOND
        assert opened().when(CLARIFY, now=last).events[0].notice.due_at <= CLOSES_AT

        refused = opened().when(CLARIFY, now=LAST_CLARIFICATION)
        refused.then_refused(RuleViolated, rule="grant.call.clarify")
        assert refused.refusal.citation.startswith("Regulation (MF) No. 04/2017")

    @pytest.mark.parametrize("told", [{"answer": text(sq="Po")}, {"question": text(sr="Da?", en="Yes?")}])
    def test_it_is_read_in_every_required_language(self, told: dict[str, Any]) -> None:
        one_sided = msgspec.structs.replace(CLARIFY, **told)

        opened().when(one_sided, now=DURING).then_refused(RuleViolated, rule="grant.languages")

    def test_only_an_open_call_is_clarified(self) -> None:
        prepared().when(CLARIFY).then_refused(IllegalTransition)
        opened(*OVER).when(CLARIFY, now=CLOSED_AT).then_refused(IllegalTransition)

    def test_nothing_is_clarified_on_a_day_that_no_calendar_holds(self) -> None:
        opened().when(CLARIFY, now=datetime(2199, 1, 4, tzinfo=UTC)).then_refused(
            RuleViolated, rule="calendar.published"
        )


class TestClosing:
    def test_the_clock_closes_it_on_the_second(self) -> None:
        closed = opened().when(c.CloseCall(), now=CLOSES_AT, mandate=CLOCK).then([CLOSED])
        closed.then_state(lambda it: it.stage is CallStage.CLOSED)

        early = opened().when(c.CloseCall(), now=CLOSES_AT - SECOND, mandate=CLOCK)
        early.then_refused(RuleViolated, rule="grant.call.min_open")

    def test_nobody_else_closes_it(self) -> None:
        opened().when(c.CloseCall(), now=CLOSED_AT).then_refused(NotPermitted)

    def test_it_is_closed_once(self) -> None:
        opened(*OVER).when(c.CloseCall(), now=CLOSED_AT, mandate=CLOCK).then_refused(IllegalTransition)


class TestAccepting:
    @pytest.mark.parametrize("at", [PREPARED_AT + timedelta(minutes=4), CLOSES_AT - SECOND])
    def test_it_takes_applications_until_the_last_second(self, at: datetime) -> None:
        call().require_accepting(c.CloseCall(), at)

    @pytest.mark.parametrize("at", [CLOSES_AT, CLOSES_AT + SECOND])
    @pytest.mark.parametrize("told", [OPEN_CALL, OVER])
    def test_on_the_second_it_is_late(self, told: Any, at: datetime) -> None:
        with pytest.raises(RuleViolated) as refused:
            call(*told).require_accepting(c.CloseCall(), at)
        assert refused.value.rule == "grant.call.over"
        assert refused.value.citation.startswith("Regulation (MF) No. 04/2017")

    @pytest.mark.parametrize("told", [PREPARED, (*OPEN_CALL, CANCELLED)])
    def test_what_is_not_public_or_came_to_another_end_takes_none(self, told: Any) -> None:
        with pytest.raises(IllegalTransition):
            call(*told).require_accepting(c.CloseCall(), DURING)

    def test_nothing_was_in_time_before_the_publication(self) -> None:
        with pytest.raises(IllegalTransition):
            call().require_accepting(c.CloseCall(), PREPARED_AT)


class TestCalendar:
    def declared(self, *days: date) -> Calendar:
        names = {"sq": "Ditë zie", "sr": "Dan žalosti", "en": "Day of mourning"}
        held = CALENDAR.days | {day: NonWorkingDay(day, names, decision_no="5/2026") for day in days}
        return msgspec.structs.replace(CALENDAR, version="xk.2", days=held)

    def test_the_end_follows_a_declared_day(self) -> None:
        calendar = self.declared(date(2026, 3, 26))
        outcome = opened().when(c.RecomputeCallDeadline(), now=DURING, mandate=CLOCK, calendar=calendar)

        outcome.then_events(e.CallDeadlineMoved).then_state(lambda it: it.closes_at > CLOSES_AT)
        assert outcome.events[0].previous == DEADLINE

    @pytest.mark.parametrize(
        ("told", "now", "day"),
        [
            (OPEN_CALL, DURING, date(2026, 12, 24)),
            (OPEN_CALL, CLOSES_AT, date(2026, 3, 26)),
            (OVER, CLOSED_AT, date(2026, 3, 26)),
            (PREPARED, DURING, date(2026, 3, 26)),
        ],
    )
    def test_what_does_not_depend_on_it_stays(self, told: Any, now: datetime, day: date) -> None:
        opened(*told).when(c.RecomputeCallDeadline(), now=now, mandate=CLOCK, calendar=self.declared(day)).then_refused(
            RuleViolated, rule="grant.call.deadline_unchanged"
        )
