"""Rows of municipal procurement registers as stories: the contract, its annexes, its dated part payments."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from domain.contracts.commands.recorded_contract import RecordAnnex, RecordContract, RecordPayment
from domain.contracts.recorded_facts import (
    Amount,
    AnnexFacts,
    AwardCriterion,
    BudgetSource,
    ContractFacts,
    ContractType,
    Course,
    PaymentFacts,
    Procedure,
    Seat,
    Supplier,
    SupplierStatus,
    TimeLimit,
    UnreadCell,
    ValueClass,
    amount_of,
)
from domain.kernel.command import Command
from domain.kernel.deadline import local_day, start_of
from services.importing.cells import EARLIEST, Cells, Unread, shown
from services.importing.lines import Line
from services.importing.mapping import BadRecord, Reader
from services.importing.stories import Step, Story, checked

CURRENCY = "EUR"
MOST_KEPT = 100
_DIVISION = re.compile("[0-9]{1,2}")
ANNEXES, PAYMENTS = 9, 9
_DAYS = ("initiated", "need_approved", "specified", "notice", "bids_opened", "need_confirmed", "award_notice")
_LATER_DAYS = ("cancelled", "letters", "closed")
_COUNTS = (
    *("complaints", "complaints_to_review_body", "dossiers", "bids", "bids_refused"),
    *("complaints_on_award", "complaints_on_award_to_review_body", "payments_planned"),
)
_WORDS = ("planned", "evaluation", "retendered", "duration")
FIELDS = (
    *("number", "title", "budget_sources", "contract_type", "value_class", "procedure", "cpv_division", "signed"),
    *("estimated_value", "contract_price", "supplier", "supplier_seat", "supplier_status", "time_limit"),
    *("award_criterion", "status", "department", "total_paid", "penalties"),
    *_DAYS,
    *_LATER_DAYS,
    *_COUNTS,
    *_WORDS,
    *(f"annex_{n}_{what}" for n in range(1, ANNEXES + 1) for what in ("price", "signed")),
    *(f"payment_{n}_{what}" for n in (*range(1, PAYMENTS + 1), "last") for what in ("amount", "paid")),
)
"""What a row can be given; README.md says what each means."""


class RegisterStories:
    """Tells the rows of one register of one year, each once, in their order.

    A register's own numbers stand there again for every lot, so the second row of a number gets `/2` after it. That
    stays the same when the file is read again, and when rows of other numbers come in between.
    """

    def __init__(self, reader: Reader, year: int, now: datetime) -> None:
        self._reader, self._year, self._today = reader, year, local_day(now)
        self._seen: Counter[str] = Counter()

    def __call__(self, line: Line) -> Story:
        """The story of one row."""
        cells = Cells(self._reader, line, self._today)
        number = cells.words("number")[:100]
        self._seen[number] += 1
        again = f"/{self._seen[number]}" if self._seen[number] > 1 else ""
        row = _Row(cells, frozenset(self._reader.names), number, f"{self._year}/{number or '-'}{again}", self._year)
        steps = tuple(row.steps(self._told_at(None)))
        return Story(row.contract_id, steps, tuple(cells.remarks), tuple(cells.unread), cells.sums)

    def _told_at(self, day: date | None) -> date:
        """Where no day can be read: the last of the register's year, or today while that goes on."""
        return day or min(date(self._year, 12, 31), self._today)


