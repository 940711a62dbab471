"""Deadlines of contracts on services: the first day, and by when each delivery is to be reported."""

from collections.abc import Iterable
from typing import Any

from domain.contracts.commands.contract import ActivateContract, MarkDeliveryOverdue
from domain.contracts.contract_parts import delivery_id
from domain.contracts.events import contract as e
from domain.kernel.deadline import start_of
from projections.deadline_rows import DeadlineRow, deadline_id, move_deadline, set_deadline, settle_deadline
from projections.read_model import Key, Stored, folds

Row = DeadlineRow
BEGINNING = "contract_beginning"
DELIVERY = "service_delivery"


def _beginning(event: Stored, _told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, BEGINNING),),)


def _delivery(event: Stored, told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, DELIVERY, delivery_id(told.number)),),)


def _scheduled(event: Stored, told: e.DeliveryScheduled) -> Iterable[Key]:
    return _delivery(event, told.delivery)


def _ended(event: Stored, told: e.ContractTerminated) -> Iterable[Key]:
    dropped = [(deadline_id(event.stream_id, DELIVERY, delivery_id(number)),) for number in told.dropped]
    return [*_beginning(event, told), *dropped]


class ServiceContractDeadlines:
    """Kinds `contract_beginning`, on which the clock acts, and `service_delivery`, one for each period."""

    @folds(e.ContractSigned, keys=_beginning, begins=True)
    def contract_signed(self, _row: Row | None, event: Stored, told: e.ContractSigned) -> Row:
        """It begins on its first day."""
        return set_deadline(event, BEGINNING, start_of(told.first_day), None, action=ActivateContract)

    @folds(e.ContractActivated, keys=_beginning)
    def contract_began(self, row: Row, event: Stored, _told: e.ContractActivated) -> Row:
        """It has begun."""
        return settle_deadline(row, event, "met")

    @folds(e.DeliveryScheduled, keys=_scheduled, begins=True)
    def delivery_scheduled(self, row: Row | None, event: Stored, told: e.DeliveryScheduled) -> Row:
        """Awaited, or awaited by another day."""
        plan = told.delivery
        if row is not None:
            return move_deadline(row, event, plan.due_at, plan.proof)
        part = delivery_id(plan.number)
        return set_deadline(event, DELIVERY, plan.due_at, plan.proof, action=MarkDeliveryOverdue, part_id=part)

    @folds(e.DeliveryReported, keys=_delivery)
    def delivery_came(self, row: Row, event: Stored, told: e.DeliveryReported) -> Row:
        """In time or late; what had been marked as missing stays missed."""
        return settle_deadline(row, event, "missed" if told.late else "met")

    @folds(e.DeliveryReturned, keys=_delivery)
    def delivery_returned(self, row: Row, event: Stored, told: e.DeliveryReturned) -> Row:
        """Awaited again."""
        return move_deadline(row, event, told.due_at, None)

    @folds(e.DeliveryOverdue, keys=_delivery)
    def delivery_overdue(self, row: Row, event: Stored, _told: e.DeliveryOverdue) -> Row:
        """It did not come."""
        return settle_deadline(row, event, "missed")

    @folds(e.DeliveryWaived, keys=_delivery)
    def delivery_waived(self, row: Row, event: Stored, _told: e.DeliveryWaived) -> Row:
        """Nothing is awaited any more; what was missed stays missed."""
        return settle_deadline(row, event, "cancelled") if row.state == "pending" else row

    @folds(e.ContractTerminated, keys=_ended)
    def contract_ended(self, row: Row, event: Stored, _told: e.ContractTerminated) -> Row:
        """What was to come later does not come."""
        return settle_deadline(row, event, "cancelled") if row.state == "pending" else row
