"""What follows from an event: an institution's consent goes into the ledger."""

from collections.abc import Iterator, Mapping

from domain.funding_claims.commands import RecordConsent
from domain.funding_claims.events import ConsentGiven
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Policy, Reaction


def carry_consent(recorded: RecordedEvent) -> Iterator[Reaction]:
    """From the institution's own log to the claim on which the overlap stands."""
    event = recorded.event
    if isinstance(event, ConsentGiven):
        command = RecordConsent(overlap_id=event.overlap_id, claim_id=event.claim_id)
        yield Reaction(event.found_on, command, NATIONAL_TENANT)


POLICIES: Mapping[type[Event], Policy] = {ConsentGiven: carry_consent}
