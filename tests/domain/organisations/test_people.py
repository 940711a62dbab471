"""Officers and representatives: known by their ids, their names sealed; mandates with days, ended at once."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.kernel.governing import GOVERNS
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.organisations import events as e
from domain.organisations.commands import EndOfficer, MandateRepresentative, RecordOfficer, RevokeRepresentative
from domain.organisations.organisation import Organisation
from domain.organisations.representation import GOVERNING, Representation
from domain.organisations.vocabulary import Holdings, Officer, Position
from tests.domain.organisations.examples import (
    ANYBODY,
    CLAIMANT,
    DECISION,
    DELEGATE,
    IN_OFFICE,
    OFFICER,
    OTHER,
    PERSON,
    REFUSED,
    REGISTERED,
    REINSTATED,
    REMOVED,
    STRANGER,
    SUSPENDED,
    TODAY,
    claimed,
    mandated,
    national,
)
from tests.support.given import ACTOR, NOW, STREAM, Outcome, given, new_id

DAY = timedelta(days=1)


def record(*past: Event, who: dict[str, Any] | None = None, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {
        "person_id": PERSON,
        "full_name": "Arta Berisha",
        "position": Position.CHAIR,
        "since": TODAY,
    }
    return given(Organisation, past or REGISTERED).when(RecordOfficer(**facts | changes), **(who or national()))


def test_an_officer_is_known_by_id_and_the_name_is_sealed() -> None:
    officer = Officer(officer_id=new_id(0), person_id=PERSON, position=Position.CHAIR, since=TODAY)

    record().then([e.OfficerRecorded(organisation_id=STREAM, officer=officer)]).then_personal(
        {"full_name": "Arta Berisha"}
    )


@pytest.mark.parametrize(
    ("past", "who"),
    [
        ((claimed(),), national(actor=CLAIMANT, mandate=ANYBODY)),
        (REGISTERED, national(mandate=DELEGATE)),
        ((*REGISTERED, SUSPENDED), national()),
    ],
)
def test_who_records_officers(past: tuple[Event, ...], who: dict[str, Any]) -> None:
    record(*past, who=who).then_events(e.OfficerRecorded)


@pytest.mark.parametrize(
    ("past", "who"),
    [
        (REGISTERED, national(actor=CLAIMANT, mandate=ANYBODY)),
        (REGISTERED, national(mandate=STRANGER)),
        ((claimed(),), national(mandate=ANYBODY)),
    ],
)
def test_nobody_else_touches_officers(past: tuple[Event, ...], who: dict[str, Any]) -> None:
    record(*past, who=who).then_refused(NotPermitted)
    given(Organisation, [*past, IN_OFFICE]).when(
        EndOfficer(officer_id=OFFICER.officer_id, until=TODAY), **who
    ).then_refused(NotPermitted)


def test_a_person_holds_an_office_once_at_a_time() -> None:
    record(*REGISTERED, IN_OFFICE).then_refused(RuleViolated, rule="organisation.officer.once")
    record(*REGISTERED, IN_OFFICE, position=Position.TREASURER).then_events(e.OfficerRecorded)
    record(*REGISTERED, IN_OFFICE, person_id=OTHER).then_events(e.OfficerRecorded)
    before = OFFICER.since - DAY
    record(*REGISTERED, IN_OFFICE, since=before, until=before).then_events(e.OfficerRecorded)


def test_days_of_an_office_that_cannot_be_meant() -> None:
    record(since=TODAY + DAY).then_refused(InvalidValue, pointer="/since")
    record(until=TODAY - DAY).then_refused(InvalidValue, pointer="/until")
    record(claimed(), REFUSED).then_refused(IllegalTransition)


def leave(until: date, *past: Event) -> Outcome:
    command = EndOfficer(officer_id=OFFICER.officer_id, until=until)
    return given(Organisation, past or (*REGISTERED, IN_OFFICE)).when(command, **national())


def test_an_office_ends_on_a_day() -> None:
    left = e.OfficerEnded(organisation_id=STREAM, officer_id=OFFICER.officer_id, until=TODAY)

    outcome = leave(TODAY).then([left])
    officer = outcome.aggregate.officers[OFFICER.officer_id]
    assert (officer.serves_on(TODAY), officer.serves_on(TODAY + DAY)) == (True, False)
    leave(TODAY, *REGISTERED).then_refused(InvalidValue, pointer="/officer_id")
    leave(TODAY, *REGISTERED, IN_OFFICE, left).then_refused(InvalidValue, pointer="/officer_id")
    leave(TODAY + DAY).then_refused(InvalidValue, pointer="/until")
    leave(OFFICER.since - DAY).then_refused(InvalidValue, pointer="/until")
    leave(TODAY, *REGISTERED, IN_OFFICE, REMOVED).then_refused(IllegalTransition)


def mandate(*past: Event, who: dict[str, Any] | None = None, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {
        "person_id": PERSON,
        "full_name": "Arta Berisha",
        "email": "arta@qendra.example",
        "legal_basis": "Statute, Article 12",
        "valid_from": date(2026, 1, 1),
    }
    return given(Organisation, past or REGISTERED).when(MandateRepresentative(**facts | changes), **(who or national()))


@pytest.mark.parametrize("who", [national(), national(mandate=DELEGATE)])
def test_a_mandate_governs_and_seals_who_it_is(who: dict[str, Any]) -> None:
    outcome = mandate(who=who).then([mandated(mandate_id=new_id(0))])

    outcome.then_personal({"full_name": "Arta Berisha", "email": "arta@qendra.example"})
    assert outcome.events[0].tags() == (f"organisation:{STREAM}", GOVERNS)


@pytest.mark.parametrize("past", [(claimed(),), (*REGISTERED, SUSPENDED), (*REGISTERED, REMOVED)])
def test_only_a_verified_organisation_gives_mandates(past: tuple[Event, ...]) -> None:
    mandate(*past).then_refused(IllegalTransition)


def test_nobody_mandates_themselves_or_for_another_organisation() -> None:
    mandate(person_id=ACTOR).then_refused(RuleViolated, rule="mandate.self")
    mandate(who=national(mandate=STRANGER)).then_refused(NotPermitted)


def test_days_of_a_mandate_that_cannot_be_meant() -> None:
    mandate(valid_to=date(2025, 12, 31)).then_refused(InvalidValue, pointer="/valid_to")
    mandate(valid_to=TODAY - DAY).then_refused(InvalidValue, pointer="/valid_to")
    mandate(valid_from=TODAY, valid_to=TODAY).then_events(e.RepresentativeMandated)


def test_a_person_represents_an_organisation_once_at_a_time() -> None:
    given_before = mandated(valid_to=date(2026, 3, 31))

    mandate(*REGISTERED, given_before).then_refused(RuleViolated, rule="organisation.representative.once")
    mandate(*REGISTERED, given_before, valid_from=date(2026, 4, 1)).then_events(e.RepresentativeMandated)


def revoke(*past: Event, who: dict[str, Any] | None = None) -> Outcome:
    command = RevokeRepresentative(mandate_id=mandated().mandate_id, reason="Left")
    return given(Organisation, past or (*REGISTERED, mandated())).when(command, **(who or national()))


REVOKED = e.RepresentativeRevoked(organisation_id=STREAM, mandate_id=mandated().mandate_id)


@pytest.mark.parametrize("who", [national(), national(mandate=DELEGATE)])
def test_a_revocation_governs_and_seals_its_reason(who: dict[str, Any]) -> None:
    outcome = revoke(who=who).then([REVOKED]).then_personal({"reason": "Left"})

    assert GOVERNS in outcome.events[0].tags()


def test_only_a_mandate_that_stands_is_revoked() -> None:
    revoke(*REGISTERED).then_refused(InvalidValue, pointer="/mandate_id")
    revoke(*REGISTERED, mandated(), REVOKED).then_refused(InvalidValue, pointer="/mandate_id")
    revoke(who=national(mandate=STRANGER)).then_refused(NotPermitted)


def representing(*events: Event) -> tuple[Mandate, ...]:
    fold = Representation()
    for event in events:
        fold.apply(event)
    return fold.mandates(PERSON, NOW)


HELD = Mandate(Role.CSO_DELEGATE, "Statute, Article 12", STREAM, mandated().mandate_id)
MERGED = e.OrganisationMerged(organisation_id=STREAM, into=OTHER, decision_no=DECISION, holdings=Holdings())


@pytest.mark.parametrize(
    ("events", "held"),
    [
        ((mandated(),), True),
        ((mandated(valid_to=TODAY),), True),
        ((mandated(valid_to=TODAY - DAY),), False),
        ((mandated(valid_from=TODAY + DAY),), False),
        ((mandated(OTHER),), False),
        ((mandated(), REVOKED), False),
        ((mandated(), SUSPENDED), False),
        ((mandated(), SUSPENDED, REINSTATED), True),
        ((mandated(), REMOVED), False),
        ((mandated(), MERGED), False),
        ((mandated(organisation_id=OTHER), REMOVED), True),
    ],
)
def test_who_may_act_follows_from_the_log(events: tuple[Event, ...], held: bool) -> None:
    found = representing(*events)

    assert len(found) == held
    assert {type(event) for event in events} <= set(GOVERNING)


def test_a_mandate_says_for_which_organisation_it_is() -> None:
    assert representing(mandated()) == (HELD,)
    both = representing(mandated(), mandated(organisation_id=OTHER, mandate_id=derived_id("test", "second")))
    assert [one.organisation_id for one in both] == [STREAM, OTHER]
