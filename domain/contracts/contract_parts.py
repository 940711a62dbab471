"""What a contract on a service is made of: priced lines, periods of delivery, standards, and what was delivered."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.contracts.vocabulary import PricedLine, Quantity
from domain.kernel.deadline import Deadline
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.kernel.text import Text
from domain.kernel.vocabulary import Code, File

Number = Annotated[int, msgspec.Meta(ge=1, le=240, description="Number of a delivery or an amendment, from 1")]


class ContractStage(StrEnum):
    """Where a contract stands. `signed` waits for its first day; `accepted`: nothing is open between the two sides."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    ACTIVE = "active"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    ACCEPTED = "accepted"


class DeliveryStage(StrEnum):
    """Where the delivery of a period stands. `overdue`: its day passed, and nothing had been reported.

    What is `waived` is neither awaited nor paid any more.
    """

    AWAITED = "awaited"
    OVERDUE = "overdue"
    REPORTED = "reported"
    INSPECTED = "inspected"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PAID = "paid"
    WAIVED = "waived"


class InspectionOutcome(StrEnum):
    """What an inspection found of a standard."""

    MET = "met"
    PARTLY = "partly"
    FAILED = "failed"


class PlannedDelivery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A period, both days within, on which one delivery is reported."""

    number: Number
    first_day: date
    last_day: date


class DueDelivery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A period with the instant (UTC, exclusive) by which its delivery is to be reported; `proof` by a rule."""

    number: Number
    first_day: date
    last_day: date
    due_at: datetime
    proof: Deadline | None = None


class DeliveredUnits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whole units of one line that were delivered in a period."""

    line: Code
    quantity: Quantity


class StandardFound(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What an inspection says of one standard."""

    code: Code
    outcome: InspectionOutcome
    note: Text | None = None


Deliveries = Annotated[tuple[PlannedDelivery, ...], msgspec.Meta(min_length=1, max_length=240)]
Delivered = Annotated[tuple[DeliveredUnits, ...], msgspec.Meta(min_length=1, max_length=100)]
Findings = Annotated[tuple[StandardFound, ...], msgspec.Meta(min_length=1, max_length=40)]
Evidence = Annotated[tuple[File, ...], msgspec.Meta(max_length=30)]


def delivery_id(number: int) -> UUID:
    """The part of a contract that its delivery of that number is."""
    return derived_id("service delivery", number)


AWAITED = (DeliveryStage.AWAITED, DeliveryStage.OVERDUE, DeliveryStage.RETURNED)
"""Stages in which the provider still has to report."""


class Delivery(msgspec.Struct, frozen=True):
    """A delivery as it stands: what was reported, what is deducted, what is to be paid, and who accepted it."""

    plan: DueDelivery
    stage: DeliveryStage = DeliveryStage.AWAITED
    units: tuple[DeliveredUnits, ...] = ()
    penalty: Money | None = None
    amount: Money | None = None
    accepted_by: UUID | None = None

    def is_awaited(self) -> bool:
        """Whether the provider still has to report it."""
        return self.stage in AWAITED

    def is_overdue(self, at: datetime) -> bool:
        """By the day itself, whether the clock has said so or not."""
        return self.stage is DeliveryStage.OVERDUE or (self.is_awaited() and at >= self.plan.due_at)


def value_of(units: Iterable[DeliveredUnits], lines: Iterable[PricedLine], currency: str) -> Money:
    """What units cost at the contract's unit prices; a line that is not there is the caller's error (KeyError)."""
    prices = {one.code: one.unit_price.amount for one in lines}
    return Money(sum(one.quantity * prices[one.line] for one in units), currency)
