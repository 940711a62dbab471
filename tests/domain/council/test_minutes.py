"""Minutes of a meeting: drafted after it, signed by the co-chairs of both sides, in time or late."""

from typing import Any

import pytest
from msgspec.structs import replace

from domain.council.commands import meeting as c
from domain.council.events import meeting as e
from domain.council.meeting import CouncilMeeting
from domain.council.vocabulary import Minutes, Seat
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.text import text
from tests.domain.council import examples as x
from tests.support.given import NATIONAL, Outcome, given

HELD = (*x.OPEN, e.MeetingClosed(lapsed=(x.MOTION,), minutes_by=x.MINUTES_BY))
DRAFT = c.DraftMinutes(minutes=x.SAID)
SIGN = c.SignMinutes(council_id=x.COUNCIL, draft=1)


def decided(command: Command, *past: Event, by: Seat | None = None, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": x.SECRETARY, "now": x.BEGINS}
    facts |= {"references": {"council": x.council(*x.CHAIRED)}}
    if by is not None:
        facts |= {"mandate": x.MEMBER, "actor": x.person(by)}
    return given(CouncilMeeting, past).when(command, **(facts | changes))


def test_minutes_are_drafted_after_the_meeting_and_anew() -> None:
    adjourned = (x.CALLED, e.MeetingAdjourned(minutes_by=x.MINUTES_BY))

    decided(DRAFT, *HELD).then([x.DRAFTED])
    decided(DRAFT, *adjourned).then([x.DRAFTED])
    decided(DRAFT, *HELD, x.DRAFTED).then([replace(x.DRAFTED, draft=2)])
    decided(DRAFT, *x.OPEN).then_refused(IllegalTransition)
    decided(DRAFT, *HELD, x.DRAFTED, *x.SIGNED, x.MINUTED).then_refused(IllegalTransition)


@pytest.mark.parametrize(
    ("minutes", "refusal"),
    [
        (Minutes(), {"error": InvalidValue, "pointer": "/minutes"}),
        (Minutes(text=text(sq="Vetëm shqip")), {"error": RuleViolated, "rule": "council.languages"}),
        (Minutes(files=(x.FILE, x.FILE)), {"error": InvalidValue, "pointer": "/minutes/files/1/language"}),
    ],
)
def test_minutes_that_cannot_be_meant(minutes: Minutes, refusal: dict[str, Any]) -> None:
    decided(c.DraftMinutes(minutes=minutes), *HELD).then_refused(**refusal)


def test_both_co_chairs_sign_the_same_draft() -> None:
    drafted = (*HELD, x.DRAFTED)

    decided(SIGN, *drafted, by=x.cso(1)).then([x.SIGNED[0]])
    decided(SIGN, *drafted, x.SIGNED[0], by=x.cso(1)).then_refused(IllegalTransition)
    decided(SIGN, *drafted, x.SIGNED[0], by=x.institution(1)).then([x.SIGNED[1], x.MINUTED])


def test_nobody_else_signs() -> None:
    decided(SIGN, *HELD, x.DRAFTED, by=x.cso(2)).then_refused(RuleViolated, rule="council.co_chair")


def test_a_new_draft_is_signed_anew() -> None:
    redrafted = (*HELD, x.DRAFTED, x.SIGNED[0], replace(x.DRAFTED, draft=2))

    decided(SIGN, *redrafted, by=x.institution(1)).then_refused(RuleViolated, rule="council.minutes.draft")
    decided(replace(SIGN, draft=2), *redrafted, by=x.institution(1)).then([replace(x.SIGNED[1], draft=2)])


def test_minutes_that_come_after_their_time_are_late() -> None:
    outcome = decided(SIGN, *HELD, x.DRAFTED, x.SIGNED[0], by=x.institution(1), now=x.MINUTES_BY.due_at)

    outcome.then([x.SIGNED[1], replace(x.MINUTED, late=True)])
