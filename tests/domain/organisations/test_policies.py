"""What follows from a merge: what stood under the one entry goes to the other, as far as the merges lead."""

from domain.kernel.event import Event
from domain.kernel.manifest import Reaction
from domain.organisations import events as e
from domain.organisations.commands import AbsorbOrganisation
from domain.organisations.policies import POLICIES
from domain.organisations.vocabulary import Holdings
from tests.domain.organisations.examples import DECISION, NGO, OTHER, PERSON
from tests.support.given import STREAM, told

HOLDINGS = Holdings(identifiers=(NGO,))
ABSORB = AbsorbOrganisation(merged_id=STREAM, holdings=HOLDINGS)


def sent(event: Event) -> list[Reaction]:
    return list(POLICIES[type(event)](told(event)))


def test_a_merge_is_followed_by_the_taking_over() -> None:
    merged = e.OrganisationMerged(organisation_id=STREAM, into=OTHER, decision_no=DECISION, holdings=HOLDINGS)

    assert sent(merged) == [Reaction(OTHER, ABSORB)]


def test_what_arrives_where_nothing_stays_goes_on() -> None:
    here = e.OrganisationAbsorbed(organisation_id=OTHER, merged_id=STREAM, holdings=HOLDINGS)
    onward = e.OrganisationAbsorbed(organisation_id=OTHER, merged_id=STREAM, holdings=HOLDINGS, onward=PERSON)

    assert sent(here) == []
    assert sent(onward) == [Reaction(PERSON, ABSORB)]
