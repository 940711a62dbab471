"""A workshop: announced ahead, attended by numbers alone, with what came of it, or cancelled."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.council.commands import workshop as c
from domain.council.workshop import Workshop
from domain.council.workshop_parts import Attendance, AttendingSide, WorkshopLevel, WorkshopPlace, WorkshopStage
from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.text import Text, text
from tests.domain.council import cooperating as x
from tests.support.given import MUNICIPALITY, NOW, Outcome, given, given_nothing

LEAD = Mandate("measure_lead", "Appointment 5/2026")
AFTER = x.BEGINS + timedelta(minutes=1)


def announced(command: c.AnnounceWorkshop = x.ANNOUNCE, **changes: Any) -> Outcome:
    return given_nothing(Workshop).when(command, **({"tenant": MUNICIPALITY, "mandate": LEAD} | changes))


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": MUNICIPALITY, "mandate": LEAD, "now": AFTER}
    return given(Workshop, past).when(command, **(facts | changes))


def test_a_workshop_is_announced_ahead_in_every_language() -> None:
    announced().then([x.ANNOUNCED])
    half = replace(x.ANNOUNCE, summary=text(sq="Vetëm shqip"))
    announced(half).then_refused(RuleViolated, rule="council.languages")
    announced(tenant=dataclasses.replace(MUNICIPALITY, ended=True)).then_refused(
        RuleViolated, rule="institution.active"
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"begins_at": NOW}, "/begins_at"),
        ({"ends_at": x.BEGINS}, "/ends_at"),
        ({"place": WorkshopPlace(municipality="prizren")}, "/place"),
        ({"place": WorkshopPlace(room="Salla 1")}, "/place/municipality"),
        ({"level": WorkshopLevel.CENTRAL}, "/place/municipality"),
        ({"title": Text()}, "/title"),
    ],
)
def test_a_workshop_that_nobody_could_come_to(changes: dict[str, Any], pointer: str) -> None:
    announced(replace(x.ANNOUNCE, **changes)).then_refused(InvalidValue, pointer=pointer)


def test_history_tells_of_workshops_that_were() -> None:
    announced(now=AFTER, imported=True).then([x.ANNOUNCED])


def test_who_came_is_told_when_it_has_begun_and_may_be_corrected() -> None:
    held = decided(x.ATTEND, x.ANNOUNCED).then([x.ATTENDED])
    held.then_state(lambda one: one.stage is WorkshopStage.HELD)
    decided(x.ATTEND, x.ANNOUNCED, x.ATTENDED).then([x.ATTENDED])
    decided(x.ATTEND, x.ANNOUNCED, now=x.BEGINS - timedelta(seconds=1)).then_refused(
        RuleViolated, rule="council.workshop.begun"
    )
    decided(x.ATTEND, x.ANNOUNCED, x.CALLED_OFF).then_refused(IllegalTransition)
    nobody = c.RecordAttendance(attendance=(Attendance(side=AttendingSide.OTHERS, women=0, men=0),))
    decided(nobody, x.ANNOUNCED).then_refused(InvalidValue, pointer="/attendance")
    twice = c.RecordAttendance(attendance=(x.CAME[0], x.CAME[0]))
    decided(twice, x.ANNOUNCED).then_refused(InvalidValue, pointer="/attendance/1/side")
    assert x.CAME[0].total == 13


def test_what_came_of_it_is_told_of_what_was_held() -> None:
    decided(x.CONCLUDE, x.ANNOUNCED, x.ATTENDED).then([x.CONCLUDED])
    decided(x.CONCLUDE, x.ANNOUNCED, x.ATTENDED, x.CONCLUDED).then([x.CONCLUDED])
    decided(x.CONCLUDE, x.ANNOUNCED).then_refused(IllegalTransition)
    same = replace(x.CONCLUDE, files=(*x.PAPERS, *x.PAPERS))
    decided(same, x.ANNOUNCED, x.ATTENDED).then_refused(InvalidValue, pointer="/files/1")


def test_a_workshop_is_cancelled_before_it_was_held() -> None:
    cancel = c.CancelWorkshop(reason=x.WORDS)
    decided(cancel, x.ANNOUNCED).then([x.CALLED_OFF])
    decided(cancel, x.ANNOUNCED, x.ATTENDED).then_refused(IllegalTransition)
    decided(cancel, x.ANNOUNCED, x.CALLED_OFF).then_refused(IllegalTransition)
    decided(c.CancelWorkshop(reason=Text()), x.ANNOUNCED).then_refused(InvalidValue, pointer="/reason")
