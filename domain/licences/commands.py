"""Commands on licences, and on their entries in the national log; those of the clock tell what happened elsewhere."""

from datetime import date
from uuid import UUID

from domain.kernel.command import Command
from domain.kernel.text import Text
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


class ApplyForLicence(Command, frozen=True, kw_only=True):
    """Ask an issuer, for an organisation, to be licensed for a service: where, for how many, with which staff."""

    organisation_id: UUID
    service: ServiceType
    places: Places
    capacity: Capacity
    staff: Staff


class RecordInspection(Command, frozen=True, kw_only=True):
    """Record what was found where the service is, or is to be, provided; `capacity` is what the premises allow."""

    inspected_on: date
    passed: bool
    capacity: Capacity
    findings: Text


class GrantLicence(Command, frozen=True, kw_only=True):
    """License the organisation for a time, by a decision."""

    organisation_id: UUID
    decision_no: DecisionNo
    term: Term


class RefuseLicence(Command, frozen=True, kw_only=True):
    """Decide that there will be no licence, and say why."""

    decision_no: DecisionNo
    reason: Text


class RenewLicence(Command, frozen=True, kw_only=True):
    """License the organisation for another time, which begins when the one before ends."""

    organisation_id: UUID
    decision_no: DecisionNo
    term: Term


class SuspendLicence(Command, frozen=True, kw_only=True):
    """Decide that from a day on the licence is not valid until it is reinstated, and say why."""

    decision_no: DecisionNo
    first_day: date
    reason: Text


class ReinstateLicence(Command, frozen=True, kw_only=True):
    """Decide that from a day on a suspended licence is valid again, and say why; nobody of the organisation may."""

    organisation_id: UUID
    decision_no: DecisionNo
    first_day: date
    reason: Text


class RevokeLicence(Command, frozen=True, kw_only=True):
    """Decide that from a day on the licence is valid no more, and say why."""

    decision_no: DecisionNo
    first_day: date
    reason: Text


class ExpireLicence(Command, frozen=True, kw_only=True):
    """Say that the licence's last day is over; sent by the clock."""


class EnterLicence(Command, frozen=True, kw_only=True):
    """Enter into the national log what an issuer granted; `event_id` is the event's and `origin` its place there."""

    organisation_id: UUID
    tenant_id: int
    licence_id: UUID
    service: ServiceType
    term: Term
    decision_no: DecisionNo
    event_id: UUID
    origin: EventReference


class NoteLicenceChange(Command, frozen=True, kw_only=True):
    """Enter what became of a licence: how it stands, since which day, by which event; `term` where it was renewed.

    `event_id` is that of the event in the issuer's log, the same after a restore; `origin` is where it stands.
    """

    status: LicenceStage
    since: date
    event_id: UUID
    origin: EventReference
    decision_no: DecisionNo | None = None
    reason: Text | None = None
    term: Term | None = None


class RelyOnLicence(Command, frozen=True, kw_only=True):
    """Enter that a contract rests on the licence; whoever relies on it is told what becomes of it."""

    reliance: Reliance
