"""Claims: made by anybody, amended by their claimant, verified by proof or refused."""

from typing import Any

import pytest

from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.manifest import Role
from domain.kernel.text import Text, Title, title
from domain.organisations import events as e
from domain.organisations.commands import AmendOrganisation, ClaimOrganisation, RefuseClaim, VerifyOrganisation
from domain.organisations.identifiers import IdentifierHolders
from domain.organisations.organisation import Organisation
from domain.organisations.vocabulary import Identifier, LegalForm, Scheme, Stage
from tests.domain.organisations.examples import (
    ANYBODY,
    CLAIMANT,
    CONTACT,
    DECISION,
    DELEGATE,
    FISCAL,
    NAME,
    NGO,
    OTHER,
    REASON,
    REFUSED,
    REGISTERED,
    REMOVED,
    STRANGER,
    SUSPENDED,
    claimed,
    national,
    verified,
)
from tests.support.given import ACTOR, MINISTRY, STREAM, Outcome, given, given_nothing

CLAIM: dict[str, Any] = {
    "legal_name": NAME,
    "legal_form": LegalForm.ASSOCIATION,
    "municipality": "prizren",
    "identifiers": (NGO, FISCAL),
    "contact": CONTACT,
}


def claim(changes: dict[str, Any] | None = None, **context: Any) -> Outcome:
    """What becomes of a claim by anybody."""
    command = ClaimOrganisation(**CLAIM | (changes or {}))
    return given_nothing(Organisation).when(command, **national(actor=CLAIMANT, mandate=ANYBODY) | context)


IMPORTER = Mandate(Role.IMPORTER, "system")


def held_by(organisation_id: Any, *identifiers: Identifier) -> IdentifierHolders:
    holders = IdentifierHolders()
    holders.apply(organisation_id, verified(organisation_id, identifiers))
    return holders


def findings(outcome: Outcome) -> list[str]:
    return [found.code for event in outcome.events for found in getattr(event, "findings", ())]


def test_anybody_claims_an_organisation_and_it_is_theirs() -> None:
    outcome = claim()

    outcome.then([claimed()]).then_state(lambda one: one.stage is Stage.CLAIMED)
    assert outcome.events[0].tags() == (f"organisation:{STREAM}",)


def test_claims_are_made_in_the_national_log_only() -> None:
    claim(tenant=MINISTRY).then_refused(RuleViolated, rule="tenant.national")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"legal_name": Title()}, "/legal_name"),
        ({"identifiers": (NGO, Identifier(Scheme.NGO, "5100000-1"))}, "/identifiers/1/scheme"),
        ({"municipality": "atlantis"}, "/municipality"),
        ({"municipality": "mflt"}, "/municipality"),
        ({"municipality": "sandbox-municipality"}, "/municipality"),
        ({"municipality": "peje"}, "/municipality"),
    ],
)
def test_what_cannot_be_meant(changes: dict[str, Any], pointer: str) -> None:
    claim(changes).then_refused(InvalidValue, pointer=pointer)


def test_an_organisation_must_be_reached_somehow() -> None:
    claim({"contact": None}).then_refused(RuleViolated, rule="organisation.contact")


def test_history_may_leave_open_who_claimed_it_and_how_it_is_reached() -> None:
    outcome = claim({"contact": None, "municipality": "peje"}, imported=True, mandate=IMPORTER)

    outcome.then_events(e.OrganisationClaimed)
    assert findings(outcome) == ["contact-missing"]
    assert outcome.aggregate.claimant_id is None


@pytest.mark.parametrize(
    ("identifier", "odd"),
    [
        (NGO, False),
        (Identifier(Scheme.NGO, "51 12345 / 6"), False),
        (Identifier(Scheme.NGO, "7112345-6"), True),
        (Identifier(Scheme.NGO, "5112345"), True),
        (FISCAL, False),
        (Identifier(Scheme.FISCAL, "811234567"), False),
        (Identifier(Scheme.FISCAL, "60012345"), True),
    ],
)
def test_an_odd_identifier_is_found_and_not_refused(identifier: Identifier, odd: bool) -> None:
    assert findings(claim({"identifiers": (identifier,)})) == (["identifier-form"] if odd else [])


