"""What became true of actions that follow from resolutions, in the national log."""

from datetime import date
from uuid import UUID

from domain.council.commands.action import Evidence
from domain.council.events.meeting import resolution_tag
from domain.council.vocabulary import ActionOutcome, ResolutionNumber
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Slug, Text, Title


class ActionAssigned(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """An institution or an organisation is to do this until the end of the day `due`, by a resolution."""

    TOPIC = "council.ActionAssigned.v1"

    resolution_id: UUID
    resolution_number: ResolutionNumber
    what: Text
    institution: Slug | None = None
    organisation_id: UUID | None = None
    organisation_name: Title | None = None
    due: date

    def tags(self) -> tuple[str, ...]:
        """The boundary of the resolution."""
        return (resolution_tag(self.resolution_id),)


class ActionEvidenceSubmitted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody showed what was done."""

    TOPIC = "council.ActionEvidenceSubmitted.v1"

    note: Text
    files: Evidence = ()


class ActionFellOverdue(Event, frozen=True, kw_only=True):
    """The day was over, and the action was not closed."""

    TOPIC = "council.ActionFellOverdue.v1"

    due: date


class ActionClosed(Event, frozen=True, kw_only=True):
    """It is done, or nobody does it any more; `late` after its day."""

    TOPIC = "council.ActionClosed.v1"

    outcome: ActionOutcome
    note: Text
    late: bool


EVENTS: tuple[type[Event], ...] = (ActionAssigned, ActionEvidenceSubmitted, ActionFellOverdue, ActionClosed)
