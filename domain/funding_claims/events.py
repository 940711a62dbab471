"""What became true of claims, in the national log; consents stand in that of the institution which gives them.

Stored names are `funding_claims.<Event>.v1`. Those of the ledger carry `organisation:<id>`, so that whoever decides
about money reads them with the organisation.
"""

from datetime import date
from uuid import UUID

from domain.funding_claims.vocabulary import (
    Amounts,
    ClaimFacts,
    CoFinancing,
    Costs,
    ReleaseReason,
    Side,
    Similarity,
)
from domain.kernel.event import Event, InitialEvent
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.kernel.text import Slug, Text
from domain.kernel.vocabulary import DecisionNo
from domain.organisations.events import organisation_tag


def claim_id(tenant_id: int, stream_id: UUID) -> UUID:
    """The claim that stands for a stream of an institution's own log.

    Whoever reserves it chooses the stream which everything about the money can name: the contract's, whose id must then
    be settled before there is one. Where the claim comes from is said in its facts.
    """
    return derived_id("funding_claim", tenant_id, stream_id)


def overlap_id(one: UUID, other: UUID) -> UUID:
    """The overlap of two claims, in whichever order."""
    return derived_id("funding_overlap", *sorted((one, other)))


class ClaimEvent(Event, frozen=True, kw_only=True):
    """An event of a claim on behalf of the organisation `organisation_id`."""

    organisation_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundary of the organisation."""
        return (organisation_tag(self.organisation_id),)


class ClaimReserved(InitialEvent, frozen=True, kw_only=True):
    """An organisation asks an institution for money; `words` are what its text is compared by."""

    TOPIC = "funding_claims.ClaimReserved.v1"

    organisation_id: UUID
    institution: Slug
    facts: ClaimFacts
    words: tuple[str, ...]

    def tags(self) -> tuple[str, ...]:
        """The boundary of the organisation."""
        return (organisation_tag(self.organisation_id),)


class ClaimReopened(ClaimEvent, frozen=True, kw_only=True):
    """The claim is reserved again."""

    TOPIC = "funding_claims.ClaimReopened.v1"


class ClaimAmended(ClaimEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Other facts hold from here on; None means unchanged."""

    TOPIC = "funding_claims.ClaimAmended.v1"

    first_day: date | None = None
    last_day: date | None = None
    costs: Costs | None = None
    amount: Money | None = None
    elsewhere: Money | None = None


class ClaimTransferred(ClaimEvent, frozen=True, kw_only=True):
    """The claim stands under the organisation into which `merged_id` was merged.

    So do its overlaps `overlaps`, those that stand on its stream.
    """

    TOPIC = "funding_claims.ClaimTransferred.v1"

    merged_id: UUID
    overlaps: tuple[UUID, ...]


class ClaimConfirmed(ClaimEvent, frozen=True, kw_only=True):
    """The money is promised by the contract whose stream `contract_id` is."""

    TOPIC = "funding_claims.ClaimConfirmed.v1"

    contract_id: UUID
    amount: Money


class ClaimReleased(ClaimEvent, frozen=True, kw_only=True):
    """The claim promises nothing any more."""

    TOPIC = "funding_claims.ClaimReleased.v1"

    reason: ReleaseReason


class ClaimClosed(ClaimEvent, frozen=True, kw_only=True):
    """What was promised was paid and accounted for; nobody pays it a second time."""

    TOPIC = "funding_claims.ClaimClosed.v1"

    spent: Money


class CoFinancingAdded(ClaimEvent, frozen=True, kw_only=True):
    """The applicant declared that another institution pays for the same project, or another amount of one."""

    TOPIC = "funding_claims.CoFinancingAdded.v1"

    co_financing: CoFinancing


class OverlapFound(ClaimEvent, frozen=True, kw_only=True):
    """`this` claim and an earlier one are for much the same, by `threshold` millionths or more.

    `declared`: one of the applications names the other institution as one that pays, too.
    """

    TOPIC = "funding_claims.OverlapFound.v1"

    overlap_id: UUID
    this: Side
    other: Side
    similarity: Similarity
    threshold: int
    declared: bool


class OverlapDismissed(ClaimEvent, frozen=True, kw_only=True):
    """It was decided that the two claims are for different things."""

    TOPIC = "funding_claims.OverlapDismissed.v1"

    overlap_id: UUID
    decision_no: DecisionNo
    reason: Text


class DisclosureConsented(ClaimEvent, frozen=True, kw_only=True):
    """The institution of `claim_id` lets the other one see that claim."""

    TOPIC = "funding_claims.DisclosureConsented.v1"

    overlap_id: UUID
    claim_id: UUID


class DisclosureOrdered(ClaimEvent, frozen=True, kw_only=True):
    """Both institutions see both claims from here on."""

    TOPIC = "funding_claims.DisclosureOrdered.v1"

    overlap_id: UUID
    decision_no: DecisionNo
    reason: Text


class ConfirmationRecorded(ClaimEvent, frozen=True, kw_only=True):
    """The institution of `claim_id` confirmed that both pay, its own claim up to `own`, the other up to `other`."""

    TOPIC = "funding_claims.ConfirmationRecorded.v1"

    overlap_id: UUID
    claim_id: UUID
    amounts: Amounts


class OverdueReportFlagged(ClaimEvent, frozen=True, kw_only=True):
    """A report on the money is overdue: no award and no payment to the organisation anywhere."""

    TOPIC = "funding_claims.OverdueReportFlagged.v1"

    report_id: UUID
    due_on: date


class OverdueReportCleared(ClaimEvent, frozen=True, kw_only=True):
    """The report is not overdue any more."""

    TOPIC = "funding_claims.OverdueReportCleared.v1"

    report_id: UUID


class ConsentGiven(InitialEvent, frozen=True, kw_only=True):
    """In the institution's own log: it lets the other institution of an overlap see its claim `claim_id`.

    `found_on` is the claim on whose stream the overlap stands.
    """

    TOPIC = "funding_claims.ConsentGiven.v1"

    organisation_id: UUID
    overlap_id: UUID
    claim_id: UUID
    found_on: UUID


class CoFinancingConfirmed(InitialEvent, frozen=True, kw_only=True):
    """In the institution's own log: it knows that the other institution of an overlap pays, too, and both amounts.

    `claim_id` is its own claim, `found_on` the one on whose stream the overlap stands.
    """

    TOPIC = "funding_claims.CoFinancingConfirmed.v1"

    organisation_id: UUID
    overlap_id: UUID
    claim_id: UUID
    found_on: UUID
    amounts: Amounts


class ClaimsTransferred(InitialEvent, frozen=True, kw_only=True):
    """These claims stood under entries that were merged into the organisation, `merged_id` last; they go to it."""

    TOPIC = "funding_claims.ClaimsTransferred.v1"

    organisation_id: UUID
    merged_id: UUID
    claims: tuple[UUID, ...]

    def tags(self) -> tuple[str, ...]:
        """The boundary of the organisation."""
        return (organisation_tag(self.organisation_id),)


EVENTS: tuple[type[Event], ...] = (
    ClaimReserved,
    ClaimReopened,
    ClaimAmended,
    ClaimTransferred,
    ClaimConfirmed,
    ClaimReleased,
    ClaimClosed,
    CoFinancingAdded,
    OverlapFound,
    OverlapDismissed,
    DisclosureConsented,
    DisclosureOrdered,
    ConfirmationRecorded,
    OverdueReportFlagged,
    OverdueReportCleared,
    ConsentGiven,
    CoFinancingConfirmed,
    ClaimsTransferred,
)
