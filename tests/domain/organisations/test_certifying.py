"""Certificates, public-benefit status and membership: with days, once each, ended and never deleted."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.text import Text
from domain.organisations import events as e
from domain.organisations.commands import (
    EndMembership,
    EndPublicBenefit,
    GrantPublicBenefit,
    RecordCertificate,
    RecordMembership,
    RevokeCertificate,
)
from domain.organisations.organisation import Organisation
from domain.organisations.vocabulary import Certificate, CertificateKind, Membership, Network, PublicBenefit
from tests.domain.organisations.examples import (
    BENEFIT,
    CERTIFIED,
    DECISION,
    JOINED,
    MEMBERSHIP,
    REASON,
    REFUSED,
    REGISTERED,
    REMOVED,
    STATUS,
    SUSPENDED,
    TAX,
    TODAY,
    claimed,
    national,
)
from tests.support.given import STREAM, Outcome, given, new_id

TOMORROW = TODAY + timedelta(days=1)
DAY = timedelta(days=1)
ENDED = (claimed(), REFUSED)
REVOKE = RevokeCertificate(certificate_id=TAX.certificate_id, revoked_on=TODAY, reason=REASON)
REVOKED = e.CertificateRevoked(
    organisation_id=STREAM, certificate_id=TAX.certificate_id, revoked_on=TODAY, reason=REASON
)


def record(*past: Event, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {
        "kind": CertificateKind.TAX,
        "number": "ATK-2",
        "issued_on": TODAY,
        "valid_until": TODAY + timedelta(days=90),
    }
    return given(Organisation, past or REGISTERED).when(RecordCertificate(**facts | changes), **national())


@pytest.mark.parametrize("past", [(claimed(),), REGISTERED, (*REGISTERED, SUSPENDED)])
def test_a_certificate_is_recorded_with_its_days(past: tuple[Event, ...]) -> None:
    certificate = Certificate(
        certificate_id=new_id(0),
        kind=CertificateKind.TAX,
        number="ATK-2",
        issued_on=TODAY,
        valid_until=TODAY + timedelta(days=90),
    )
    record(*past).then([e.CertificateRecorded(organisation_id=STREAM, certificate=certificate)])


def test_a_tax_certificate_ends_and_a_registration_may_not() -> None:
    record(valid_until=None).then_refused(RuleViolated, rule="organisation.certificate.ends")
    record(kind=CertificateKind.REGISTRATION, valid_until=None).then_events(e.CertificateRecorded)


def test_a_certificate_is_recorded_once() -> None:
    record(*REGISTERED, CERTIFIED, number=TAX.number).then_refused(RuleViolated, rule="organisation.certificate.once")
    record(*REGISTERED, CERTIFIED, number=TAX.number, kind=CertificateKind.REGISTRATION).then_events(
        e.CertificateRecorded
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"issued_on": TOMORROW}, "/issued_on"), ({"valid_until": TODAY - DAY}, "/valid_until")],
)
def test_days_of_a_certificate_that_cannot_be_meant(changes: dict[str, Any], pointer: str) -> None:
    record(**changes).then_refused(InvalidValue, pointer=pointer)


def test_a_certificate_may_be_valid_for_the_day_of_its_issue() -> None:
    record(valid_until=TODAY).then_events(e.CertificateRecorded)


def test_a_revoked_certificate_shows_nothing_from_that_day_on() -> None:
    outcome = given(Organisation, [*REGISTERED, CERTIFIED]).when(REVOKE, **national())

    outcome.then([REVOKED])
    revoked = outcome.aggregate.certificates[TAX.certificate_id]
    assert (revoked.valid_on(TODAY - DAY), revoked.valid_on(TODAY)) == (True, False)


@pytest.mark.parametrize(
    ("past", "changes", "pointer"),
    [
        (REGISTERED, {}, "/certificate_id"),
        ((*REGISTERED, CERTIFIED, REVOKED), {}, "/certificate_id"),
        ((*REGISTERED, CERTIFIED), {"revoked_on": TOMORROW}, "/revoked_on"),
        ((*REGISTERED, CERTIFIED), {"revoked_on": TAX.issued_on - DAY}, "/revoked_on"),
        ((*REGISTERED, CERTIFIED), {"reason": Text()}, "/reason"),
    ],
)
def test_what_is_no_revocation(past: tuple[Event, ...], changes: dict[str, Any], pointer: str) -> None:
    facts: dict[str, Any] = {"certificate_id": TAX.certificate_id, "revoked_on": TODAY, "reason": REASON} | changes

    given(Organisation, past).when(RevokeCertificate(**facts), **national()).then_refused(InvalidValue, pointer=pointer)


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (TAX.issued_on - DAY, False),
        (TAX.issued_on, True),
        (date(2026, 4, 30), True),
        (date(2026, 5, 1), False),
    ],
)
def test_both_days_of_a_certificate_are_within(day: date, valid: bool) -> None:
    assert TAX.valid_on(day) is valid


def grant(*past: Event, since: date = TODAY, until: date | None = None) -> Outcome:
    command = GrantPublicBenefit(decision_no=DECISION, valid_from=since, valid_until=until)
    return given(Organisation, past or REGISTERED).when(command, **national())


def test_public_benefit_status_is_a_time() -> None:
    status = PublicBenefit(status_id=new_id(0), decision_no=DECISION, valid_from=TODAY, valid_until=TODAY)

    grant(until=TODAY).then([e.PublicBenefitGranted(organisation_id=STREAM, status=status)])
    grant(until=TODAY - DAY).then_refused(InvalidValue, pointer="/valid_until")
    grant(claimed()).then_refused(IllegalTransition)


def test_public_benefit_status_is_held_once_at_a_time() -> None:
    grant(*REGISTERED, BENEFIT).then_refused(RuleViolated, rule="organisation.public_benefit.once")
    before = STATUS.valid_from - DAY
    grant(*REGISTERED, BENEFIT, since=before - DAY, until=before).then_events(e.PublicBenefitGranted)


def end(last_day: date, *past: Event) -> Outcome:
    command = EndPublicBenefit(status_id=STATUS.status_id, decision_no=DECISION, last_day=last_day)
    return given(Organisation, past or (*REGISTERED, BENEFIT)).when(command, **national())


def test_public_benefit_status_ends_by_a_decision() -> None:
    ended = e.PublicBenefitEnded(
        organisation_id=STREAM, status_id=STATUS.status_id, decision_no=DECISION, last_day=TODAY
    )
    outcome = end(TODAY).then([ended])

    status = outcome.aggregate.public_benefit[STATUS.status_id]
    assert (status.holds_on(TODAY), status.holds_on(TOMORROW)) == (True, False)
    end(TOMORROW, *REGISTERED, BENEFIT, ended).then_refused(InvalidValue, pointer="/last_day")
    past = e.PublicBenefitEnded(
        organisation_id=STREAM, status_id=STATUS.status_id, decision_no=DECISION, last_day=TODAY - DAY
    )
    end(TODAY - DAY, *REGISTERED, BENEFIT, past).then_refused(InvalidValue, pointer="/status_id")
    end(TODAY, *REGISTERED).then_refused(InvalidValue, pointer="/status_id")
    end(STATUS.valid_from - DAY).then_refused(InvalidValue, pointer="/last_day")


def join(*past: Event, since: date = TODAY, until: date | None = None) -> Outcome:
    command = RecordMembership(network=Network.CIVIKOS, since=since, until=until)
    return given(Organisation, past or REGISTERED).when(command, **national())


def test_membership_is_recorded_once_at_a_time() -> None:
    joined = Membership(network=Network.CIVIKOS, since=TODAY)

    join().then([e.MembershipRecorded(organisation_id=STREAM, membership=joined)])
    join(*REGISTERED, JOINED).then_refused(RuleViolated, rule="organisation.membership.once")
    join(since=TOMORROW).then_refused(InvalidValue, pointer="/since")
    join(until=TODAY - DAY).then_refused(InvalidValue, pointer="/until")
    join(*REGISTERED, REMOVED).then_refused(IllegalTransition)


def leave(until: date, *past: Event) -> Outcome:
    command = EndMembership(network=Network.CIVIKOS, until=until)
    return given(Organisation, past or (*REGISTERED, JOINED)).when(command, **national())


def test_membership_ends_on_a_day() -> None:
    left = e.MembershipEnded(organisation_id=STREAM, network=Network.CIVIKOS, until=TODAY)

    outcome = leave(TODAY).then([left])
    (membership,) = outcome.aggregate.memberships
    assert (membership.holds_on(TODAY), membership.holds_on(TOMORROW)) == (True, False)
    leave(TODAY, *REGISTERED).then_refused(InvalidValue, pointer="/network")
    leave(TODAY, *REGISTERED, JOINED, left).then_refused(InvalidValue, pointer="/network")
    leave(TOMORROW).then_refused(InvalidValue, pointer="/until")
    leave(MEMBERSHIP.since - DAY).then_refused(InvalidValue, pointer="/until")
    join(*REGISTERED, JOINED, left, since=TODAY).then_refused(RuleViolated, rule="organisation.membership.once")


@pytest.mark.parametrize(
    "command",
    [
        RecordCertificate(kind=CertificateKind.REGISTRATION, number="1", issued_on=TODAY),
        REVOKE,
        GrantPublicBenefit(decision_no=DECISION, valid_from=TODAY),
        EndPublicBenefit(status_id=STATUS.status_id, decision_no=DECISION, last_day=TODAY),
        RecordMembership(network=Network.CIVIKOS, since=TODAY),
        EndMembership(network=Network.CIVIKOS, until=TODAY),
    ],
)
def test_a_refused_claim_shows_nothing(command: Any) -> None:
    given(Organisation, ENDED).when(command, **national()).then_refused(IllegalTransition)
