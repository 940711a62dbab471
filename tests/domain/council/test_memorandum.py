"""A memorandum of cooperation: signed with parties that there are, its obligations fulfilled, reviewed, ended."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.council.commands import memorandum as c
from domain.council.events import memorandum as e
from domain.council.memorandum import Memorandum, PartyStandings
from domain.council.memorandum_parts import Obligation, Party, obligation_id
from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.kernel.text import Text, title
from tests.domain.council import cooperating as x
from tests.domain.council.voting import delegate
from tests.domain.organisations.examples import REGISTERED, SUSPENDED
from tests.support.given import MUNICIPALITY, NOW, STREAM, Outcome, given, given_nothing

OFFICER = Mandate("consultation_coordinator", "Appointment 5/2026")
BY_INSTITUTION = replace(x.FULFIL, organisation_id=None)


def known(*events: Event, of: UUID = x.ORGANISATION) -> PartyStandings:
    fold = PartyStandings()
    for version, event in enumerate(events or REGISTERED, 1):
        fold.apply(of, replace(event).stamp(of, version, NOW))
    return fold


def signed(command: c.SignMemorandum = x.SIGN, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": MUNICIPALITY, "mandate": OFFICER, "registers": (known(),)}
    return given_nothing(Memorandum).when(command, **(facts | changes))


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    return given(Memorandum, past or x.IN_FORCE).when(
        command, **({"tenant": MUNICIPALITY, "mandate": OFFICER} | changes)
    )


def test_a_memorandum_is_signed_with_organisations_in_good_standing() -> None:
    signed().then(x.IN_FORCE)
    assert PartyStandings.register_tags(STREAM, x.SIGN, None) == (f"organisation:{x.ORGANISATION}",)
    suspended = known(*REGISTERED, SUSPENDED)
    signed(registers=(suspended,)).then_refused(RuleViolated, rule="organisation.suspended")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"signed_on": date(2026, 3, 17)}, "/signed_on"),
        ({"ends_on": x.SIGNED_ON - timedelta(days=1)}, "/ends_on"),
        ({"review_by": x.SIGNED_ON - timedelta(days=1)}, "/review_by"),
        ({"parties": (x.PARTIES[0], x.PARTIES[0])}, "/parties/1/code"),
        ({"parties": (Party(code="youth"),)}, "/parties/0"),
        ({"parties": (Party(code="youth", institution="mflt", named=title(sq="Dy")),)}, "/parties/0"),
        ({"obligations": (Obligation(code="a", party="nobody", what=x.WORDS),)}, "/obligations/0/party"),
        ({"obligations": (Obligation(code="a", what=x.WORDS), Obligation(code="a", what=x.WORDS))}, "/obligations/1/code"),
        ({"obligations": (Obligation(code="a", what=x.WORDS, due=date(2026, 1, 1)),)}, "/obligations/0/due"),
        ({"obligations": (Obligation(code="a", what=Text()),)}, "/obligations/0/what"),
        ({"files": (*x.PAPERS, *x.PAPERS)}, "/files/1"),
    ],
)  # fmt: skip
def test_a_memorandum_that_cannot_be_meant(changes: dict[str, Any], pointer: str) -> None:
    signed(replace(x.SIGN, **changes)).then_refused(InvalidValue, pointer=pointer)


def test_a_party_shows_what_it_did_itself_and_the_institution_shows_anything() -> None:
    decided(x.FULFIL, mandate=delegate()).then([x.FULFILLED])
    decided(BY_INSTITUTION).then([replace(x.FULFILLED, organisation_id=None)])
    decided(x.FULFIL, mandate=delegate(x.OTHER)).then_refused(NotPermitted)
    decided(BY_INSTITUTION, mandate=delegate()).then_refused(NotPermitted)
    decided(replace(x.FULFIL, code="rooms"), mandate=delegate()).then_refused(NotPermitted)
    others = replace(x.TRAIN, party="finance")
    decided(x.FULFIL, x.SIGNED, others, mandate=delegate()).then_refused(RuleViolated, rule="council.obligation.own")


def test_an_obligation_is_fulfilled_once_on_a_day_that_was() -> None:
    decided(BY_INSTITUTION, *x.IN_FORCE, x.FULFILLED).then_refused(RuleViolated, rule="council.obligation.once")
    for changes, pointer in (
        ({"code": "unknown"}, "/code"),
        ({"on": date(2026, 3, 17)}, "/on"),
        ({"on": x.SIGNED_ON - timedelta(days=1)}, "/on"),
        ({"what": Text()}, "/what"),
    ):
        changed: Command = replace(BY_INSTITUTION, **changes)
        decided(changed).then_refused(InvalidValue, pointer=pointer)


def test_after_its_last_day_it_is_late() -> None:
    after = NOW + timedelta(days=200)
    for on, late in ((x.DUE, False), (x.DUE + timedelta(days=1), True)):
        (event,) = decided(replace(BY_INSTITUTION, on=on), now=after).then_events(e.ObligationFulfilled).events
        assert isinstance(event, e.ObligationFulfilled)
        assert event.late is late


def test_a_review_says_what_is_open() -> None:
    decided(x.REVIEW).then([x.REVIEWED])
    decided(x.REVIEW, *x.IN_FORCE, x.FULFILLED).then([replace(x.REVIEWED, open=("rooms",))])
    decided(replace(x.REVIEW, review_by=date(2026, 3, 16))).then_refused(InvalidValue, pointer="/review_by")


def test_what_ended_binds_nobody_and_keeps_what_was_not_done() -> None:
    decided(x.END).then([x.ENDED])
    for command in (x.END, x.REVIEW, BY_INSTITUTION):
        decided(command, *x.IN_FORCE, x.ENDED).then_refused(IllegalTransition)
    assert obligation_id("train") != obligation_id("rooms")
