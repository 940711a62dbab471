"""What became true of agreements with volunteers; stored names are `volunteering.<Event>.v1`.

Each carries `opportunity:<id>`, by which places are counted, `hours:<ledger>`, by which the hours are judged, and
`volunteer:<person id>`, by which the volunteer finds what is held about them.
"""

from datetime import date
from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Line
from domain.volunteering.agreement_parts import AgreedTasks, Reimbursements, Side, opportunity_tag
from domain.volunteering.events.volunteer import volunteer_tag
from domain.volunteering.hours_parts import hours_tag, ledger_id
from domain.volunteering.vocabulary import AgeBand, Insurance, Minutes, Protection, RiskClass


class AgreementEvent(Event, frozen=True, kw_only=True):
    """An event of the agreement `agreement_id` of a volunteer on a place of an opportunity."""

    agreement_id: UUID
    opportunity_id: UUID
    person_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundaries of the opportunity and of the hours, and the volunteer whom it is about."""
        return (
            opportunity_tag(self.opportunity_id),
            hours_tag(ledger_id(self.agreement_id)),
            volunteer_tag(self.person_id),
        )


class AgreementOffered(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A place is offered, and kept until the agreement is over; `band` and `protection` as of that day.

    `places_left` of the opportunity are free after this one.
    """

    TOPIC = "volunteering.AgreementOffered.v1"

    agreement_id: UUID
    opportunity_id: UUID
    provider_id: UUID
    organisation_id: UUID | None = None
    person_id: UUID
    supervisor_id: UUID
    tasks: AgreedTasks
    place: Line
    first_day: date
    last_day: date
    max_minutes: Minutes
    insurances: tuple[Insurance, ...]
    reimbursement: Reimbursements = ()
    risk: RiskClass
    band: AgeBand
    protection: Protection
    offered_by: UUID
    places_left: int

    def tags(self) -> tuple[str, ...]:
        """The boundaries of the opportunity and of the hours, and the volunteer whom it is about."""
        return (
            opportunity_tag(self.opportunity_id),
            hours_tag(ledger_id(self.agreement_id)),
            volunteer_tag(self.person_id),
        )


class AgreementAccepted(AgreementEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The volunteer agrees; `protection` lasts for the agreement. With `consent_needed` a guardian has to, as well."""

    TOPIC = "volunteering.AgreementAccepted.v1"

    band: AgeBand
    protection: Protection
    consent_needed: bool
    guardians: tuple[UUID, ...] = ()


class AgreementDeclined(AgreementEvent, frozen=True, kw_only=True):
    """The volunteer does not agree; the place is free."""

    TOPIC = "volunteering.AgreementDeclined.v1"


class OfferWithdrawn(AgreementEvent, frozen=True, kw_only=True):
    """The provider took the offer back; the place is free."""

    TOPIC = "volunteering.OfferWithdrawn.v1"


class AgreementLapsed(AgreementEvent, frozen=True, kw_only=True):
    """The first day ended and nothing was signed; the place is free."""

    TOPIC = "volunteering.AgreementLapsed.v1"


class GuardianConsentGiven(AgreementEvent, frozen=True, kw_only=True):
    """A guardian of the minor consents."""

    TOPIC = "volunteering.GuardianConsentGiven.v1"

    guardian_id: UUID


class GuardianConsentRefused(AgreementEvent, frozen=True, kw_only=True):
    """A guardian of the minor does not consent; the place is free."""

    TOPIC = "volunteering.GuardianConsentRefused.v1"

    guardian_id: UUID


class GuardianConsentWithdrawn(AgreementEvent, frozen=True, kw_only=True):
    """A guardian consents no more; that the agreement ends stands in the event after this one."""

    TOPIC = "volunteering.GuardianConsentWithdrawn.v1"

    guardian_id: UUID


class AgreementSigned(AgreementEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Everybody agrees who has to; hours may be logged from `first_day` on."""

    TOPIC = "volunteering.AgreementSigned.v1"

    organisation_id: UUID | None = None
    first_day: date
    last_day: date


class AgreementActivated(AgreementEvent, frozen=True, kw_only=True):
    """The first day has come."""

    TOPIC = "volunteering.AgreementActivated.v1"

    last_day: date


class AgreementCompleted(AgreementEvent, frozen=True, kw_only=True):
    """The work is done; `last_day` is the last on which there was any to do."""

    TOPIC = "volunteering.AgreementCompleted.v1"

    last_day: date


class AgreementEnded(AgreementEvent, frozen=True, kw_only=True):
    """Ended before its time by one side, with `last_day`; why is sealed, as it may tell of the volunteer."""

    TOPIC = "volunteering.AgreementEnded.v1"

    side: Side
    last_day: date


FREEING = (
    AgreementDeclined,
    OfferWithdrawn,
    AgreementLapsed,
    GuardianConsentRefused,
    AgreementCompleted,
    AgreementEnded,
)
"""After each of these the volunteer's place is free."""
EVENTS: tuple[type[Event], ...] = (
    AgreementOffered,
    AgreementAccepted,
    AgreementDeclined,
    OfferWithdrawn,
    AgreementLapsed,
    GuardianConsentGiven,
    GuardianConsentRefused,
    GuardianConsentWithdrawn,
    AgreementSigned,
    AgreementActivated,
    AgreementCompleted,
    AgreementEnded,
)
