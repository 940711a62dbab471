"""What became true of providers. Carried by the tag of who it is, so that nobody is a provider twice."""

from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Slug, Text, Title
from domain.kernel.vocabulary import Contact, DecisionNo
from domain.volunteering.vocabulary import Insurance


def providing_tag(organisation_id: UUID | None) -> str:
    """Boundary of who provides: an organisation, or the institution itself."""
    return f"providing:{organisation_id or 'institution'}"


class ProviderApplied(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody asks to be verified; `applied_by` is the person who asked, by id."""

    TOPIC = "volunteering.ProviderApplied.v1"

    organisation_id: UUID | None = None
    title: Title
    summary: Text
    municipality: Slug
    contact: Contact
    applied_by: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundary of who provides."""
        return (providing_tag(self.organisation_id),)


class ProviderVerified(Event, frozen=True, kw_only=True):
    """People may volunteer there, once they are insured."""

    TOPIC = "volunteering.ProviderVerified.v1"

    decision_no: DecisionNo


class ProviderRefused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Nobody volunteers there; whoever wants to asks anew."""

    TOPIC = "volunteering.ProviderRefused.v1"

    organisation_id: UUID | None = None
    decision_no: DecisionNo
    reason: Text

    def tags(self) -> tuple[str, ...]:
        """The boundary of who provides."""
        return (providing_tag(self.organisation_id),)


class ProviderActivated(Event, frozen=True, kw_only=True):
    """Volunteers are insured and know what they may expect: opportunities can be published."""

    TOPIC = "volunteering.ProviderActivated.v1"

    insurance: Insurance
    charter: Text


class InsuranceRenewed(Event, frozen=True, kw_only=True):
    """Volunteers are insured by a further policy."""

    TOPIC = "volunteering.InsuranceRenewed.v1"

    insurance: Insurance


class ProviderSuspended(Event, frozen=True, kw_only=True):
    """Nothing new begins there."""

    TOPIC = "volunteering.ProviderSuspended.v1"

    decision_no: DecisionNo
    reason: Text


class ProviderReinstated(Event, frozen=True, kw_only=True):
    """It goes on as before the suspension."""

    TOPIC = "volunteering.ProviderReinstated.v1"

    decision_no: DecisionNo
    reason: Text


EVENTS: tuple[type[Event], ...] = (
    ProviderApplied,
    ProviderVerified,
    ProviderRefused,
    ProviderActivated,
    InsuranceRenewed,
    ProviderSuspended,
    ProviderReinstated,
)