def test_a_claim_on_what_another_has_is_told_so() -> None:
    outcome = claim({"identifiers": (NGO,)}, boundary=held_by(OTHER, NGO))

    outcome.then_events(e.OrganisationClaimed)
    assert findings(outcome) == ["identifier-taken"]


@pytest.mark.parametrize("mandate", [ANYBODY, None])
def test_a_claim_is_amended_by_its_claimant_or_the_registrar(mandate: Any) -> None:
    who = national(actor=CLAIMANT, mandate=ANYBODY) if mandate else national()
    changed = AmendOrganisation(legal_form=LegalForm.INSTITUTE, identifiers=(FISCAL,), municipality="prizren")

    given(Organisation, [claimed()]).when(changed, **who).then(
        [
            e.OrganisationAmended(
                organisation_id=STREAM,
                legal_form=LegalForm.INSTITUTE,
                municipality="prizren",
                identifiers=(FISCAL,),
                former_identifiers=(NGO,),
            )
        ]
    ).then_state(lambda one: one.identifiers == (FISCAL,) and one.legal_form is LegalForm.INSTITUTE)


@pytest.mark.parametrize("mandate", [ANYBODY, STRANGER])
def test_nobody_else_amends_a_claim(mandate: Any) -> None:
    given(Organisation, [claimed()]).when(AmendOrganisation(contact=CONTACT), **national(mandate=mandate)).then_refused(
        NotPermitted
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({}, ""),
        ({"legal_name": Title()}, "/legal_name"),
        ({"municipality": "atlantis"}, "/municipality"),
        ({"identifiers": (NGO, NGO)}, "/identifiers/1/scheme"),
        ({"legal_name": NAME, "decision_no": DECISION}, "/decision_no"),
    ],
)
def test_what_an_amendment_cannot_mean(changes: dict[str, Any], pointer: str) -> None:
    given(Organisation, [claimed()]).when(AmendOrganisation(**changes), **national()).then_refused(
        InvalidValue, pointer=pointer
    )


def test_after_the_verification_the_claimant_has_no_say_left() -> None:
    given(Organisation, REGISTERED).when(
        AmendOrganisation(contact=CONTACT), **national(actor=CLAIMANT, mandate=ANYBODY)
    ).then_refused(NotPermitted)


def test_of_what_was_verified_a_delegate_changes_the_contact_alone() -> None:
    registered = given(Organisation, REGISTERED)

    registered.when(AmendOrganisation(legal_name=NAME), **national(mandate=DELEGATE)).then_refused(NotPermitted)
    registered.when(AmendOrganisation(contact=CONTACT), **national(mandate=DELEGATE)).then(
        [e.OrganisationAmended(organisation_id=STREAM, contact=CONTACT)]
    )


def test_what_was_verified_changes_by_a_decision() -> None:
    renamed = title(sq="Emri i ri")
    registered = given(Organisation, [*REGISTERED, SUSPENDED])

    registered.when(AmendOrganisation(legal_name=renamed), **national()).then_refused(
        RuleViolated, rule="organisation.verified_facts"
    )
    outcome = registered.when(AmendOrganisation(legal_name=renamed, decision_no=DECISION), **national())
    outcome.then_events(e.OrganisationAmended).then_state(lambda one: one.legal_name == renamed)
    assert outcome.events[0].tags() == (f"organisation:{STREAM}",)


def test_identifiers_change_in_their_boundaries() -> None:
    new = Identifier(Scheme.NGO, "5199999-9")
    command = AmendOrganisation(identifiers=(new,), decision_no=DECISION)
    registered = given(Organisation, REGISTERED)

    registered.when(command, **national(boundary=held_by(OTHER, new))).then_refused(
        RuleViolated, rule="organisation.identifier"
    )
    outcome = registered.when(command, **national(boundary=held_by(STREAM, new)))
    assert findings(outcome) == []
    assert set(outcome.events[0].tags()) == {
        f"organisation:{STREAM}",
        "identifier:XK-NGO:51999999",
        "identifier:XK-NGO:51123456",
        "identifier:XK-FISCAL:600123456",
    }


