"""The audit trail: one row per event, telling who did what, when, on what mandate and because of what."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from domain.kernel.event import Event, InitialEvent
from infra.eventstore.codec import decode_metadata
from projections.read_model import Handler, Key, ReadModel, Stored

_REMOVING = ("Withdrawn", "Removed", "Revoked", "Dropped", "Cancelled", "Dissolved", "Annulled", "Withheld", "Lifted")


class AuditRow(msgspec.Struct, frozen=True):
    """An event without its payload. `action` is `<domain>.<Event>`, `operation` create, modify or remove.

    `cause` is `tenant:epoch:position` of the event that led to the command; `actor_id` a person's or a part's id.
    """

    tenant_id: int
    position: int
    epoch: int
    stream_id: UUID
    version: int
    action: str
    operation: str
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID
    role: str
    basis: str
    command_id: UUID | None = None
    subject_id: UUID | None = None
    on_behalf_of: UUID | None = None
    correlation_id: UUID | None = None
    cause: str = ""
    rule_pack: str = ""
    calendar: str = ""
    language: str = ""
    source: str = ""
    source_id: str = ""
    traceparent: str = ""


class AuditTrail(ReadModel[AuditRow]):
    """Every event, whatever domain it is of."""

    name = "audit_trail"
    table = "audit_trail"
    row = AuditRow
    key = ("position",)
    append_only = True

    @property
    def handles(self) -> None:
        """All of them."""
        return

    def handler(self, event: type[Event]) -> Handler:  # noqa: ARG002 - the same for all
        """Every event has a row of its own."""
        return _ENTRY

    def entered(self, _row: None, event: Stored, told: Event) -> AuditRow:
        """The envelope and its metadata."""
        metadata = decode_metadata(event.metadata)
        action = told.TOPIC.rpartition(".")[0]
        return AuditRow(
            event.tenant_id,
            event.position,
            event.epoch,
            event.stream_id,
            event.version,
            action,
            _operation(told, action),
            event.occurred_at,
            event.recorded_at,
            metadata.actor,
            metadata.role,
            metadata.basis,
            event.command_id,
            event.subject_id,
            metadata.on_behalf_of,
            metadata.correlation,
            metadata.cause,
            metadata.rule_pack,
            metadata.calendar,
            metadata.language,
            metadata.source,
            metadata.source_id,
            metadata.traceparent,
        )


def _of_itself(event: Stored, _told: Event) -> Iterable[Key]:
    return ((event.position,),)


_ENTRY = Handler(AuditTrail.entered, _of_itself, begins=True, own=False)


def _operation(event: Event, action: str) -> str:
    if isinstance(event, InitialEvent):
        return "create"
    return "remove" if action.endswith(_REMOVING) else "modify"
