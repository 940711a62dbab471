"""What follows from contracts: the call, the national ledger and the licences learn of them, and licences tell back."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from domain.contracts.commands.call import RecordServiceContract
from domain.contracts.commands.contract import NoteLicence
from domain.contracts.events.contract import (
    ContractAccepted,
    ContractAmended,
    ContractSigned,
    DeliveryOverdue,
    DeliveryReported,
    DeliveryWaived,
)
from domain.funding_claims import commands as c
from domain.funding_claims.events import claim_id
from domain.kernel.command import Command
from domain.kernel.deadline import last_day
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Policy, Reaction
from domain.licences.commands import RelyOnLicence
from domain.licences.events import LicenceEntryChanged, LicenceReliedOn
from domain.licences.vocabulary import Reliance


def follow_contract(recorded: RecordedEvent) -> Iterator[Reaction]:
    """The call, the ledger and the licences learn of a contract and of what becomes of it."""
    event = recorded.event
    if isinstance(event, ContractSigned):
        yield Reaction(event.call_id, RecordServiceContract(contract_id=recorded.stream_id))
    if isinstance(event, ContractSigned | ContractAmended):
        yield from _rely(recorded, event.entry_ids)
    told = _of_contract(recorded)
    if told is not None:
        yield Reaction(claim_id(recorded.tenant_id, recorded.stream_id), told, NATIONAL_TENANT)


def tell_contracts(recorded: RecordedEvent) -> Iterator[Reaction]:
    """Every contract that relies on a licence learns how it stands."""
    event = recorded.event
    match event:
        case LicenceEntryChanged():
            reliances = event.relied_on_by
        case LicenceReliedOn():
            reliances = (event.reliance,)
        case _:
            return
    for one in reliances:
        note = NoteLicence(entry_id=recorded.stream_id, status=event.status, since=event.since, origin=event.origin)
        yield Reaction(one.stream_id, note, one.tenant_id)


def _rely(recorded: RecordedEvent, entries: tuple[UUID, ...]) -> Iterator[Reaction]:
    reliance = Reliance(tenant_id=recorded.tenant_id, stream_id=recorded.stream_id)
    for entry in entries:
        yield Reaction(entry, RelyOnLicence(reliance=reliance), NATIONAL_TENANT)


def _of_contract(recorded: RecordedEvent) -> Command | None:
    match recorded.event:
        case ContractSigned() as event:
            return c.ConfirmClaim(
                organisation_id=event.organisation_id, contract_id=recorded.stream_id, amount=event.value
            )
        case ContractAccepted() as event:
            return c.CloseClaim(unpaid=event.unpaid)
        case DeliveryOverdue() as event:
            due_on = last_day(event.due_at)
            return c.FlagOverdueReport(report_id=_report(recorded, event.number), due_on=due_on)
        case DeliveryReported(was_overdue=True) | DeliveryWaived(was_overdue=True) as event:
            return c.ClearOverdueReport(report_id=_report(recorded, event.number))
        case _:
            return None


def _report(recorded: RecordedEvent, number: int) -> UUID:
    return derived_id("report", recorded.stream_id, number)


POLICIES: Mapping[type[Event], Policy] = {
    ContractSigned: follow_contract,
    ContractAmended: follow_contract,
    ContractAccepted: follow_contract,
    DeliveryOverdue: follow_contract,
    DeliveryReported: follow_contract,
    DeliveryWaived: follow_contract,
    LicenceEntryChanged: tell_contracts,
    LicenceReliedOn: tell_contracts,
}