@pytest.mark.parametrize("ended", [REFUSED, None])
def test_what_is_over_is_not_amended(ended: Any) -> None:
    past = [claimed(), REFUSED] if ended else [*REGISTERED, REMOVED]

    given(Organisation, past).when(AmendOrganisation(contact=CONTACT), **national()).then_refused(IllegalTransition)


VERIFY = VerifyOrganisation(decision_no=DECISION, identifiers=(NGO, FISCAL))


def test_verifying_enters_what_was_proved() -> None:
    proved = VerifyOrganisation(decision_no=DECISION, identifiers=(NGO,))

    outcome = given(Organisation, [claimed()]).when(proved, **national())
    outcome.then([verified(identifiers=(NGO,))]).then_state(lambda one: one.identifiers == (NGO,))
    assert outcome.events[0].tags() == (f"organisation:{STREAM}", "identifier:XK-NGO:51123456")


def test_an_identifier_proves_one_organisation() -> None:
    given(Organisation, [claimed()]).when(VERIFY, **national(boundary=held_by(OTHER, FISCAL))).then_refused(
        RuleViolated, rule="organisation.identifier"
    )


def test_nobody_verifies_their_own_claim() -> None:
    given(Organisation, [claimed(claimant_id=ACTOR)]).when(VERIFY, **national()).then_refused(
        RuleViolated, rule="organisation.verified_by_other"
    )


def test_two_identifiers_of_one_list_prove_nothing() -> None:
    twice = VerifyOrganisation(decision_no=DECISION, identifiers=(NGO, NGO))

    given(Organisation, [claimed()]).when(twice, **national()).then_refused(
        InvalidValue, pointer="/identifiers/1/scheme"
    )


@pytest.mark.parametrize("past", [REGISTERED, [claimed(), REFUSED]])
def test_a_claim_is_decided_once(past: Any) -> None:
    given(Organisation, past).when(VERIFY, **national()).then_refused(IllegalTransition)
    given(Organisation, past).when(RefuseClaim(decision_no=DECISION, reason=REASON), **national()).then_refused(
        IllegalTransition
    )


def test_refusing_a_claim_needs_a_reason() -> None:
    pending = given(Organisation, [claimed()])

    pending.when(RefuseClaim(decision_no=DECISION, reason=Text()), **national()).then_refused(
        InvalidValue, pointer="/reason"
    )
    pending.when(RefuseClaim(decision_no=DECISION, reason=REASON), **national()).then([REFUSED])


def test_who_has_an_identifier_follows_from_the_log() -> None:
    holders = held_by(STREAM, NGO, FISCAL)
    new = Identifier(Scheme.NGO, "5199999-9")
    holders.apply(
        STREAM,
        e.OrganisationAmended(
            organisation_id=STREAM, identifiers=(new,), former_identifiers=(NGO, FISCAL), decision_no=DECISION
        ),
    )
    assert [holders.holder(one) for one in (NGO, FISCAL, new)] == [None, None, STREAM]

    removed = e.OrganisationRemoved(organisation_id=STREAM, identifiers=(new,), decision_no=DECISION, reason=REASON)
    holders.apply(STREAM, removed)
    assert holders.holder(new) is None
    assert IdentifierHolders.tags(STREAM, VERIFY) == ("identifier:XK-NGO:51123456", "identifier:XK-FISCAL:600123456")
    assert IdentifierHolders.tags(STREAM, AmendOrganisation(contact=CONTACT)) == ()
    with pytest.raises(TypeError):
        IdentifierHolders.tags(STREAM, RefuseClaim(decision_no=DECISION, reason=REASON))
