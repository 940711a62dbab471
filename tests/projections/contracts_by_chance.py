"""What becomes of an award by chance: a contract from its signature to its final acceptance."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from domain.contracts.contract_parts import DeliveredUnits, DueDelivery, InspectionOutcome, StandardFound
from domain.contracts.events import call as c
from domain.contracts.events import contract as k
from domain.contracts.facts import CallFacts
from domain.contracts.vocabulary import PricedLine
from domain.kernel.deadline import Deadline
from domain.kernel.money import Money
from domain.kernel.rules import Counting, Unit
from domain.kernel.text import text, title
from domain.licences.vocabulary import LicenceStage
from domain.organisations.vocabulary import Identifier
from tests.projections.interleaved import Turn

BEGAN = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
FIRST = date(2026, 6, 1)
REASON = text(sq="Arsyeja", sr="Razlog", en="The reason")


def deadline(due_at: datetime) -> Deadline:
    return Deadline(
        "contract.standstill", "xk-2026.1", "Law 04/L-042", "AwardProposed", due_at - timedelta(days=10), 10,
        Unit.CALENDAR_DAYS, Counting.EXCLUDE_FIRST, "Europe/Belgrade", "xk-2026.1", due_at,
    )  # fmt: skip


class Life(Protocol):
    """The life that a contract is a part of."""

    random: random.Random
    need: UUID
    call: UUID
    facts: CallFacts

    def new_id(self, kind: str) -> UUID: ...
    def priced(self) -> tuple[PricedLine, ...]: ...
    def identifiers(self, number: int) -> tuple[Identifier, ...]: ...


class ContractByChance:
    """What becomes of an award: signed, changed, delivered month by month, inspected, paid, ended."""

    def __init__(self, life: "Life", supplier: UUID) -> None:
        self.life, self.supplier, self.random = life, supplier, life.random
        self.id = c.contract_id(life.call, supplier)
        self.lines, self.last_day = life.priced(), date(2026, 6 + self.random.randint(0, 5), 28)
        months = range(6, self.last_day.month + 1)
        self.deliveries = tuple(self._due(number, month) for number, month in enumerate(months, 1))

    def turns(self) -> Iterator[Turn]:
        """What happens to it, command by command."""
        yield self.id, (self._drafted(),)
        yield self.id, (self._signed(), *(k.DeliveryScheduled(delivery=one) for one in self.deliveries))
        yield self.life.call, (c.CallContracted(contract_id=self.id),)
        yield self.id, (k.ContractActivated(),)
        changes, paid = 0, 0
        for delivery in self.deliveries:
            if self._may(0.2):
                changes += 1
                yield self.id, (self._amended(changes),)
            if self._may(0.1):
                noted = k.LicenceNoted(
                    entry_id=self.life.new_id("entry"), status=LicenceStage.SUSPENDED, since=FIRST, origin="3:1:9"
                )
                yield self.id, (noted,)
            if self._may(0.1):
                dropped = tuple(one.number for one in self.deliveries if one.number >= delivery.number)
                yield self.id, (self._terminated(delivery, dropped),)
                return
            paid += yield from self._delivered(delivery.number)
        yield self.id, (k.ContractCompleted(organisation_id=self.supplier, paid=Money(paid)),)
        accepted = k.ContractAccepted(
            organisation_id=self.supplier, paid=Money(paid), unpaid=Money(0), decision_no="9/2026", note=REASON
        )
        yield self.id, (accepted,)

    def _may(self, chance: float) -> bool:
        return self.random.random() < chance

    def _delivered(self, number: int) -> Iterator[Turn]:
        own: dict[str, Any] = {"number": number, "organisation_id": self.supplier}
        overdue = self._may(0.2)
        if overdue:
            yield self.id, (k.DeliveryOverdue(**own, due_at=BEGAN + timedelta(days=200)),)
        if self._may(0.05):
            waived = k.DeliveryWaived(**own, decision_no="8/2026", reason=REASON, was_overdue=overdue)
            yield self.id, (waived,)
            return 0
        value = Money(self.random.randint(100, 10**7))
        units = tuple(DeliveredUnits(line=line.code, quantity=1) for line in self.lines)
        reported = k.DeliveryReported(
            **own, units=units, value=value, narrative="Raport", late=overdue, was_overdue=overdue, k=5
        )
        yield self.id, (reported,)
        if self._may(0.3):
            found = (StandardFound(code="staff", outcome=InspectionOutcome.PARTLY),)
            yield self.id, (k.DeliveryInspected(number=number, findings=found, inspected_on=FIRST),)
            if self._may(0.5):
                yield self.id, (k.PenaltyImposed(number=number, amount=Money(50), decision_no="7/2026", reason=REASON),)
        yield self.id, (k.DeliveryAccepted(number=number, amount=value, accepted_by=self.life.new_id("person")),)
        yield (
            self.id,
            (k.DeliveryPaid(number=number, amount=value, paid_on=FIRST + timedelta(days=number), reference="P/1"),),
        )
        return value.amount

    def _due(self, number: int, month: int) -> DueDelivery:
        last = date(2026, month, 28)
        due = datetime(2026, month + 1, 5, 22, 0, tzinfo=UTC)
        return DueDelivery(number=number, first_day=last.replace(day=1), last_day=last, due_at=due, proof=deadline(due))

    def _drafted(self) -> k.ContractDrafted:
        return k.ContractDrafted(
            call_id=self.life.call,
            need_id=self.life.need,
            organisation_id=self.supplier,
            organisation_name=title(sq="Shoqata", sr="Udruženje"),
            identifiers=self.life.identifiers(1),
            title=self.life.facts.title,
            service="day_care",
            places=("prizren",),
            first_day=FIRST,
            last_day=self.last_day,
            lines=self.lines,
            value=self._value(self.lines),
            beneficiaries=20,
            budget_code="13000",
            deliveries=self.deliveries,
        )

    def _signed(self) -> k.ContractSigned:
        return k.ContractSigned(
            call_id=self.life.call,
            organisation_id=self.supplier,
            entry_ids=(),
            decision_no="4/2026",
            signed_on=date(2026, 5, 20),
            service="day_care",
            places=("prizren",),
            first_day=FIRST,
            last_day=self.last_day,
            value=self._value(self.lines),
        )

    def _amended(self, number: int) -> k.ContractAmended:
        lines = self.life.priced()
        self.lines = lines[:-1] if len(lines) > 1 and self._may(0.3) else lines
        return k.ContractAmended(
            number=number,
            organisation_id=self.supplier,
            lines=self.lines,
            last_day=self.last_day,
            deliveries=self.deliveries,
            value=self._value(self.lines),
            previous_value=self._value(lines),
            change=0,
            reason=REASON,
            entry_ids=(),
        )

    def _terminated(self, delivery: DueDelivery, dropped: tuple[int, ...]) -> k.ContractTerminated:
        return k.ContractTerminated(
            organisation_id=self.supplier,
            decision_no="6/2026",
            reason=REASON,
            last_day=delivery.first_day,
            dropped=dropped,
        )

    @staticmethod
    def _value(lines: Sequence[PricedLine]) -> Money:
        return Money(sum(line.amount.amount for line in lines))
