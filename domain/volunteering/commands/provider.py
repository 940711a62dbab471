"""Commands on providers. `organisation_id` is None throughout where the institution itself is the provider."""

from uuid import UUID

from domain.kernel.command import Command
from domain.kernel.text import Slug, Text, Title
from domain.kernel.vocabulary import Contact, DecisionNo
from domain.volunteering.vocabulary import Insurance


class ApplyAsProvider(Command, frozen=True, kw_only=True):
    """Ask an institution to be verified as somebody for whom people volunteer.

    `title` is what an institution's own volunteering is called; an organisation is called as the register has it.
    `municipality` is the slug of the seat.
    """

    organisation_id: UUID | None = None
    title: Title | None = None
    summary: Text
    municipality: Slug
    contact: Contact


class VerifyProvider(Command, frozen=True, kw_only=True):
    """Decide that people may volunteer there."""

    organisation_id: UUID | None = None
    decision_no: DecisionNo


class RefuseProvider(Command, frozen=True, kw_only=True):
    """Decide that nobody volunteers there, and say why."""

    decision_no: DecisionNo
    reason: Text


class ActivateProvider(Command, frozen=True, kw_only=True):
    """Begin: volunteers are insured, and `charter` says what they may expect."""

    organisation_id: UUID | None = None
    insurance: Insurance
    charter: Text


class RenewInsurance(Command, frozen=True, kw_only=True):
    """Tell of the policy that follows."""

    insurance: Insurance


class SuspendProvider(Command, frozen=True, kw_only=True):
    """Decide that nothing new begins there until it is reinstated, and say why."""

    decision_no: DecisionNo
    reason: Text


class ReinstateProvider(Command, frozen=True, kw_only=True):
    """Lift a suspension, and say why."""

    organisation_id: UUID | None = None
    decision_no: DecisionNo
    reason: Text
