"""Entries of the register: suspended, reinstated, removed, merged; and what a merged one leaves behind."""

from typing import Any

import pytest

from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.governing import GOVERNS
from domain.kernel.text import Text
from domain.organisations import events as e
from domain.organisations.commands import (
    AbsorbOrganisation,
    MergeOrganisation,
    ReinstateOrganisation,
    RemoveOrganisation,
    SuspendOrganisation,
)
from domain.organisations.identifiers import IdentifierHolders
from domain.organisations.organisation import Organisation
from domain.organisations.vocabulary import Holdings, Stage
from tests.domain.organisations.examples import (
    BENEFIT,
    CERTIFIED,
    DECISION,
    FISCAL,
    IN_OFFICE,
    JOINED,
    MEMBERSHIP,
    NGO,
    OFFICER,
    OTHER,
    REASON,
    REFUSED,
    REGISTERED,
    REINSTATED,
    REMOVED,
    STATUS,
    SUSPENDED,
    TAX,
    claimed,
    mandated,
    national,
    verified,
)
from tests.support.given import STREAM, built, given

FACTS: dict[str, Any] = {"decision_no": DECISION, "reason": REASON}
SUSPEND, REINSTATE, REMOVE = SuspendOrganisation(**FACTS), ReinstateOrganisation(**FACTS), RemoveOrganisation(**FACTS)
MERGE = MergeOrganisation(into=OTHER, decision_no=DECISION)
EVERYTHING = Holdings(
    identifiers=(NGO, FISCAL),
    certificates=(TAX,),
    public_benefit=(STATUS,),
    officers=(OFFICER,),
    memberships=(MEMBERSHIP,),
)
FULL = (*REGISTERED, CERTIFIED, BENEFIT, IN_OFFICE, JOINED, mandated())
MERGED = e.OrganisationMerged(organisation_id=STREAM, into=OTHER, decision_no=DECISION, holdings=EVERYTHING)
ABSORBED = e.OrganisationAbsorbed(organisation_id=OTHER, merged_id=STREAM, holdings=EVERYTHING)
ELSEWHERE = (claimed(organisation_id=OTHER, identifiers=()), verified(OTHER, ()))


def survivor(*events: Event) -> dict[str, Any]:
    """A decision that knows the organisation into which another goes."""
    return national(references={"into": built(Organisation, events or ELSEWHERE, OTHER)})


@pytest.mark.parametrize(
    ("past", "command", "event"),
    [
        (REGISTERED, SUSPEND, SUSPENDED),
        ((*REGISTERED, SUSPENDED, REINSTATED), SUSPEND, SUSPENDED),
        ((*REGISTERED, SUSPENDED), REINSTATE, REINSTATED),
        (REGISTERED, REMOVE, REMOVED),
        ((*REGISTERED, SUSPENDED), REMOVE, REMOVED),
    ],
)
def test_an_entry_is_suspended_reinstated_and_removed(past: tuple[Event, ...], command: Any, event: Event) -> None:
    outcome = given(Organisation, past).when(command, **national())

    outcome.then([event])
    assert GOVERNS in outcome.events[0].tags(), "who may act for it depends on this"
    assert f"organisation:{STREAM}" in outcome.events[0].tags()


@pytest.mark.parametrize(
    ("past", "command"),
    [
        ((claimed(),), SUSPEND),
        ((*REGISTERED, SUSPENDED), SUSPEND),
        (REGISTERED, REINSTATE),
        ((claimed(),), REMOVE),
        ((*REGISTERED, REMOVED), REMOVE),
        ((*REGISTERED, REMOVED), REINSTATE),
        ((claimed(), REFUSED), MERGE),
        ((*REGISTERED, REMOVED), MERGE),
        ((*FULL, MERGED), MERGE),
        ((*FULL, MERGED), SUSPEND),
    ],
)
def test_what_is_not_possible_in_a_state(past: tuple[Event, ...], command: Any) -> None:
    given(Organisation, past).when(command, **survivor()).then_refused(IllegalTransition)


