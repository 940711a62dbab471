"""What others' decisions ask of an organisation."""

from datetime import date, timedelta

import pytest

from domain.kernel.command import Command
from domain.kernel.errors import RuleViolated
from domain.kernel.event import Event
from domain.kernel.text import title
from domain.organisations import events as e
from domain.organisations.commands import RefuseClaim
from domain.organisations.standing import Standing
from domain.organisations.vocabulary import CertificateKind, Holdings, Stage
from tests.domain.organisations.examples import (
    BENEFIT,
    CERTIFIED,
    DECISION,
    FISCAL,
    IN_OFFICE,
    NAME,
    NGO,
    OTHER,
    PERSON,
    REASON,
    REFUSED,
    REGISTERED,
    REINSTATED,
    REMOVED,
    SUSPENDED,
    TAX,
    TODAY,
    claimed,
    good_standing,
    standing,
)
from tests.support.given import NOW, STREAM

DAY = timedelta(days=1)
MERGED = e.OrganisationMerged(organisation_id=STREAM, into=OTHER, decision_no=DECISION, holdings=Holdings())
MERGED_NOW = e.OrganisationMerged(organisation_id=STREAM, into=OTHER, decision_no=DECISION, holdings=Holdings())
OTHER_NAME = title(sq="Tjetra", sr="Druga")
TAKEN_OVER = e.OrganisationAbsorbed(
    organisation_id=STREAM, merged_id=OTHER, holdings=Holdings(certificates=(TAX,), absorbed=(PERSON,))
)


class Ask(Command, frozen=True):
    """A command of another domain."""

    organisation_id: object = STREAM


@pytest.mark.parametrize("events", [REGISTERED, (*REGISTERED, SUSPENDED, REINSTATED)])
def test_a_verified_organisation_is_in_good_standing(events: tuple[Event, ...]) -> None:
    standing(*events).require_in_good_standing(TODAY)


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ((), "organisation.verified"),
        ((claimed(),), "organisation.verified"),
        ((claimed(), REFUSED), "organisation.verified"),
        ((*REGISTERED, SUSPENDED), "organisation.suspended"),
        ((*REGISTERED, SUSPENDED, REMOVED), "organisation.removed"),
        ((*REGISTERED, MERGED), "organisation.merged"),
    ],
)
def test_any_other_is_not_and_the_rule_says_why(events: tuple[Event, ...], rule: str) -> None:
    with pytest.raises(RuleViolated) as refused:
        standing(*events).require_in_good_standing(TODAY)

    assert (refused.value.rule, bool(refused.value.citation)) == (rule, True)


def test_an_earlier_day_is_answered_by_the_stage_of_that_day() -> None:
    was = standing(*REGISTERED, SUSPENDED, at=NOW - timedelta(days=10))

    with pytest.raises(RuleViolated, match="suspended"):
        was.require_in_good_standing((NOW - timedelta(days=10)).date())
    with pytest.raises(RuleViolated) as refused:
        was.require_in_good_standing((NOW - timedelta(days=11)).date())
    assert refused.value.rule == "organisation.verified", "it was not there yet"


def test_certificates_are_asked_for_a_day() -> None:
    known = good_standing()

    assert known.valid_certificate(CertificateKind.TAX, date(2026, 4, 30))
    assert not known.valid_certificate(CertificateKind.TAX, date(2026, 5, 1))
    assert not known.valid_certificate(CertificateKind.REGISTRATION, TODAY)
    known.require_certificate(CertificateKind.TAX, date(2026, 4, 30))
    with pytest.raises(RuleViolated, match="2026-04-30") as refused:
        known.require_certificate(CertificateKind.TAX, date(2026, 5, 1))
    assert (refused.value.rule, bool(refused.value.citation)) == ("organisation.certificate", True)
    with pytest.raises(RuleViolated):
        standing().require_certificate(CertificateKind.TAX, TODAY)


def test_a_revoked_certificate_counts_no_more() -> None:
    revoked = e.CertificateRevoked(
        organisation_id=STREAM, certificate_id=TAX.certificate_id, revoked_on=TODAY, reason=REASON
    )
    known = good_standing(revoked)

    assert known.valid_certificate(CertificateKind.TAX, TODAY - DAY)
    assert not known.valid_certificate(CertificateKind.TAX, TODAY)


