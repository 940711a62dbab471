"""What became true of phones, passes and check-ins; stored names are `volunteering.<Event>.v1`.

Events of a pass carry `check_in_at:<opportunity>`, by which check-ins are judged.
"""

from datetime import datetime
from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.vocabulary import Code
from domain.volunteering.check_in_parts import Kind, PassNumber, PassProof, PublicKey, Signature, site_tag
from domain.volunteering.events.volunteer import volunteer_tag


class PhoneRegistered(InitialEvent, frozen=True, kw_only=True):
    """What is signed by this key was said by the person, as far as the phone was theirs."""

    TOPIC = "volunteering.PhoneRegistered.v1"

    person_id: UUID
    public_key: PublicKey

    def tags(self) -> tuple[str, ...]:
        """Whose it is."""
        return (volunteer_tag(self.person_id),)


class PhoneRevoked(Event, frozen=True, kw_only=True):
    """Nothing that the phone signed is taken any more."""

    TOPIC = "volunteering.PhoneRevoked.v1"


class PassIssued(InitialEvent, frozen=True, kw_only=True):
    """A pass for who works on an opportunity; `number` counts those of the opportunity, times are UTC."""

    TOPIC = "volunteering.PassIssued.v1"

    provider_id: UUID
    organisation_id: UUID | None
    opportunity_id: UUID
    number: PassNumber
    valid_from: datetime
    valid_until: datetime

    def tags(self) -> tuple[str, ...]:
        """The boundary of the opportunity's passes."""
        return (site_tag(self.opportunity_id),)


class PassWithdrawn(Event, frozen=True, kw_only=True):
    """The pass is believed no more."""

    TOPIC = "volunteering.PassWithdrawn.v1"

    opportunity_id: UUID
    number: PassNumber

    def tags(self) -> tuple[str, ...]:
        """The boundary of the opportunity's passes."""
        return (site_tag(self.opportunity_id),)


class CheckInRecorded(Event, frozen=True, kw_only=True):
    """A moment that the phone signed, as it was signed: whoever has the phone's key can verify it."""

    TOPIC = "volunteering.CheckInRecorded.v1"

    check_in_id: UUID
    kind: Kind
    at: datetime
    agreement_id: UUID
    opportunity_id: UUID
    task: Code
    pass_number: PassNumber
    pass_proof: PassProof
    signature: Signature


class ShiftCheckedOut(Event, frozen=True, kw_only=True):
    """A beginning and an end make time that was worked, in whole minutes (UTC): it asks to be logged."""

    TOPIC = "volunteering.ShiftCheckedOut.v1"

    person_id: UUID
    provider_id: UUID
    agreement_id: UUID
    opportunity_id: UUID
    task: Code
    started_at: datetime
    ended_at: datetime
    begun_by: UUID
    ended_by: UUID


EVENTS: tuple[type[Event], ...] = (
    PhoneRegistered,
    PhoneRevoked,
    PassIssued,
    PassWithdrawn,
    CheckInRecorded,
    ShiftCheckedOut,
)
