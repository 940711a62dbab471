"""The money of measures, entry by entry: what was bound and what was spent, by budget line."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.action_measures.events import progress as e
from projections.read_model import Key, ReadModel, Stored, folds

COMMITMENT, SPENDING = "commitment", "spending"


class TransactionFacts(msgspec.Struct, frozen=True):
    """An entry; `kind` is commitment or spending, `amount` in minor units and less than nothing where it came back."""

    tenant_id: int
    measure_id: UUID
    number: int
    kind: str
    line: str
    amount: int
    currency: str
    on_day: date
    reference: str
    recorded_at: datetime


class TransactionRow(TransactionFacts, frozen=True):
    """An entry as it is stored; all of it is public."""

    public: bool = True


Row = TransactionRow


def _entry(event: Stored, told: Any) -> list[Key]:
    return [(event.stream_id, told.number)]


class MeasureTransactions(ReadModel[TransactionRow]):
    """Folds the entries of the measures that an institution leads."""

    name = "measure_transactions"
    table = "measure_transactions"
    row = TransactionRow
    key = ("measure_id", "number")

    @folds(e.CommitmentRecorded, keys=_entry, begins=True)
    def committed(self, _row: None, event: Stored, told: e.CommitmentRecorded) -> Row:
        """Bound."""
        return _recorded(event, told, COMMITMENT)

    @folds(e.SpendingRecorded, keys=_entry, begins=True)
    def spent(self, _row: None, event: Stored, told: e.SpendingRecorded) -> Row:
        """Spent."""
        return _recorded(event, told, SPENDING)


def _recorded(event: Stored, told: e.CommitmentRecorded | e.SpendingRecorded, kind: str) -> Row:
    return Row(
        tenant_id=event.tenant_id,
        measure_id=event.stream_id,
        number=told.number,
        kind=kind,
        line=told.line,
        amount=told.amount.amount,
        currency=told.amount.currency,
        on_day=told.on,
        reference=told.reference,
        recorded_at=event.occurred_at,
    )
