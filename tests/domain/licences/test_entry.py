"""The entry of a licence in the national log, and what feeds it."""

from typing import Any

import pytest
from msgspec.structs import replace

from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT, event_id
from domain.kernel.manifest import Reaction, Role
from domain.licences import DOMAIN
from domain.licences import commands as c
from domain.licences import events as e
from domain.licences.entry import LicenceEntry
from domain.licences.policies import POLICIES
from domain.licences.vocabulary import LicenceStage
from domain.organisations.events import organisation_tag
from tests.domain.licences.examples import (
    APPLIED,
    CONTRACT,
    DAY,
    ENTER,
    EXPIRED,
    FURTHER,
    GRANTED,
    INSPECTED,
    LAST,
    LICENCE,
    ORGANISATION,
    REASON,
    REFUSED,
    REINSTATED,
    RENEWED,
    REVOKED,
    SUSPENDED,
    changed,
    entered,
    knowing,
    stream,
    term,
    told_by,
)
from tests.support.given import MINISTRY, MUNICIPALITY, given, given_nothing, told

ENTRY = stream(entered())
MAY = SUSPENDED.first_day
NOTE = c.NoteLicenceChange(
    status=LicenceStage.SUSPENDED,
    since=MAY,
    event_id=told_by(13),
    origin="10:1:13",
    decision_no="14/2026",
    reason=REASON,
)
NOTED = changed(LicenceStage.SUSPENDED, MAY, 13, decision_no="14/2026", reason=REASON)
PLACE: dict[str, Any] = {"event_id": event_id(None, LICENCE, 1), "origin": "10:1:7"}
RELY = c.RelyOnLicence(reliance=CONTRACT)
RELIED = e.LicenceReliedOn(
    organisation_id=ORGANISATION,
    reliance=CONTRACT,
    status=LicenceStage.GRANTED,
    since=term().valid_from,
    origin="10:1:12",
)


def test_a_granted_licence_is_entered_under_its_issuers_name() -> None:
    outcome = given_nothing(LicenceEntry, stream_id=ENTRY).when(ENTER, **knowing()).then([entered()])

    assert outcome.events[0].tags() == (organisation_tag(ORGANISATION),)


def test_only_the_national_log_holds_entries() -> None:
    given_nothing(LicenceEntry).when(ENTER, **knowing(tenant=MUNICIPALITY)).then_refused(
        RuleViolated, rule="tenant.national"
    )


def test_an_issuer_stands_in_the_register_of_institutions() -> None:
    given_nothing(LicenceEntry).when(replace(ENTER, tenant_id=999), **knowing()).then_refused(
        InvalidValue, pointer="/tenant_id"
    )


def test_a_change_is_noted_once_for_each_event() -> None:
    given(LicenceEntry, [entered()], stream_id=ENTRY).when(NOTE, **knowing()).then([NOTED])
    for n, origin in ((12, "10:1:12"), (13, "10:1:13"), (13, "10:2:13")):
        again = replace(NOTE, event_id=told_by(n), origin=origin)
        given(LicenceEntry, [entered(), NOTED], stream_id=ENTRY).when(again, **knowing()).then_refused(
            IllegalTransition
        )


def test_a_change_is_told_to_every_contract_that_rests_on_the_licence() -> None:
    past = [entered(), RELIED]

    given(LicenceEntry, past, stream_id=ENTRY).when(NOTE, **knowing()).then([replace(NOTED, relied_on_by=(CONTRACT,))])


def test_a_contract_that_comes_late_learns_how_the_licence_stands() -> None:
    late = replace(RELIED, status=LicenceStage.SUSPENDED, since=MAY, origin="10:1:13")

    given(LicenceEntry, [entered()], stream_id=ENTRY).when(RELY, **knowing()).then([RELIED])
    given(LicenceEntry, [entered(), NOTED], stream_id=ENTRY).when(RELY, **knowing()).then([late])


def test_a_contract_relies_once() -> None:
    given(LicenceEntry, [entered(), RELIED], stream_id=ENTRY).when(RELY, **knowing()).then_refused(IllegalTransition)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (GRANTED, replace(ENTER, **PLACE)),
        (
            RENEWED,
            c.NoteLicenceChange(
                status=LicenceStage.GRANTED,
                since=FURTHER[0],
                **PLACE,
                decision_no="20/2027",
                term=term(*FURTHER),
            ),
        ),
        (SUSPENDED, replace(NOTE, **PLACE)),
        (
            REINSTATED,
            replace(NOTE, **PLACE, status=LicenceStage.GRANTED, since=REINSTATED.first_day, decision_no="16/2026"),
        ),
        (
            REVOKED,
            replace(NOTE, **PLACE, status=LicenceStage.REVOKED, since=REVOKED.first_day, decision_no="18/2026"),
        ),
        (EXPIRED, c.NoteLicenceChange(status=LicenceStage.EXPIRED, since=LAST + DAY, **PLACE)),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_an_issuer_decides_goes_into_the_national_log(event: Event, expected: c.NoteLicenceChange) -> None:
    (reaction,) = POLICIES[type(event)](told(event, LICENCE, tenant=MINISTRY, position=7))

    assert reaction == Reaction(ENTRY, expected, NATIONAL_TENANT)


@pytest.mark.parametrize("event", [APPLIED, INSPECTED, REFUSED], ids=lambda one: type(one).__name__)
def test_what_is_between_issuer_and_organisation_stays_there(event: Event) -> None:
    assert type(event) not in POLICIES
    assert list(POLICIES[e.LicenceGranted](told(event, LICENCE))) == []


def test_an_entry_is_one_licence_of_one_log() -> None:
    assert len({e.entry_id(tenant, licence) for tenant in (10, 11) for licence in (LICENCE, ORGANISATION)}) == 4


def test_who_may_do_what() -> None:
    inspector = frozenset({Role.LICENSING_INSPECTOR})
    for decision in (
        c.RecordInspection,
        c.GrantLicence,
        c.RefuseLicence,
        c.RenewLicence,
        c.SuspendLicence,
        c.ReinstateLicence,
        c.RevokeLicence,
    ):
        assert DOMAIN.permissions[decision] == inspector
    assert DOMAIN.permissions[c.ApplyForLicence] == {Role.CSO_DELEGATE}
    for told_elsewhere in (c.ExpireLicence, c.EnterLicence, c.NoteLicenceChange, c.RelyOnLicence):
        assert DOMAIN.permissions[told_elsewhere] == {Role.CLOCK}
