"""Meetings: announced in time, held, minuted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.consultation import Consultation
from domain.consultations.vocabulary import MeetingFormat, Stage
from domain.kernel.command import Command
from domain.kernel.deadline import deadline
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.vocabulary import LanguageFile
from tests.domain.consultations.stories import (
    AFTER,
    ANALYSED,
    BOTH,
    CALENDAR,
    CHECKED,
    DURING,
    FILE,
    MEETING,
    NOTICE_GIVEN,
    OPEN,
    OVER,
    PREPARED,
    PREPARED_AT,
    REASON,
    REPORTED,
    RULES,
    SCHEDULED,
    WITHDRAWN,
    planned,
)
from tests.support.given import given, new_id

NOTICE = RULES["consultation.meeting.notice"]
SOON = datetime(2026, 3, 18, 9, tzinfo=UTC)
IN_TIME = NOTICE_GIVEN.due_at
CANCEL = c.CancelMeeting(meeting_id=MEETING, reason=REASON)
RECORD = c.RecordMeeting(meeting_id=MEETING, minutes=BOTH, participants=31, organisations=4)
CANCELLED = e.MeetingCancelled(meeting_id=MEETING, reason=REASON)
HELD = e.MeetingHeld(meeting_id=MEETING, minutes=BOTH, participants=31, organisations=4)
HELD_AT = SCHEDULED.starts_at + timedelta(hours=3)


def schedule(starts_at: datetime) -> c.ScheduleMeeting:
    return c.ScheduleMeeting(
        format=MeetingFormat.PUBLIC_HEARING, title=SCHEDULED.title, place="Prishtinë", starts_at=starts_at
    )


def prepared(*events: Any) -> Any:
    return given(Consultation, events or PREPARED, at=PREPARED_AT - timedelta(days=1))


def test_a_meeting_is_announced_with_the_proof_of_its_notice() -> None:
    announced = prepared().when(schedule(IN_TIME), now=PREPARED_AT).then_events(e.MeetingScheduled)

    assert announced.events[0].meeting_id == new_id(0)
    assert announced.events[0].notice == NOTICE_GIVEN
    assert announced.aggregate.meetings[new_id(0)].starts_at == IN_TIME


@pytest.mark.parametrize("starts_at", [SOON, IN_TIME - timedelta(seconds=1), PREPARED_AT - timedelta(days=9)])
def test_nobody_is_called_together_overnight(starts_at: datetime) -> None:
    refused = prepared().when(schedule(starts_at), now=PREPARED_AT)

    refused.then_refused(RuleViolated, rule="consultation.meeting.notice")
    assert refused.refusal.citation.startswith("Regulation (GRK) No. 05/2016")
    assert "10 full days" in str(refused.refusal)


def test_history_shows_a_short_notice_with_a_finding() -> None:
    told = prepared().when(schedule(SOON), now=PREPARED_AT, imported=True)

    told.then_events(e.LegalityChecked, e.MeetingScheduled)
    (finding,) = told.events[0].findings
    assert (finding.code, finding.rule) == ("notice-too-short", "consultation.meeting.notice")
    assert finding.citation
    assert str(new_id(0)) in finding.pointer


def test_history_before_any_calendar_has_no_notice() -> None:
    long_ago = datetime(1999, 5, 1, tzinfo=UTC)
    told = given(Consultation, [planned()], at=long_ago - timedelta(days=1))

    told.when(schedule(long_ago), now=long_ago, imported=True).then_events(e.MeetingScheduled)
    told = given(Consultation, [planned()], at=long_ago - timedelta(days=1))
    told.when(schedule(long_ago), now=long_ago).then_refused(RuleViolated, rule="calendar.published")


def test_a_meeting_lies_in_the_window() -> None:
    opened = given(Consultation, OPEN, at=PREPARED_AT)
    announced_at = datetime(2026, 3, 18, 9, tzinfo=UTC)
    after = schedule(datetime(2026, 4, 14, 9, tzinfo=UTC))

    opened.when(after, now=announced_at).then_refused(RuleViolated, rule="consultation.meeting.within_window")
    given(Consultation, OPEN, at=PREPARED_AT).when(after, now=announced_at, imported=True).then_events(
        e.MeetingScheduled
    )
    within = schedule(deadline(NOTICE, announced_at, "MeetingScheduled", CALENDAR).due_at)
    given(Consultation, OPEN, at=PREPARED_AT).when(within, now=announced_at).then_events(e.MeetingScheduled)


def test_a_new_meeting_in_what_was_ready_is_looked_at_again() -> None:
    prepared(*PREPARED, CHECKED).when(schedule(IN_TIME), now=PREPARED_AT).then_state(
        lambda it: it.stage is Stage.DRAFTING
    )


def test_a_meeting_is_called_off() -> None:
    prepared(*PREPARED, SCHEDULED).when(CANCEL, now=PREPARED_AT).then([CANCELLED])


def test_a_meeting_is_put_on_record() -> None:
    prepared(*OPEN, SCHEDULED).when(RECORD, now=HELD_AT).then([HELD])
    prepared(*OVER, SCHEDULED).when(RECORD, now=AFTER).then([HELD])


def test_minutes_do_not_precede_the_meeting() -> None:
    prepared(*OPEN, SCHEDULED).when(RECORD, now=DURING).then_refused(RuleViolated, rule="consultation.meeting.held")


def test_minutes_have_one_file_per_language() -> None:
    twice = c.RecordMeeting(meeting_id=MEETING, minutes=(*BOTH, LanguageFile(language="sr", file=FILE)), participants=1)

    prepared(*OPEN, SCHEDULED).when(twice, now=HELD_AT).then_refused(InvalidValue, pointer="/minutes/2/language")


@pytest.mark.parametrize("command", [CANCEL, RECORD], ids=lambda it: it.name)
@pytest.mark.parametrize("over", [None, CANCELLED, HELD], ids=["unknown", "cancelled", "held"])
def test_only_an_announced_meeting_is_cancelled_or_held(command: Command, over: Any) -> None:
    story = OPEN if over is None else (*OPEN, SCHEDULED, over)

    prepared(*story).when(command, now=AFTER).then_refused(InvalidValue, pointer="/meeting_id")


@pytest.mark.parametrize("command", [schedule(AFTER), CANCEL, RECORD], ids=lambda it: it.name)
def test_meetings_end_with_the_consultation(command: Command) -> None:
    prepared(*OPEN, SCHEDULED, WITHDRAWN).when(command, now=AFTER).then_refused(IllegalTransition)
    prepared(*OVER, ANALYSED, REPORTED).when(command, now=AFTER).then_refused(IllegalTransition)


def test_no_meeting_is_announced_after_the_window() -> None:
    prepared(*OVER).when(schedule(AFTER + timedelta(days=60)), now=AFTER).then_refused(IllegalTransition)
