"""What others rest on: a resolution that was adopted, on exactly what they are about to do."""

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ResolutionKind
from domain.kernel.command import Command
from domain.kernel.errors import RuleViolated
from tests.domain.council import examples as x
from tests.support.council import resolved
from tests.support.given import MINISTRY, context

RESCHEDULE = ResolutionKind.RESCHEDULE_MEASURE
PART = x.SUBJECT.part


class ActOn(Command, frozen=True, kw_only=True):
    """What a command of another domain looks like."""

    resolution_id: UUID | None = None


def test_a_command_names_the_resolution_that_is_read() -> None:
    assert Resolutions.tags(x.MEASURE, ActOn(resolution_id=x.MOTION)) == x.ADOPTED.tags()[:1]
    assert Resolutions.tags(x.MEASURE, ActOn()) == ()


def test_a_resolution_on_just_that_is_enough() -> None:
    fold = Resolutions()
    fold.apply(x.MEASURE, x.TABLED)
    fold.apply(x.MEASURE, x.ADOPTED)

    assert fold.require(RESCHEDULE, "mflt", x.MEASURE, PART) == x.ADOPTED


def test_without_one_nothing_is_done() -> None:
    with pytest.raises(RuleViolated) as refusal:
        Resolutions().require(RESCHEDULE, "mflt", x.MEASURE)

    assert refusal.value.rule == "council.resolution"


@pytest.mark.parametrize(
    "about",
    [
        {"kind": ResolutionKind.DROP_MEASURE},
        {"tenant": "mf"},
        {"stream_id": x.MOTION},
        {"part": None},
        {"part": "milestone:1.2.2"},
    ],
)
def test_a_resolution_on_something_else_is_none(about: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"kind": RESCHEDULE, "tenant": "mflt", "stream_id": x.MEASURE, "part": PART} | about

    with pytest.raises(RuleViolated) as refusal:
        resolved(x.SUBJECT).require(**asked)

    assert refusal.value.rule == "council.resolution"


def test_history_without_a_resolution_is_a_finding() -> None:
    past, now = context(imported=True, tenant=MINISTRY), context(tenant=MINISTRY)

    [found] = Resolutions().require_unless_history(past, RESCHEDULE, x.MEASURE)
    assert (found.code, found.severity, found.rule) == ("resolution-unknown", "warning", "council.resolution")
    with pytest.raises(RuleViolated):
        Resolutions().require_unless_history(now, RESCHEDULE, x.MEASURE)


def test_history_that_names_a_resolution_names_the_right_one() -> None:
    past = context(imported=True, tenant=MINISTRY)

    assert resolved(x.SUBJECT).require_unless_history(past, RESCHEDULE, x.MEASURE, PART) == ()
    with pytest.raises(RuleViolated):
        resolved(replace(x.SUBJECT, tenant="mf")).require_unless_history(past, RESCHEDULE, x.MEASURE, PART)
