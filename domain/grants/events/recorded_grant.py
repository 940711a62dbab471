"""Events of a grant that was awarded and recorded elsewhere."""

from datetime import date
from uuid import UUID

from domain.grants.recorded_facts import GrantFacts
from domain.kernel.errors import Finding
from domain.kernel.event import Event, InitialEvent
from domain.kernel.money import Money
from domain.kernel.text import Text


def recorded_grant_tag(grant_id: str) -> str:
    """Boundary of a grant's identifier: an institution records a grant once."""
    return f"recorded_grant:{grant_id}"


class GrantRecorded(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A grant awarded in the past is on record, as another system told of it (360Giving Data Standard 1.4).

    `organisation_id` is the organisation of the national register that held the only recipient's identifier then; None
    where none did. `findings` say what a living grant would have been refused for or what the record lacks.
    """

    TOPIC = "grants.GrantRecorded.v1"

    facts: GrantFacts
    organisation_id: UUID | None = None
    findings: tuple[Finding, ...] = ()

    def tags(self) -> tuple[str, ...]:
        """The boundary of the grant's identifier."""
        return (recorded_grant_tag(self.facts.grant_id),)


class RecordedGrantCorrected(Event, frozen=True, kw_only=True, omit_defaults=True):
    """From here on the record says another amount or another day of the award; the earlier ones stay readable."""

    TOPIC = "grants.RecordedGrantCorrected.v1"

    reason: Text
    previous_amount: Money
    amount: Money
    previous_awarded_on: date
    awarded_on: date


class RecipientResolved(Event, frozen=True, kw_only=True):
    """The only recipient is this organisation of the national register, which holds the identifier on record."""

    TOPIC = "grants.RecipientResolved.v1"

    organisation_id: UUID


class RecordedGrantStruck(Event, frozen=True, kw_only=True):
    """The grant counts nowhere any more; that it was on record, and why it is not, stays readable."""

    TOPIC = "grants.RecordedGrantStruck.v1"

    reason: Text


EVENTS: tuple[type[Event], ...] = (GrantRecorded, RecordedGrantCorrected, RecipientResolved, RecordedGrantStruck)
"""Every event of a recorded grant, in the order of a life."""
