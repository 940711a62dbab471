"""What follows from a licence: every buyer may know of it, so its events go into the national log, in their order."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from domain.kernel.command import Command
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT, event_id
from domain.kernel.manifest import Policy, Reaction
from domain.licences import events as e
from domain.licences.commands import EnterLicence, NoteLicenceChange
from domain.licences.vocabulary import LicenceStage


def tell_buyers(recorded: RecordedEvent) -> Iterator[Reaction]:
    """From the issuer's log to the entry of the licence."""
    command = _entered(recorded) or _noted(recorded)
    if command is not None:
        yield Reaction(e.entry_id(recorded.tenant_id, recorded.stream_id), command, NATIONAL_TENANT)


def _entered(recorded: RecordedEvent) -> Command | None:
    event = recorded.event
    if not isinstance(event, e.LicenceGranted):
        return None
    return EnterLicence(
        organisation_id=event.organisation_id,
        tenant_id=recorded.tenant_id,
        licence_id=recorded.stream_id,
        service=event.service,
        term=event.term,
        decision_no=event.decision_no,
        event_id=_event_id(recorded),
        origin=_origin(recorded),
    )


def _noted(recorded: RecordedEvent) -> Command | None:
    match recorded.event:
        case e.LicenceRenewed() as event:
            return NoteLicenceChange(
                status=LicenceStage.GRANTED,
                since=event.term.valid_from,
                event_id=_event_id(recorded),
                origin=_origin(recorded),
                decision_no=event.decision_no,
                term=event.term,
            )
        case e.LicenceExpired() as event:
            return NoteLicenceChange(
                status=LicenceStage.EXPIRED,
                since=event.last_day + timedelta(days=1),
                event_id=_event_id(recorded),
                origin=_origin(recorded),
            )
        case e.LicenceSuspended() | e.LicenceReinstated() | e.LicenceRevoked() as event:
            return NoteLicenceChange(
                status=_STATUS[type(event)],
                since=event.first_day,
                event_id=_event_id(recorded),
                origin=_origin(recorded),
                decision_no=event.decision_no,
                reason=event.reason,
            )
        case _:
            return None


def _event_id(recorded: RecordedEvent) -> UUID:
    return event_id(recorded.command_id, recorded.stream_id, recorded.version)


def _origin(recorded: RecordedEvent) -> str:
    return f"{recorded.tenant_id}:{recorded.epoch}:{recorded.position}"


_STATUS: Mapping[type[Event], LicenceStage] = {
    e.LicenceSuspended: LicenceStage.SUSPENDED,
    e.LicenceReinstated: LicenceStage.GRANTED,
    e.LicenceRevoked: LicenceStage.REVOKED,
}
POLICIES: Mapping[type[Event], Policy] = dict.fromkeys(
    (e.LicenceGranted, e.LicenceRenewed, *_STATUS, e.LicenceExpired), tell_buyers
)
