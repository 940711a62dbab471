"""Commands on agreements with volunteers: a provider offers, the volunteer signs, of a minor a guardian too."""

from datetime import date
from uuid import UUID

from domain.kernel.command import Command
from domain.kernel.text import Line, Prose
from domain.volunteering.agreement_parts import AgreedTasks, Reimbursements
from domain.volunteering.vocabulary import Minutes


class OfferAgreement(Command, frozen=True, kw_only=True):
    """Offer a volunteer a place of an opportunity, on these terms; both days are within.

    `organisation_id` is the provider's, None where the institution itself provides.
    """

    opportunity_id: UUID
    provider_id: UUID
    organisation_id: UUID | None = None
    person_id: UUID
    tasks: AgreedTasks
    place: Line
    first_day: date
    last_day: date
    max_minutes: Minutes
    reimbursement: Reimbursements = ()
    supervisor_id: UUID


class AcceptAgreement(Command, frozen=True, kw_only=True):
    """Accept the offer; sent by the volunteer."""


class DeclineAgreement(Command, frozen=True, kw_only=True):
    """Decline the offer, or step back while a guardian still thinks about it; sent by the volunteer."""


class WithdrawOffer(Command, frozen=True, kw_only=True):
    """Take back an offer that is not signed yet; sent by the provider."""


class LapseAgreement(Command, frozen=True, kw_only=True):
    """State that an offer was not signed by the end of its first day; sent by the clock."""


class GiveGuardianConsent(Command, frozen=True, kw_only=True):
    """Consent to a minor's agreement; sent by the guardian."""


class RefuseGuardianConsent(Command, frozen=True, kw_only=True):
    """Refuse a minor's agreement; sent by the guardian."""


class WithdrawGuardianConsent(Command, frozen=True, kw_only=True):
    """Withdraw a consent: the agreement ends today; sent by a guardian."""


class ActivateAgreement(Command, frozen=True, kw_only=True):
    """State that the first day came; sent by the clock."""


class CompleteVolunteering(Command, frozen=True, kw_only=True):
    """State that the work is done; sent by the provider, or by the clock after the last day."""


class EndAgreement(Command, frozen=True, kw_only=True):
    """End the agreement today, and say why; sent by the volunteer or the provider."""

    reason: Prose