@pytest.mark.parametrize(
    ("past", "command"),
    [
        (REGISTERED, SuspendOrganisation),
        ((*REGISTERED, SUSPENDED), ReinstateOrganisation),
        (REGISTERED, RemoveOrganisation),
    ],
)
def test_each_decision_has_a_reason(past: tuple[Event, ...], command: Any) -> None:
    without = command(decision_no=DECISION, reason=Text())

    given(Organisation, past).when(without, **national()).then_refused(InvalidValue, pointer="/reason")


def test_a_merged_entry_passes_on_all_that_was_recorded_but_no_mandates() -> None:
    outcome = given(Organisation, FULL).when(MERGE, **survivor())

    outcome.then([MERGED]).then_state(lambda one: one.merged_into == OTHER and one.stage is Stage.MERGED)
    assert set(outcome.events[0].tags()) == {
        f"organisation:{STREAM}",
        "identifier:XK-NGO:51123456",
        "identifier:XK-FISCAL:600123456",
        GOVERNS,
    }


def test_identifiers_of_a_claim_were_never_proved_and_are_not_passed_on() -> None:
    outcome = given(Organisation, [claimed()]).when(MERGE, **survivor())

    assert outcome.then_events(e.OrganisationMerged).events[0].holdings == Holdings()  # type: ignore[attr-defined]


def test_nothing_is_merged_with_itself() -> None:
    given(Organisation, REGISTERED).when(
        MergeOrganisation(into=STREAM, decision_no=DECISION), **survivor()
    ).then_refused(InvalidValue, pointer="/into")


@pytest.mark.parametrize(
    "other",
    [
        ELSEWHERE[:1],
        (*ELSEWHERE, e.OrganisationSuspended(organisation_id=OTHER, decision_no=DECISION, reason=REASON)),
        (
            *ELSEWHERE,
            e.OrganisationMerged(organisation_id=OTHER, into=STREAM, decision_no=DECISION, holdings=Holdings()),
        ),
    ],
)
def test_only_a_verified_organisation_takes_over_another(other: tuple[Event, ...]) -> None:
    given(Organisation, REGISTERED).when(MERGE, **survivor(*other)).then_refused(
        RuleViolated, rule="organisation.merge.into"
    )


def test_what_was_merged_stands_under_the_other() -> None:
    absorb = AbsorbOrganisation(merged_id=STREAM, holdings=EVERYTHING)

    outcome = given(Organisation, ELSEWHERE, stream_id=OTHER).when(absorb, **national())
    outcome.then([ABSORBED])
    assert outcome.aggregate.holdings() == Holdings(
        identifiers=(NGO, FISCAL),
        certificates=(TAX,),
        public_benefit=(STATUS,),
        officers=(OFFICER,),
        memberships=(MEMBERSHIP,),
        absorbed=(STREAM,),
    )
    given(Organisation, [*ELSEWHERE, ABSORBED], stream_id=OTHER).when(absorb, **national()).then_refused(
        IllegalTransition
    )


def test_what_comes_late_goes_on_to_where_the_entry_went() -> None:
    gone = e.OrganisationMerged(organisation_id=OTHER, into=STREAM, decision_no=DECISION, holdings=Holdings())
    absorb = AbsorbOrganisation(merged_id=STREAM, holdings=EVERYTHING)

    outcome = given(Organisation, [*ELSEWHERE, gone], stream_id=OTHER).when(absorb, **national())
    assert outcome.then_events(e.OrganisationAbsorbed).events[0].onward == STREAM  # type: ignore[attr-defined]


def test_the_identifiers_of_a_merged_entry_belong_to_the_other() -> None:
    holders = IdentifierHolders()
    holders.apply(STREAM, verified())
    holders.apply(STREAM, MERGED)

    assert (holders.holder(NGO), holders.holder(FISCAL)) == (OTHER, OTHER)
