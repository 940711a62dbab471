"""Releases about contracts on services: signed, changed, delivered period by period, paid, ended.

What is reported and not accepted yet, what an inspection found and which licence it rests on are told elsewhere.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from domain.contracts.contract_parts import DueDelivery
from domain.contracts.events import contract as e
from domain.contracts.events.bid import bid_id
from projections.call_releases import SUPPLIER, TENDERER
from projections.read_model import Key, Stored, folds
from projections.release_parts import (
    ENTITY,
    Content,
    Contract,
    Days,
    Implementation,
    Item,
    Milestone,
    Party,
    Tag,
    Transaction,
    identified,
    items,
    language_of,
    value,
    words,
)
from projections.release_rows import KnownContract, Row, amendment, begun, releasing

_PAYEE = "payee"


def _contract(event: Stored, _told: Any) -> Iterable[Key]:
    return ((event.stream_id,),)


class ContractReleases:
    """A contract belongs to the process of its call; its award is the bid that won."""

    @folds(e.ContractDrafted, keys=_contract, begins=True)
    def contract_drafted(self, _row: None, event: Stored, told: e.ContractDrafted) -> Row:
        """Nothing of it is public before it is signed."""
        supplier = Party(
            id=str(told.organisation_id),
            name=words(told.organisation_name),
            roles=(TENDERER, SUPPLIER, _PAYEE),
            identifiers=identified(told.identifiers),
        )
        known = KnownContract(
            award_id=str(bid_id(told.call_id, told.organisation_id)),
            title=told.title,
            supplier=supplier,
            lines=told.lines,
            deliveries=_unproved(told.deliveries),
        )
        return begun(event, told.call_id, known)

    @folds(e.ContractSigned, keys=_contract)
    def contract_signed(self, row: Row, event: Stored, told: e.ContractSigned) -> Row:
        """What was agreed, not in force before its first day."""
        known = _known(row)
        contract = _part(
            row,
            title=words(known.title),
            status="pending",
            period=Days(start_date=told.first_day, end_date=told.last_day),
            value=value(told.value),
            items=items(known.lines),
            date_signed=told.signed_on,
            implementation=Implementation(milestones=tuple(map(_awaited, known.deliveries))),
        )
        return releasing(row, event, (Tag.CONTRACT,), _content(row, contract, parties=(known.supplier,)))

    @folds(e.ContractActivated, keys=_contract)
    def contract_activated(self, row: Row, event: Stored, _told: e.ContractActivated) -> Row:
        """It is in force."""
        return releasing(row, event, (Tag.CONTRACT_UPDATE,), _content(row, _part(row, status="active")))

    @folds(e.ContractAmended, keys=_contract)
    def contract_amended(self, row: Row, event: Stored, told: e.ContractAmended) -> Row:
        """Other lines, prices or days; a line that is no longer there has no units."""
        known, deliveries = _known(row), _unproved(told.deliveries)
        kept = {line.code for line in told.lines}
        dropped = tuple(Item(id=line.code, quantity=0) for line in known.lines if line.code not in kept)
        contract = _part(
            row,
            period=Days(end_date=told.last_day),
            value=value(told.value),
            items=items(told.lines) + dropped,
            implementation=Implementation(milestones=_rescheduled(known.deliveries, deliveries, event)),
            amendments=(amendment(row, event, told.reason),),
        )
        changed = replace(known, lines=told.lines, deliveries=deliveries)
        return releasing(row, event, (Tag.CONTRACT_AMENDMENT,), _content(row, contract), changed)

    @folds(e.PenaltyImposed, keys=_contract)
    def contract_penalty(self, row: Row, _event: Stored, told: e.PenaltyImposed) -> Row:
        """Told when the delivery is accepted: it was met in part."""
        known = _known(row)
        return replace(row, known=replace(known, deducted=(*known.deducted, told.number)))

    @folds(e.DeliveryAccepted, keys=_contract)
    def contract_delivered(self, row: Row, event: Stored, told: e.DeliveryAccepted) -> Row:
        """The delivery of a period stands."""
        if told.number in _known(row).deducted:
            return _under_way(row, event, _reached(told.number, "partiallyMet", event))
        milestone = replace(_reached(told.number, "met", event), date_met=event.occurred_at)
        return _under_way(row, event, milestone)

    @folds(e.DeliveryOverdue, e.DeliveryWaived, keys=_contract)
    def contract_not_delivered(self, row: Row, event: Stored, told: e.DeliveryOverdue | e.DeliveryWaived) -> Row:
        """The day of a delivery passed, or it is awaited no longer."""
        return _under_way(row, event, _reached(told.number, "notMet", event))

    @folds(e.DeliveryPaid, keys=_contract)
    def contract_paid(self, row: Row, event: Stored, told: e.DeliveryPaid) -> Row:
        """A delivery is paid."""
        transaction = Transaction(
            id=str(told.number),
            paid_on=told.paid_on,
            value=value(told.amount),
            payer=ENTITY,
            payee=_known(row).supplier.mention,
        )
        return _under_way(row, event, transactions=(transaction,))

    @folds(e.ContractTerminated, keys=_contract)
    def contract_terminated(self, row: Row, event: Stored, told: e.ContractTerminated) -> Row:
        """It ends before its time; what was delivered is still settled."""
        contract = _part(
            row,
            status="terminated",
            period=Days(end_date=told.last_day),
            implementation=Implementation(milestones=tuple(_reached(n, "notMet", event) for n in told.dropped)),
            amendments=(amendment(row, event, told.reason),),
        )
        return releasing(row, event, (Tag.CONTRACT_TERMINATION,), _content(row, contract))

    @folds(e.ContractCompleted, keys=_contract)
    def contract_completed(self, row: Row, event: Stored, _told: e.ContractCompleted) -> Row:
        """It came to its end; the standard has one word for every end."""
        return releasing(row, event, (Tag.CONTRACT_TERMINATION,), _content(row, _part(row, status="terminated")))


def _part(row: Row, **members: Any) -> Contract:
    return Contract(id=str(row.about_id), award_id=_known(row).award_id, **members)


def _content(row: Row, contract: Contract, **members: Any) -> Content:
    return Content(language=language_of(_known(row).title), contracts=(contract,), **members)


def _under_way(row: Row, event: Stored, *milestones: Milestone, transactions: tuple[Transaction, ...] = ()) -> Row:
    """The row after something was delivered or paid, or not in time."""
    known = _known(row)
    tag = Tag.IMPLEMENTATION_UPDATE if known.under_way else Tag.IMPLEMENTATION
    contract = _part(row, implementation=Implementation(milestones=milestones, transactions=transactions))
    return releasing(row, event, (tag,), _content(row, contract), replace(known, under_way=True))


def _unproved(deliveries: Iterable[DueDelivery]) -> tuple[DueDelivery, ...]:
    """Deliveries without the proofs of their days, which nothing here tells."""
    return tuple(replace(one, proof=None) for one in deliveries)


def _awaited(delivery: DueDelivery) -> Milestone:
    """A delivery to come, titled by its days as ISO 8601 writes a period."""
    return Milestone(
        id=str(delivery.number),
        title=f"{delivery.first_day}/{delivery.last_day}",
        type="delivery",
        due_date=delivery.due_at,
        status="scheduled",
    )


def _rescheduled(before: Iterable[DueDelivery], after: Iterable[DueDelivery], event: Stored) -> tuple[Milestone, ...]:
    """Deliveries that are new or due another day, and those that are awaited no longer."""
    known, told = {one.number: one for one in before}, {one.number: one for one in after}
    changed = tuple(_awaited(one) for number, one in told.items() if known.get(number) != one)
    return changed + tuple(_reached(number, "notMet", event) for number in known if number not in told)


def _reached(number: int, status: str, event: Stored) -> Milestone:
    at: datetime = event.occurred_at
    return Milestone(id=str(number), status=status, date_modified=at)


def _known(row: Row) -> KnownContract:
    if not isinstance(row.known, KnownContract):
        raise TypeError(row.known)
    return row.known
