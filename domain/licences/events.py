"""What became true of licences; stored names are `licences.<Event>.v1`.

Those of a licence stand in its issuer's log, those of its entry in the national one, where they carry
`organisation:<id>`, so that whoever decides about a service reads them with the organisation.
"""

from datetime import date
from uuid import UUID

from domain.kernel.deadline import Deadline
from domain.kernel.event import Event, InitialEvent
from domain.kernel.ids import derived_id
from domain.kernel.text import Slug, Text, Title
from domain.kernel.vocabulary import DecisionNo
from domain.licences.vocabulary import (
    Capacity,
    EventReference,
    LicenceStage,
    Places,
    Reliance,
    ServiceType,
    Staff,
    Term,
)
from domain.organisations.events import organisation_tag
from domain.organisations.vocabulary import Identifier


def licensing_tag(organisation_id: UUID, service: str) -> str:
    """Boundary, in an issuer's log, of an organisation's licences for a service: one at a time."""
    return f"licensing:{organisation_id}:{service}"


def entry_id(tenant_id: int, licence_id: UUID) -> UUID:
    """The stream in the national log that stands for an issuer's licence."""
    return derived_id("licence_entry", tenant_id, licence_id)


class _Licensing(Event, frozen=True, kw_only=True):
    """An event by which an organisation's licence begins or ends to stand in the way of another one."""

    organisation_id: UUID
    service: ServiceType

    def tags(self) -> tuple[str, ...]:
        """The boundary of the organisation's licences for the service."""
        return (licensing_tag(self.organisation_id, self.service),)


class LicenceApplied(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """An organisation asks to be licensed; `decide_by` is when the issuer has to have decided."""

    TOPIC = "licences.LicenceApplied.v1"

    organisation_id: UUID
    organisation_name: Title
    identifiers: tuple[Identifier, ...]
    service: ServiceType
    places: Places
    capacity: Capacity
    staff: Staff
    decide_by: Deadline | None = None

    def tags(self) -> tuple[str, ...]:
        """The boundary of the organisation's licences for the service."""
        return (licensing_tag(self.organisation_id, self.service),)


class LicenceInspected(Event, frozen=True, kw_only=True):
    """An inspector saw where the service is, or is to be, provided."""

    TOPIC = "licences.LicenceInspected.v1"

    inspected_on: date
    passed: bool
    capacity: Capacity
    findings: Text


class LicenceGranted(Event, frozen=True, kw_only=True):
    """The organisation may provide the service; a renewal is decided from `renewable_from` on."""

    TOPIC = "licences.LicenceGranted.v1"

    organisation_id: UUID
    service: ServiceType
    decision_no: DecisionNo
    term: Term
    renewable_from: date


class LicenceRefused(_Licensing, frozen=True, kw_only=True):
    """There is no licence."""

    TOPIC = "licences.LicenceRefused.v1"

    decision_no: DecisionNo
    reason: Text


class LicenceRenewed(Event, frozen=True, kw_only=True):
    """A term was added; the next renewal is decided from `renewable_from` on."""

    TOPIC = "licences.LicenceRenewed.v1"

    decision_no: DecisionNo
    term: Term
    renewable_from: date


class LicenceSuspended(Event, frozen=True, kw_only=True):
    """From `first_day` on the licence is not valid, until it is reinstated."""

    TOPIC = "licences.LicenceSuspended.v1"

    decision_no: DecisionNo
    first_day: date
    reason: Text


class LicenceReinstated(Event, frozen=True, kw_only=True):
    """From `first_day` on the licence is valid again."""

    TOPIC = "licences.LicenceReinstated.v1"

    decision_no: DecisionNo
    first_day: date
    reason: Text


class LicenceRevoked(_Licensing, frozen=True, kw_only=True):
    """From `first_day` on the licence is valid no more."""

    TOPIC = "licences.LicenceRevoked.v1"

    decision_no: DecisionNo
    first_day: date
    reason: Text


class LicenceExpired(_Licensing, frozen=True, kw_only=True):
    """The licence's last day is over."""

    TOPIC = "licences.LicenceExpired.v1"

    last_day: date


class LicenceEntryEvent(Event, frozen=True, kw_only=True):
    """An event of the entry of a licence of the organisation `organisation_id`."""

    organisation_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundary of the organisation."""
        return (organisation_tag(self.organisation_id),)


class LicenceEntered(InitialEvent, frozen=True, kw_only=True):
    """Every buyer may know of the licence; by the event `event_id`, which stands at `origin` in the issuer's log."""

    TOPIC = "licences.LicenceEntered.v1"

    organisation_id: UUID
    institution: Slug
    tenant_id: int
    licence_id: UUID
    service: ServiceType
    term: Term
    decision_no: DecisionNo
    event_id: UUID
    origin: EventReference

    def tags(self) -> tuple[str, ...]:
        """The boundary of the organisation."""
        return (organisation_tag(self.organisation_id),)


class LicenceEntryChanged(LicenceEntryEvent, frozen=True, kw_only=True, omit_defaults=True):
    """From `since` on the licence stands as `status` says, by an event of the issuer's log that stands at `origin`.

    `granted` with a `term`: it was renewed; without one: it was reinstated. `relied_on_by` are the contracts that rest
    on it.
    """

    TOPIC = "licences.LicenceEntryChanged.v1"

    status: LicenceStage
    since: date
    event_id: UUID
    origin: EventReference
    decision_no: DecisionNo | None = None
    reason: Text | None = None
    term: Term | None = None
    relied_on_by: tuple[Reliance, ...] = ()


class LicenceReliedOn(LicenceEntryEvent, frozen=True, kw_only=True):
    """A contract rests on the licence, which stands as `status` says since a day, by the event `origin`.

    So a contract that was signed while the licence was being suspended learns of it, too.
    """

    TOPIC = "licences.LicenceReliedOn.v1"

    reliance: Reliance
    status: LicenceStage
    since: date
    origin: EventReference


EVENTS: tuple[type[Event], ...] = (
    LicenceApplied,
    LicenceInspected,
    LicenceGranted,
    LicenceRefused,
    LicenceRenewed,
    LicenceSuspended,
    LicenceReinstated,
    LicenceRevoked,
    LicenceExpired,
    LicenceEntered,
    LicenceEntryChanged,
    LicenceReliedOn,
)
