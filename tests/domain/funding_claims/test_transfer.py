"""What a merge of two entries of the register does to claims: they go along, and are compared with those that are there."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.funding_claims import commands as c
from domain.funding_claims import events as e
from domain.funding_claims.claim import FundingClaim
from domain.funding_claims.ledger import Claims
from domain.funding_claims.policies import POLICIES
from domain.funding_claims.transfer import ClaimTransfer
from domain.funding_claims.vocabulary import ReleaseReason
from domain.kernel.errors import IllegalTransition
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Reaction
from domain.organisations.events import OrganisationAbsorbed
from domain.organisations.vocabulary import Holdings
from tests.domain.funding_claims.examples import (
    MUNICIPALITY,
    ORGANISATION,
    OURS,
    THEIRS,
    facts,
    found,
    knowing,
    ledger,
    merged,
    reserve,
    reserved,
    stream,
)
from tests.support.given import STREAM, given, given_nothing, told

SURVIVOR = derived_id("test", "survivor")
LAST = derived_id("test", "the last one")
OF = {"organisation_id": ORGANISATION}
MERGE = merged(ORGANISATION, SURVIVOR)
THEIRS_NOW = replace(reserved(THEIRS), organisation_id=SURVIVOR)
TRANSFER = c.TransferClaims(organisation_id=SURVIVOR, merged_id=ORGANISATION)
RELEASED = e.ClaimReleased(**OF, reason=ReleaseReason.WITHDRAWN)


def after_merge(*histories: tuple[Event, ...], merges: Any = MERGE) -> Claims:
    """The ledger of both entries, once the one was merged into the other."""
    fold = ledger(*histories)
    for stream_id, event in merges:
        fold.apply(stream_id, event)
    return fold


def transferred(into: UUID, *overlaps: UUID, merged_id: UUID = ORGANISATION) -> e.ClaimTransferred:
    return e.ClaimTransferred(organisation_id=into, merged_id=merged_id, overlaps=overlaps)


def test_a_merge_is_followed_by_looking_for_its_claims_where_it_leads_to() -> None:
    (_, gone), (_, here) = merged(ORGANISATION, SURVIVOR)
    onward = OrganisationAbsorbed(organisation_id=SURVIVOR, merged_id=ORGANISATION, holdings=Holdings(), onward=LAST)

    assert type(gone) not in POLICIES
    (sent,) = POLICIES[OrganisationAbsorbed](told(here, SURVIVOR))
    assert (sent.command, sent.tenant_id) == (TRANSFER, None)
    (further,) = POLICIES[OrganisationAbsorbed](told(onward, SURVIVOR))
    assert further.command == c.TransferClaims(organisation_id=LAST, merged_id=ORGANISATION)
    assert further.stream_id != sent.stream_id
    (again,) = POLICIES[OrganisationAbsorbed](told(here, SURVIVOR, position=9))
    assert again.stream_id != sent.stream_id, "an entry may come twice, by two ways"


def test_all_claims_of_other_entries_are_found_and_each_is_told() -> None:
    claims = after_merge((THEIRS_NOW,), (reserved(OURS),))
    moved = e.ClaimsTransferred(organisation_id=SURVIVOR, merged_id=ORGANISATION, claims=(stream(OURS),))

    given_nothing(ClaimTransfer).when(TRANSFER, **knowing(claims)).then([moved])
    assert list(POLICIES[e.ClaimsTransferred](told(moved))) == [
        Reaction(stream(OURS), c.TransferClaim(organisation_id=SURVIVOR))
    ]


def test_where_there_are_none_there_is_nothing_to_tell() -> None:
    given_nothing(ClaimTransfer).when(TRANSFER, **knowing(after_merge((THEIRS_NOW,)))).then_refused(IllegalTransition)


def test_a_claim_goes_once_and_meets_what_the_other_entry_claimed() -> None:
    """Before the merge the two were claims of two organisations: now one is paid twice for the same."""
    claims = after_merge((THEIRS_NOW,), (reserved(OURS),))
    overlap = replace(found(), organisation_id=SURVIVOR)
    command = c.TransferClaim(organisation_id=SURVIVOR)
    ours = given(FundingClaim, [reserved(OURS)], stream_id=stream(OURS))

    ours.when(command, **knowing(claims)).then([transferred(SURVIVOR), overlap])
    there = given(FundingClaim, [reserved(OURS), transferred(SURVIVOR)], stream_id=stream(OURS))
    there.when(command, **knowing(claims)).then_refused(IllegalTransition)


def test_its_overlaps_go_along_and_what_is_released_meets_nobody() -> None:
    claims = after_merge((THEIRS_NOW,), (reserved(OURS), RELEASED))
    other = found(theirs=facts(MUNICIPALITY, 1))
    history = [reserved(OURS), other, RELEASED]

    outcome = given(FundingClaim, history, stream_id=stream(OURS)).when(
        c.TransferClaim(organisation_id=SURVIVOR), **knowing(claims)
    )
    outcome.then([transferred(SURVIVOR, other.overlap_id)])


def test_it_goes_as_far_as_the_merges_lead() -> None:
    merges = (*merged(ORGANISATION, SURVIVOR), *merged(SURVIVOR, LAST))
    claims = after_merge((reserved(OURS),), merges=merges)

    given(FundingClaim, [reserved(OURS)], stream_id=stream(OURS)).when(
        c.TransferClaim(organisation_id=SURVIVOR), **knowing(claims)
    ).then([transferred(LAST)])
    outcome = given_nothing(ClaimTransfer).when(TRANSFER, **knowing(claims))
    outcome.then([e.ClaimsTransferred(organisation_id=LAST, merged_id=ORGANISATION, claims=(stream(OURS),))])


def test_what_comes_late_for_the_merged_entry_is_the_other_ones() -> None:
    claims = after_merge((THEIRS_NOW,))

    outcome = given_nothing(FundingClaim, stream_id=stream(OURS)).when(reserve(OURS), **knowing(claims))
    outcome.then([replace(reserved(OURS), organisation_id=SURVIVOR), replace(found(), organisation_id=SURVIVOR)])


def test_the_ledger_reads_the_boundaries_of_all_entries() -> None:
    (_, gone), (_, here) = merged(ORGANISATION, SURVIVOR)

    assert Claims.leads_to(gone) == (f"organisation:{SURVIVOR}",)
    assert Claims.leads_to(here) == (f"organisation:{ORGANISATION}",)
    assert Claims.leads_to(reserved(OURS)) == ()
    assert Claims.tag(STREAM, TRANSFER) == f"organisation:{SURVIVOR}"