class _Row:
    def __init__(self, cells: Cells, names: Collection[str], number: str, contract_id: str, year: int) -> None:
        self._cells, self._names, self._number, self._year = cells, names, number, year
        self.contract_id = contract_id

    def steps(self, undated: date) -> Iterator[Step]:
        """What the row tells, in the order of its days; what has none is told with what stands before it."""
        told = {name: self._read(name) for name in ("contract_price", "estimated_value", "total_paid", "penalties")}
        signed_on, ends_on = self._cells.span("signed")
        annexes, payments = list(self._annexes()), list(self._payments())
        facts = self._facts(told, signed_on, ends_on)
        at = signed_on or undated
        if signed_on is None:
            self._cells.remarks.append(f"signed: no day that could be read; told at {at.isoformat()}")
        yield checked("record", RecordContract(facts=facts), start_of(at))
        later: list[tuple[date | None, str, Command]]
        later = [(one.signed_on, f"annex-{one.number}", RecordAnnex(annex=one)) for one in annexes]
        later += [(one.paid_on, f"pay-{one.number}", RecordPayment(payment=one)) for one in payments]
        for day, name, command in sorted(later, key=lambda one: one[0] or at):
            if day is not None and day < at:
                self._cells.remarks.append(f"{name}: its day {day.isoformat()} lies before what it follows")
            at = max(at, day or at)
            yield checked(name, command, start_of(at))

    def _facts(self, told: dict[str, Amount | None], signed_on: date | None, ends_on: date | None) -> ContractFacts:
        cells = self._cells
        facts: dict[str, Any] = {
            "contract_id": self.contract_id,
            "year": self._year,
            "number": self._number,
            "title": cells.words("title"),
            "contract_type": cells.one_of("contract_type", ContractType),
            "value_class": cells.one_of("value_class", ValueClass),
            "procedure": cells.one_of("procedure", Procedure),
            "cpv_division": self._division(),
            "budget_sources": cells.some_of("budget_sources", BudgetSource),
            "time_limit": cells.one_of("time_limit", TimeLimit),
            "award_criterion": cells.one_of("award_criterion", AwardCriterion),
            "status": cells.words("status")[:150],
            "department": cells.words("department"),
            "suppliers": tuple(self._suppliers()),
            "course": self._course(),
        }
        cells.surplus()
        return ContractFacts(
            **facts,
            signed_on=signed_on,
            ends_on=ends_on,
            price=told["contract_price"],
            estimate=told["estimated_value"],
            total_paid=told["total_paid"],
            penalties=told["penalties"],
            unread=lost(cells.unread, cells.remarks),
        )

    def _read(self, name: str) -> Amount | None:
        value = self._cells.amount(name) if name in self._names else None
        return None if value is None else self._amount(name, value)

    def _amount(self, name: str, value: Any) -> Amount | None:
        try:
            return amount_of(value, CURRENCY)
        except ValueError:
            self._cells.note(name, "it is too large to be an amount")
            return None

    def _division(self) -> str:
        division = self._cells.words("cpv_division")
        if division and not _DIVISION.fullmatch(division):
            self._cells.note("cpv_division", "it is no division of the Common Procurement Vocabulary")
            return ""
        return division

    def _suppliers(self) -> Iterator[Supplier]:
        cells = self._cells
        name, seat = cells.words("supplier"), cells.words("supplier_seat")
        municipality, status = cells.municipality("supplier_seat"), cells.one_of("supplier_status", SupplierStatus)
        if name:
            yield Supplier(
                name=name,
                consortium="&" in name,
                seat=Seat(name=seat, municipality=municipality) if seat else None,
                status=status,
            )

    def _course(self) -> Course | None:
        cells = self._cells
        told: dict[str, Any] = {f"{name}_on": cells.day(name) for name in (*_DAYS, "cancelled", "letters")}
        told["closed_on"] = cells.day("closed", past=False)
        told |= {name: cells.count(name) for name in _COUNTS}
        told |= {name: cells.words(name)[:150] for name in _WORDS}
        course = Course(**told)
        return None if course == Course() else course

    def _annexes(self) -> Iterator[AnnexFacts]:
        """Annexes of which anything is given; a price of 0 without a day is how registers say that there is none."""
        for n in range(1, ANNEXES + 1):
            price, signed_on = self._read(f"annex_{n}_price"), self._cells.day(f"annex_{n}_signed")
            if signed_on is not None or (price is not None and price.value):
                yield AnnexFacts(number=n, signed_on=signed_on, price=price)

    def _payments(self) -> Iterator[PaymentFacts]:
        for n in range(1, PAYMENTS + 1):
            yield from self._payment(f"payment_{n}", n, final=False)
        yield from self._payment("payment_last", PAYMENTS + 1, final=True)

    def _payment(self, name: str, number: int, *, final: bool) -> Iterator[PaymentFacts]:
        amount, paid_on = self._read(f"{name}_amount"), self._cells.day(f"{name}_paid")
        if paid_on is not None or amount is not None:
            yield PaymentFacts(number=number, paid_on=paid_on, amount=amount, final=final)


def lost(unread: Iterable[Unread], remarks: list[str]) -> tuple[UnreadCell, ...]:
    """What of the cells that could not be read stands nowhere else on record; a remark when it is too much to keep."""
    cells = [one for one in unread if not one.kept]
    if len(cells) > MOST_KEPT:
        remarks.append(f"{len(cells)} cells could not be read: the first {MOST_KEPT} are kept on record")
    return tuple(
        UnreadCell(row=one.row, column=one.column, heading=shown(one.heading), text=one.text)
        for one in cells[:MOST_KEPT]
    )


def year_of(stem: str, said: int | None, now: datetime) -> int:
    """The year of a register: what was said, else the one in the file's name.

    Raises: BadRecord when neither gives one, or one that no register can be of.
    """
    found = said or next((int(part) for part in stem.replace("_", "-").split("-") if _is_year(part)), None)
    if found is None:
        raise BadRecord(f"nothing says of which year the register is: neither its file's name ({stem}) nor --year")
    if not EARLIEST <= found <= local_day(now).year:
        raise BadRecord(f"a register is of a year from {EARLIEST} to this one, not of {found}")
    return found


def _is_year(part: str) -> bool:
    return len(part) == 4 and part.isdecimal()  # noqa: PLR2004 - a year of four figures
