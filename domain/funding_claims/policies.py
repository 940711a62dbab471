"""What follows from an event: what institutions say goes into the ledger, and claims go with their organisation."""

from collections.abc import Iterator, Mapping

from domain.funding_claims.commands import RecordConfirmation, RecordConsent, TransferClaim, TransferClaims
from domain.funding_claims.events import ClaimsTransferred, CoFinancingConfirmed, ConsentGiven
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Policy, Reaction
from domain.organisations.events import OrganisationAbsorbed


def carry_consent(recorded: RecordedEvent) -> Iterator[Reaction]:
    """From the institution's own log to the claim on which the overlap stands."""
    event = recorded.event
    if isinstance(event, ConsentGiven):
        command = RecordConsent(overlap_id=event.overlap_id, claim_id=event.claim_id)
        yield Reaction(event.found_on, command, NATIONAL_TENANT)


def carry_confirmation(recorded: RecordedEvent) -> Iterator[Reaction]:
    """The same way."""
    event = recorded.event
    if isinstance(event, CoFinancingConfirmed):
        command = RecordConfirmation(overlap_id=event.overlap_id, claim_id=event.claim_id, amounts=event.amounts)
        yield Reaction(event.found_on, command, NATIONAL_TENANT)


def follow_merge(recorded: RecordedEvent) -> Iterator[Reaction]:
    """The claims of the merged entry are looked for, once the other one has taken over."""
    event = recorded.event
    if isinstance(event, OrganisationAbsorbed):
        into = event.organisation_id if event.onward is None else event.onward
        command = TransferClaims(organisation_id=into, merged_id=event.merged_id)
        yield Reaction(derived_id("claim_transfer", recorded.position, into, event.merged_id), command)


def transfer_each(recorded: RecordedEvent) -> Iterator[Reaction]:
    """Each claim goes by itself."""
    event = recorded.event
    if isinstance(event, ClaimsTransferred):
        for claim_id in event.claims:
            yield Reaction(claim_id, TransferClaim(organisation_id=event.organisation_id))


POLICIES: Mapping[type[Event], Policy] = {
    ConsentGiven: carry_consent,
    CoFinancingConfirmed: carry_confirmation,
    OrganisationAbsorbed: follow_merge,
    ClaimsTransferred: transfer_each,
}
