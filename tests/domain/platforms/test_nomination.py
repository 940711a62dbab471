"""Nominations: an institution asks in every language, a platform names people, the institution takes some of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.kernel.command import Command
from domain.kernel.context import Tenant
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.text import Text, Title, text, title
from domain.platforms.commands import nomination as c
from domain.platforms.events.nomination import PersonNominated
from domain.platforms.nomination import Nomination, NomineeStanding, Taken
from domain.platforms.nomination_call import NominationCall
from tests.domain.organisations.examples import SUSPENDED
from tests.domain.platforms import examples as x
from tests.support.given import NOW, STREAM, Outcome, given, given_nothing

ASK = c.AskForNominations(**{name: getattr(x.ASKED, name) for name in c.AskForNominations.__struct_fields__})
END = c.EndNominations(reason=x.ENDED.reason)
NOMINATE = c.NominatePerson(
    call_id=x.CALL,
    full_name="Arta Berisha",
    email="arta@forumi.example",
    statement="Njoh vullnetarizmin.",
    organisation_id=x.ORGANISATION,
)
ACCEPT, WITHDRAW = c.AcceptNominee(call_id=x.CALL), c.WithdrawNomination(call_id=x.CALL)
DECLINE = c.DeclineNominee(call_id=x.CALL, reason="Pa përvojë në këtë fushë.")
DECIDE = (ACCEPT, DECLINE, WITHDRAW)


def nominated(command: c.NominatePerson = NOMINATE, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {
        "mandate": x.API_CLIENT,
        "references": {"call": x.call()},
        "registers": (x.standing(),),
    }
    return given_nothing(Nomination).when(command, **facts | changes)


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    by = x.API_CLIENT if isinstance(command, c.WithdrawNomination) else x.SECRETARY
    facts: dict[str, Any] = {"mandate": by, "references": {"call": x.call()}, "boundary": Taken()}
    return given(Nomination, past or [x.NOMINATED]).when(command, **facts | changes)


def taken(count: int) -> Taken:
    fold = Taken()
    for n in range(count):
        fold.apply(derived_id("test", "nomination", n), x.NOMINATED)
        fold.apply(derived_id("test", "nomination", n), x.ACCEPTED)
    return fold


def test_an_institution_asks_and_ends() -> None:
    given_nothing(NominationCall).when(ASK, mandate=x.SECRETARY).then([x.ASKED])
    given(NominationCall, [x.ASKED]).when(END, mandate=x.SECRETARY).then([x.ENDED])
    given(NominationCall, [x.ASKED, x.ENDED]).when(END, mandate=x.SECRETARY).then_refused(IllegalTransition)


def test_a_call_says_everything_in_every_language_and_ends_on_a_day_to_come() -> None:
    empty, half = {"title": Title(), "task": Text()}, {"title": title(sq="Grupi"), "task": text(sq="Drafti")}
    for field in ("title", "task"):
        said: Any = replace(ASK, **{field: empty[field]})
        given_nothing(NominationCall).when(said).then_refused(InvalidValue, pointer=f"/{field}")
        said = replace(ASK, **{field: half[field]})
        given_nothing(NominationCall).when(said).then_refused(RuleViolated, rule="nomination.languages")
    given(NominationCall, [x.ASKED]).when(c.EndNominations(reason=text(sq="Mbaroi"))).then_refused(
        RuleViolated, rule="nomination.languages"
    )
    given_nothing(NominationCall).when(replace(ASK, until=date(2026, 3, 15))).then_refused(
        InvalidValue, pointer="/until"
    )
    given_nothing(NominationCall).when(replace(ASK, until=date(2026, 3, 16))).then_events(type(x.ASKED))
    ended = Tenant(10, "mflt", "ministry", ended=True)
    given_nothing(NominationCall).when(ASK, tenant=ended).then_refused(RuleViolated, rule="institution.active")


def test_a_platform_names_somebody_of_whom_the_log_knows_an_id() -> None:
    nominated().then([x.NOMINATED]).then_personal(
        {"full_name": NOMINATE.full_name, "email": NOMINATE.email or "", "statement": NOMINATE.statement or ""}
    )
    for_itself = c.NominatePerson(call_id=x.CALL, full_name="Arta Berisha")
    (event,) = nominated(for_itself, registers=(NomineeStanding(),)).then_personal({"full_name": "Arta Berisha"}).events
    assert isinstance(event, PersonNominated)
    assert (event.organisation_id, event.organisation_name) == (None, None)


def test_only_for_an_organisation_in_good_standing() -> None:
    assert NomineeStanding.tags(STREAM, c.NominatePerson(call_id=x.CALL, full_name="Arta")) == ()
    nominated(registers=(x.standing(SUSPENDED),)).then_refused(RuleViolated, rule="organisation.suspended")
    nominated(registers=(NomineeStanding(),)).then_refused(RuleViolated, rule="organisation.verified")


def test_in_time_is_up_to_the_last_day() -> None:
    last = NOW.replace(month=3, day=31, hour=21)  # 23:00 in Kosovo, where summer time began
    nominated(now=last).then_events(PersonNominated)
    nominated(now=last + timedelta(hours=1)).then_refused(RuleViolated, rule="nomination.time")
    nominated(references={"call": x.call(x.ENDED)}).then_refused(IllegalTransition)


def test_the_institution_takes_a_nominee_or_does_not_and_the_platform_may_think_again() -> None:
    decided(ACCEPT).then([x.ACCEPTED])
    decided(DECLINE).then([x.DECLINED]).then_personal({"declined_reason": DECLINE.reason})
    decided(WITHDRAW).then([x.WITHDRAWN])
    decided(WITHDRAW, actor=x.OTHER_CLIENT).then_refused(StreamNotFound)


@pytest.mark.parametrize("end", [x.ACCEPTED, x.DECLINED, x.WITHDRAWN], ids=lambda one: type(one).__name__)
def test_what_was_decided_stays(end: Event) -> None:
    for command in DECIDE:
        decided(command, x.NOMINATED, end).then_refused(IllegalTransition)


def test_nothing_is_decided_after_the_end_or_of_another_call() -> None:
    for command in DECIDE:
        decided(command, references={"call": x.call(x.ENDED)}).then_refused(IllegalTransition)
        other: Any = replace(command, call_id=x.GROUP)
        decided(other).then_refused(InvalidValue, pointer="/call_id")


def test_there_is_room_for_as_many_as_were_asked_for() -> None:
    decided(ACCEPT, boundary=taken(1)).then_refused(RuleViolated, rule="nomination.places")
    two = given(NominationCall, [replace(x.ASKED, places=2)], stream_id=x.CALL).aggregate
    decided(ACCEPT, boundary=taken(1), references={"call": two}).then([x.ACCEPTED])
    decided(ACCEPT, boundary=taken(2), references={"call": two}).then_refused(RuleViolated, rule="nomination.places")
