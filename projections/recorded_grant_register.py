"""The register of grants that were recorded elsewhere: one row each, with every correction."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.grants.events import recorded_grant as e
from domain.grants.recorded_facts import Party, Period, Place, Programme
from domain.kernel.errors import Finding
from domain.kernel.event import Event
from domain.kernel.money import Money
from domain.kernel.text import Text
from infra.eventstore.codec import decode_metadata
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable


class Correction(msgspec.Struct, frozen=True):
    """What stood there before, and why it does no longer."""

    at: datetime
    reason: Text
    amount: Money
    awarded_on: date


class RecordedGrantRow(msgspec.Struct, frozen=True):
    """A grant as its source told it and as it was corrected since; `state` is recorded or struck.

    `amount` is in minor units of `currency`. `grant_id` is the source's identifier, `recorded_grant_id` the stream.
    `organisation_id` is the organisation of the national register that the recipient is; None while it is not known.
    `public` from the beginning: what was struck counts nowhere, and everybody can read that and why.
    """

    tenant_id: int
    recorded_grant_id: UUID
    state: str
    version: int
    grant_id: str
    title: str
    amount: int
    currency: str
    awarded_on: date
    year: int
    recipients: tuple[Party, ...]
    funders: tuple[Party, ...]
    recorded_at: datetime
    changed_at: datetime
    description: str = ""
    amount_applied_for: Money | None = None
    amount_disbursed: Money | None = None
    planned: tuple[Period, ...] = ()
    programmes: tuple[Programme, ...] = ()
    places: tuple[Place, ...] = ()
    from_open_call: bool | None = None
    other: str = ""
    organisation_id: UUID | None = None
    findings: tuple[Finding, ...] = ()
    corrections: tuple[Correction, ...] = ()
    struck_reason: Text | None = None
    source: str = ""
    source_id: str = ""
    searched: str = ""
    public: bool = True


Row = RecordedGrantRow


class RecordedGrantRegister(ReadModel[RecordedGrantRow]):
    """Folds grants recorded elsewhere."""

    name = "recorded_grant_register"
    table = "recorded_grant_register"
    row = RecordedGrantRow
    key = ("recorded_grant_id",)
    kept = True

    def followed(self, row: Row, event: Stored, told: Event) -> Row:  # noqa: ARG002 - the base class says it
        """The version and the time of its newest event."""
        return replace(row, version=event.version, changed_at=event.recorded_at)

    @folds(e.GrantRecorded, begins=True)
    def recorded(self, _row: None, event: Stored, told: e.GrantRecorded) -> Row:
        """A grant taken over."""
        facts, metadata = told.facts, decode_metadata(event.metadata)
        return Row(
            tenant_id=event.tenant_id,
            recorded_grant_id=event.stream_id,
            state="recorded",
            version=event.version,
            grant_id=facts.grant_id,
            title=facts.title,
            amount=facts.amount.amount,
            currency=facts.amount.currency,
            awarded_on=facts.awarded_on,
            year=facts.awarded_on.year,
            recipients=facts.recipients,
            funders=facts.funders,
            recorded_at=event.recorded_at,
            changed_at=event.recorded_at,
            organisation_id=told.organisation_id,
            findings=told.findings,
            source=metadata.source,
            source_id=metadata.source_id,
            searched=searchable(facts.title, facts.description, *(one.name for one in facts.recipients)),
            **_as_given(facts),
        )

    @folds(e.RecordedGrantCorrected)
    def corrected(self, row: Row, event: Stored, told: e.RecordedGrantCorrected) -> Row:
        """Another amount or day."""
        before = Correction(event.recorded_at, told.reason, told.previous_amount, told.previous_awarded_on)
        return replace(
            row,
            amount=told.amount.amount,
            awarded_on=told.awarded_on,
            year=told.awarded_on.year,
            corrections=(*row.corrections, before),
        )

    @folds(e.RecipientResolved)
    def resolved(self, row: Row, _event: Stored, told: e.RecipientResolved) -> Row:
        """The recipient is known."""
        return replace(row, organisation_id=told.organisation_id)

    @folds(e.RecordedGrantStruck)
    def struck(self, row: Row, _event: Stored, told: e.RecordedGrantStruck) -> Row:
        """Out of every sum; that it was on record stays readable."""
        return replace(row, state="struck", struck_reason=told.reason)


def _as_given(facts: Any) -> dict[str, Any]:
    """What stands in the row under the name that it has among the facts."""
    names = ("amount_applied_for", "amount_disbursed", "planned", "programmes", "places", "from_open_call", "other")
    return {name: getattr(facts, name) for name in names} | {"description": facts.description or ""}
