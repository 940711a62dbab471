"""What became true of opportunities."""

from datetime import date
from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Text
from domain.volunteering.schedule import Shift
from domain.volunteering.vocabulary import Origin, Particulars


class OpportunityDrafted(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """There is a draft: of a provider here, an organisation or the institution, or of another register (`origin`).

    `shifts` are what the schedule comes to, first and last day both within; without shifts they are arranged.
    """

    TOPIC = "volunteering.OpportunityDrafted.v1"

    provider_id: UUID | None = None
    organisation_id: UUID | None = None
    origin: Origin | None = None
    particulars: Particulars
    shifts: tuple[Shift, ...] = ()
    first_day: date
    last_day: date


class OpportunityRevised(Event, frozen=True, kw_only=True, omit_defaults=True):
    """It is this from now on, whole."""

    TOPIC = "volunteering.OpportunityRevised.v1"

    provider_id: UUID
    organisation_id: UUID | None = None
    particulars: Particulars
    shifts: tuple[Shift, ...] = ()
    first_day: date
    last_day: date


class OpportunityPublished(Event, frozen=True, kw_only=True):
    """Everybody may know of it, and be offered an agreement."""

    TOPIC = "volunteering.OpportunityPublished.v1"

    provider_id: UUID


class OpportunityFilled(Event, frozen=True):
    """Every place is taken."""

    TOPIC = "volunteering.OpportunityFilled.v1"


class OpportunityVacant(Event, frozen=True):
    """A place is free again."""

    TOPIC = "volunteering.OpportunityVacant.v1"


class OpportunityClosed(Event, frozen=True, kw_only=True):
    """Nothing new is agreed on it."""

    TOPIC = "volunteering.OpportunityClosed.v1"

    reason: Text


EVENTS: tuple[type[Event], ...] = (
    OpportunityDrafted,
    OpportunityRevised,
    OpportunityPublished,
    OpportunityFilled,
    OpportunityVacant,
    OpportunityClosed,
)