def test_what_is_known_of_an_organisation() -> None:
    known = good_standing(BENEFIT, IN_OFFICE)

    assert (known.name, known.municipality, known.identifiers) == (NAME, "prizren", (NGO, FISCAL))
    assert (known.stage, known.merged_into, known.absorbed) == (Stage.VERIFIED, None, ())
    assert known.public_benefit_on(TODAY)
    assert not known.public_benefit_on(date(2024, 12, 31))
    assert known.officers_on(TODAY) == {PERSON}
    assert known.officers_on(date(2025, 5, 31)) == frozenset()


def test_what_was_merged_into_it_counts_as_its_own() -> None:
    known = standing(*REGISTERED, TAKEN_OVER)

    assert known.valid_certificate(CertificateKind.TAX, TODAY)
    assert known.absorbed == (OTHER, PERSON)
    assert standing(*REGISTERED, MERGED).merged_into == OTHER


def family(*before: Event) -> Standing:
    """An entry that was merged yesterday into another one, which took its tax certificate over and holds another."""
    known = standing(*REGISTERED, *before, at=NOW - 10 * DAY)
    other = (
        claimed(organisation_id=OTHER, legal_name=OTHER_NAME),
        e.OrganisationVerified(organisation_id=OTHER, identifiers=(FISCAL,), decision_no=DECISION),
    )
    for version, event in enumerate(other, 1):
        known.apply(OTHER, event.stamp(OTHER, version, NOW - 5 * DAY))
    known.apply(STREAM, MERGED_NOW.stamp(STREAM, len(REGISTERED) + len(before) + 1, NOW - DAY))
    taken = e.OrganisationAbsorbed(organisation_id=OTHER, merged_id=STREAM, holdings=Holdings(certificates=(TAX,)))
    known.apply(OTHER, taken.stamp(OTHER, 3, NOW - DAY))
    return known


def test_a_merged_entry_is_the_one_that_goes_on() -> None:
    known = family()

    assert (known.name, known.identifiers, known.stage) == (OTHER_NAME, (FISCAL,), Stage.VERIFIED)
    assert known.entries == {STREAM, OTHER}
    known.require_certificate(CertificateKind.TAX, TODAY)
    for named in (None, STREAM, OTHER):
        known.require_in_good_standing(TODAY, named)


def test_before_the_merge_it_stood_by_itself() -> None:
    before = (NOW - 7 * DAY).date()

    family().require_in_good_standing(before, STREAM)
    for named in (None, OTHER):
        with pytest.raises(RuleViolated) as refused:
            family().require_in_good_standing(before, named)
        assert refused.value.rule == "organisation.verified"
    with pytest.raises(RuleViolated) as refused:
        family(SUSPENDED).require_in_good_standing(before, STREAM)
    assert refused.value.rule == "organisation.suspended"


def test_nothing_new_is_begun_under_a_merged_entry() -> None:
    family().require_own_entry(OTHER)
    good_standing().require_own_entry(STREAM)
    with pytest.raises(RuleViolated) as refused:
        family().require_own_entry(STREAM)
    assert (refused.value.rule, refused.value.message.values["into"]) == ("organisation.merged", str(OTHER))


def test_merges_lead_to_the_boundaries_of_all_entries() -> None:
    assert Standing.leads_to(MERGED) == (f"organisation:{OTHER}",)
    assert Standing.leads_to(TAKEN_OVER) == (f"organisation:{OTHER}", f"organisation:{PERSON}")
    assert Standing.leads_to(CERTIFIED) == ()


def test_of_an_unknown_organisation_nothing_is_known() -> None:
    nobody = Standing()

    assert (nobody.stage, nobody.merged_into, nobody.officers) == (None, None, ())
    assert not nobody.public_benefit_on(TODAY)
    with pytest.raises(RuleViolated) as refused:
        _ = nobody.name
    assert refused.value.rule == "organisation.known"


def test_it_folds_the_events_of_the_organisation_that_a_command_names() -> None:
    known = Standing()
    for version, event in enumerate((claimed(), *REGISTERED[1:], CERTIFIED), 1):
        known.apply(STREAM, event.stamp(STREAM, version, NOW - DAY))
    known.apply(OTHER, "an event of another stream that carries the tag")

    known.require_in_good_standing(TODAY)
    assert Standing.tag(OTHER, Ask()) == f"organisation:{STREAM}"
    with pytest.raises(AttributeError):
        Standing.tag(OTHER, RefuseClaim(decision_no=DECISION, reason=REASON))
