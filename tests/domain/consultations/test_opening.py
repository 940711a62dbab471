"""The window opens when lawful, closes by the clock, and follows the calendar."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.consultation import Consultation
from domain.consultations.vocabulary import DeadlineKind, DocumentKind, Stage
from domain.kernel.calendar import Calendar, NonWorkingDay
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, NotLawful, NotPermitted, RuleViolated
from domain.kernel.manifest import Role
from domain.kernel.text import title
from tests.domain.consultations.stories import (
    AFTER,
    CALENDAR,
    CHECKED,
    CLOSED,
    CLOSED_AT,
    CLOSES_AT,
    DRAFT_ID,
    DURING,
    OPEN,
    OPENED,
    OPENED_AT,
    OVER,
    PREPARED,
    PREPARED_AT,
    REPORT_DUE,
    WINDOW,
    WITHDRAWN,
    attached,
    planned,
)
from tests.support.given import MUNICIPALITY, given

CLOCK = Mandate(Role.CLOCK, "system")
LONG_AGO = datetime(2018, 10, 4, 6, tzinfo=UTC)


def declared(*days: date, lifted: tuple[date, ...] = ()) -> Calendar:
    """The shipped calendar after a decision of the government."""
    names = {"sq": "Ditë zie", "sr": "Dan žalosti", "en": "Day of mourning"}
    held = {day: entry for day, entry in CALENDAR.days.items() if day not in lifted}
    held |= {day: NonWorkingDay(day, names, decision_no="5/2026") for day in days}
    return msgspec.structs.replace(CALENDAR, version="xk.2", days=held)


def prepared(*events: Any, **overrides: Any) -> Any:
    return given(Consultation, events or PREPARED, at=PREPARED_AT)


class TestOpening:
    def test_it_opens_with_a_proof_of_its_end(self) -> None:
        prepared().when(c.OpenConsultation(), now=OPENED_AT).then([CHECKED, OPENED]).then_state(
            lambda it: it.stage is Stage.OPEN and it.closes_at == CLOSES_AT
        )
        assert WINDOW.last_day == date(2026, 4, 10)
        assert WINDOW.rule == "consultation.written.min"
        assert any(day.reason != "weekend" for day in WINDOW.trace), "Easter and Eid lie in it"

    def test_it_opens_from_ready_too(self) -> None:
        prepared(*PREPARED, CHECKED).when(c.OpenConsultation(), now=OPENED_AT).then([CHECKED, OPENED])

    def test_more_days_than_the_minimum_may_be_chosen(self) -> None:
        by_draft = prepared(planned(window_days=20), *PREPARED[1:]).when(c.OpenConsultation(), now=OPENED_AT)
        by_command = prepared().when(c.OpenConsultation(window_days=20), now=OPENED_AT)

        assert by_draft.aggregate.closes_at == by_command.aggregate.closes_at > CLOSES_AT
        assert by_draft.aggregate.window.n == 20

    def test_it_does_not_open_while_the_linter_finds_an_error(self) -> None:
        refused = prepared(planned(contact=None)).when(c.OpenConsultation(), now=OPENED_AT).then_refused(NotLawful)

        assert [finding.code for finding in refused.refusal.findings] == [
            "draft-missing",
            "memorandum-missing",
            "contact-missing",
        ]
        assert all(finding.citation for finding in refused.refusal.findings)

    def test_the_chosen_length_is_linted(self) -> None:
        prepared().when(c.OpenConsultation(window_days=14), now=OPENED_AT).then_refused(NotLawful)

    def test_nobody_sets_the_end_by_hand(self) -> None:
        by_hand = c.OpenConsultation(closes_at=CLOSES_AT)

        prepared().when(by_hand, now=OPENED_AT).then_refused(InvalidValue, pointer="/closes_at")

    def test_a_municipality_counts_calendar_days(self) -> None:
        kinds = (DocumentKind.DRAFT, DocumentKind.EXPLANATORY_MEMORANDUM)
        papers = [attached(kind, "sq", "sr", "tr") for kind in kinds]
        in_three = planned(title=title(sq="Plani", sr="Plan", tr="Plan"))
        outcome = prepared(in_three, *papers).when(c.OpenConsultation(), now=OPENED_AT, tenant=MUNICIPALITY)

        assert outcome.aggregate.window.rule == "consultation.municipal.min"
        assert outcome.aggregate.window.last_day == date(2026, 4, 16)

    def test_warnings_are_recorded_with_the_opening(self) -> None:
        outcome = prepared(planned(summary=None), *PREPARED[1:]).when(c.OpenConsultation(), now=OPENED_AT)

        outcome.then_events(e.LegalityChecked, e.ConsultationOpened)
        assert outcome.events[0].warnings == 2


class TestHistory:
    def test_a_window_of_the_past_is_taken_as_it_was_with_its_findings(self) -> None:
        closes_at = datetime(2018, 11, 9, 23, tzinfo=UTC)
        told = given(Consultation, [planned(plan_item=None)], at=LONG_AGO - timedelta(days=1)).when(
            c.OpenConsultation(closes_at=closes_at), now=LONG_AGO, imported=True
        )

        told.then_events(e.LegalityChecked, e.ConsultationOpened)
        assert told.events[0].errors == 3
        assert told.events[1].closes_at == closes_at
        assert told.events[1].deadline is None

    def test_a_window_that_ends_before_it_starts_is_refused(self) -> None:
        backwards = c.OpenConsultation(closes_at=LONG_AGO - timedelta(days=60))

        given(Consultation, [planned()], at=LONG_AGO - timedelta(days=1)).when(
            backwards, now=LONG_AGO, imported=True
        ).then_refused(InvalidValue, pointer="/closes_at")

    def test_history_without_an_end_gets_the_lawful_one(self) -> None:
        prepared().when(c.OpenConsultation(), now=OPENED_AT, imported=True).then([CHECKED, OPENED])

    def test_it_is_closed_when_it_was_closed(self) -> None:
        closed = prepared(*OPEN).when(c.CloseConsultation(), now=CLOSED_AT, imported=True).then([CLOSED])

        assert closed.aggregate.modified_on == CLOSED_AT

    def test_history_before_any_calendar_has_no_report_date(self) -> None:
        opened = e.ConsultationOpened(
            starts_at=datetime(1999, 5, 1, tzinfo=UTC), closes_at=datetime(1999, 6, 1, tzinfo=UTC), languages=("sq",)
        )
        at = datetime(1999, 5, 1, tzinfo=UTC)
        now = datetime(1999, 6, 1, tzinfo=UTC)
        close = c.CloseConsultation()

        given(Consultation, [planned(), opened], at=at).when(close, now=now, imported=True).then(
            [e.ConsultationClosed(closes_at=now)]
        )
        given(Consultation, [planned(), opened], at=at).when(close, now=now, mandate=CLOCK).then_refused(
            RuleViolated, rule="calendar.published"
        )


class TestClosing:
    def test_the_clock_closes_it_at_its_end(self) -> None:
        prepared(*OPEN).when(c.CloseConsultation(), now=CLOSES_AT, mandate=CLOCK).then([CLOSED])

    def test_the_report_is_due_from_the_last_day_of_the_window(self) -> None:
        assert REPORT_DUE.anchor.astimezone(UTC) < CLOSES_AT
        assert REPORT_DUE.last_day == date(2026, 5, 28)

    @pytest.mark.parametrize("before", [timedelta(seconds=1), timedelta(microseconds=1), timedelta(days=10)])
    def test_not_even_the_clock_closes_it_earlier(self, before: timedelta) -> None:
        refused = prepared(*OPEN).when(c.CloseConsultation(), now=CLOSES_AT - before, mandate=CLOCK)

        refused.then_refused(RuleViolated, rule="consultation.written.min")
        assert refused.refusal.citation.startswith("Regulation (GRK) No. 05/2016")

    def test_a_told_window_is_not_closed_earlier_either(self) -> None:
        told = msgspec.structs.replace(OPENED, deadline=None)

        prepared(*PREPARED, told).when(c.CloseConsultation(), now=DURING, mandate=CLOCK).then_refused(RuleViolated)

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLOCK])
    def test_nobody_closes_by_hand(self, role: Role) -> None:
        prepared(*OPEN).when(c.CloseConsultation(), now=CLOSED_AT, mandate=Mandate(role, "x")).then_refused(
            NotPermitted
        )

    def test_it_closes_once(self) -> None:
        prepared(*OVER).when(c.CloseConsultation(), now=AFTER, mandate=CLOCK).then_refused(IllegalTransition)
        prepared().when(c.CloseConsultation(), now=AFTER, mandate=CLOCK).then_refused(IllegalTransition)


class TestCalendar:
    def test_a_declared_day_moves_the_window_and_both_proofs_stay(self) -> None:
        moved = prepared(*OPEN).when(
            c.RecomputeDeadlines(), now=DURING, mandate=CLOCK, calendar=declared(date(2026, 4, 8))
        )

        moved.then_events(e.DeadlineMoved)
        event = moved.events[0]
        assert event.kind is DeadlineKind.WINDOW
        assert event.previous == WINDOW
        assert event.deadline.last_day == date(2026, 4, 14), "11 and 12 are a weekend, 13 is Easter Monday"
        assert event.deadline.calendar == "xk.2"
        assert moved.aggregate.closes_at == event.deadline.due_at

    def test_the_window_is_not_shortened_when_a_holiday_is_lifted(self) -> None:
        lifted = declared(lifted=(date(2026, 4, 6), date(2026, 4, 9), date(2026, 3, 20)))

        prepared(*OPEN).when(c.RecomputeDeadlines(), now=DURING, mandate=CLOCK, calendar=lifted).then_refused(
            RuleViolated, rule="consultation.deadlines.unchanged"
        )

    def test_the_report_date_moves_both_ways(self) -> None:
        later = declared(date(2026, 5, 5))
        earlier = declared(lifted=(date(2026, 5, 1),))
        for calendar, day in ((later, date(2026, 5, 29)), (earlier, date(2026, 5, 26))):
            moved = prepared(*OVER).when(c.RecomputeDeadlines(), now=AFTER, mandate=CLOCK, calendar=calendar)
            moved.then_events(e.DeadlineMoved)
            assert moved.events[0].kind is DeadlineKind.REPORT
            assert moved.aggregate.report_due.last_day == day

    @pytest.mark.parametrize(
        ("events", "now"),
        [
            (OPEN, DURING),
            (OVER, AFTER),
            (PREPARED, DURING),
            ((*OVER, WITHDRAWN), AFTER),
            ((*PREPARED, msgspec.structs.replace(OPENED, deadline=None)), DURING),
            ((*PREPARED, OPENED, e.ConsultationClosed(closes_at=CLOSES_AT)), AFTER),
        ],
    )
    def test_a_change_that_touches_nothing_is_refused(self, events: Any, now: datetime) -> None:
        far = declared(date(2026, 12, 15))

        prepared(*events).when(c.RecomputeDeadlines(), now=now, mandate=CLOCK, calendar=far).then_refused(
            RuleViolated, rule="consultation.deadlines.unchanged"
        )

    def test_a_window_that_is_over_is_not_reopened_by_a_calendar(self) -> None:
        prepared(*OPEN).when(
            c.RecomputeDeadlines(), now=CLOSES_AT, mandate=CLOCK, calendar=declared(date(2026, 4, 8))
        ).then_refused(RuleViolated, rule="consultation.deadlines.unchanged")


def test_opening_makes_the_papers_public_from_that_moment() -> None:
    it = prepared().when(c.OpenConsultation(), now=OPENED_AT).aggregate

    assert it.documents[DRAFT_ID].languages["sr"].published_at == OPENED_AT


def test_only_an_opened_window_has_an_end() -> None:
    with pytest.raises(TypeError):
        prepared().aggregate.window_closes_at()
