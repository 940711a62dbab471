"""Contracts of open contracting as stories: who supplies what at which price, what changed it, what was paid.

What cannot be read is told by its place in the release, and kept as it stands.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from domain.contracts.commands.recorded_contract import RecordAnnex, RecordContract, RecordPayment
from domain.contracts.recorded_facts import (
    Amount,
    AnnexFacts,
    ContractFacts,
    ContractType,
    PaymentFacts,
    Procedure,
    Supplier,
    amount_of,
)
from domain.kernel.command import Command
from domain.kernel.deadline import local_day, start_of
from services.importing.cells import EARLIEST, Sum, Unread, shown
from services.importing.lines import Line, Record
from services.importing.mapping import BadRecord
from services.importing.members import by_id, day_of, number_of, object_of, objects_of, text_of
from services.importing.registers import lost
from services.importing.stories import Step, Story, about, checked

LONGEST_ID = 150
EURO = "EUR"
_TYPES = {"goods": ContractType.SUPPLY, "services": ContractType.SERVICES, "works": ContractType.WORKS}
_METHODS = {"open": Procedure.OPEN_PROCEDURE, "selective": Procedure.RESTRICTED_PROCEDURE}
"""`limited` and `direct` fit several of the register's procedures, so they are none of them."""


class ContractStories:
    """Tells the contracts of a package up to `now`, the tenant's time."""

    def __init__(self, now: datetime) -> None:
        self._today = local_day(now)

    def __call__(self, line: Line) -> Story:
        """The story of one contract."""
        given = line.record or {}
        ocid, own = text_of(given["release"].get("ocid")), text_of(given["contract"].get("id"))
        if not ocid or not own:
            raise BadRecord("nothing is given for the ocid or the contract's id")
        contract_id = f"{ocid}/{own}"
        with about(contract_id[:LONGEST_ID]):
            if len(contract_id) > LONGEST_ID:
                raise BadRecord("ocid and id are too long to be an identifier")
            told = _Told(line, self._today)
            steps = tuple(told.steps(contract_id))
            return Story(contract_id, steps, (*line.remarks, *told.remarks), tuple(told.unread), told.sums)


class _Told:
    """Reads one contract in its release."""

    def __init__(self, line: Line, today: date) -> None:
        given = line.record or {}
        self._row, self._at, self._today = line.row, str(given["at"]), today
        self._release: Record = given["release"]
        self._contract: Record = given["contract"]
        self._award = by_id(self._release, "awards", self._contract.get("awardID"))
        self._tender = object_of(self._release, "tender")
        self.unread: list[Unread] = []
        self.remarks: list[str] = []
        self.sums: dict[str, Sum] = {}

    def steps(self, contract_id: str) -> Iterator[Step]:
        """The contract, then what changed it and what was paid, each not before its day."""
        signed_on = self._day(f"{self._at}/dateSigned", self._contract.get("dateSigned"))
        price = self._counted("contract_price", f"{self._at}/value", self._contract.get("value"))
        estimate = self._counted("estimated_value", "/tender/value", self._tender.get("value"))
        payments, annexes = list(self._payments()), list(self._annexes())
        amounts = (price, estimate, *(one.amount for one in payments))
        currency = next((one.money.currency for one in amounts if one is not None), EURO)
        at = signed_on or self._undated()
        facts = self._facts(contract_id, price, self._in(currency, "/tender/value", estimate))
        later: list[tuple[date | None, str, Command]]
        later = [(one.signed_on, f"annex-{one.number}", RecordAnnex(annex=one)) for one in annexes]
        for one in payments:
            place = f"{self._at}/implementation/transactions/{one.number - 1}/value"
            paid = msgspec.structs.replace(one, amount=self._in(currency, place, one.amount))
            later.append((one.paid_on, f"pay-{one.number}", RecordPayment(payment=paid)))
        facts = msgspec.structs.replace(
            facts, year=at.year, signed_on=signed_on, currency=currency, unread=lost(self.unread, self.remarks)
        )
        yield checked("record", RecordContract(facts=facts), start_of(at))
        for day, name, command in sorted(later, key=lambda one: one[0] or at):
            at = max(at, day or at)
            yield checked(name, command, start_of(at))

    def _facts(self, contract_id: str, price: Amount | None, estimate: Amount | None) -> ContractFacts:
        titles = (text_of(one.get("title")) for one in (self._contract, self._award, self._tender))
        other = {
            "ocid": text_of(self._release.get("ocid")),
            "award_id": text_of(self._contract.get("awardID")),
            "tender_id": text_of(self._tender.get("id")),
        }
        ends_on = object_of(self._contract, "period").get("endDate")
        return ContractFacts(
            contract_id=contract_id,
            year=self._today.year,
            number=text_of(self._contract.get("id"))[:LONGEST_ID],
            title=next(filter(None, titles), ""),
            contract_type=_TYPES.get(text_of(self._tender.get("mainProcurementCategory"))),
            procedure=_METHODS.get(text_of(self._tender.get("procurementMethod"))),
            ends_on=self._day(f"{self._at}/period/endDate", ends_on, past=False),
            price=price,
            estimate=estimate,
            suppliers=tuple(self._suppliers())[:100],
            status=text_of(self._contract.get("status"))[:LONGEST_ID],
            buyer=text_of(object_of(self._release, "buyer").get("name")),
            other=msgspec.json.encode({name: text for name, text in other.items() if text}).decode(),
        )

    def _undated(self) -> date:
        """At which day a contract is told that has no day of signing: the first that its release gives."""
        starts_on = object_of(self._contract, "period").get("startDate")
        days = (starts_on, self._award.get("date"), self._release.get("date"))
        known = [day for day in map(day_of, days) if day is not None and day.year >= EARLIEST and day <= self._today]
        at = known[0] if known else self._today
        self.remarks.append(f"{self._at}/dateSigned: no day that could be read; told at {at.isoformat()}")
        return at

    def _suppliers(self) -> Iterator[Supplier]:
        """Those of the award; some publishers name them with the contract."""
        for _, given in objects_of(self._award, "suppliers") or objects_of(self._contract, "suppliers"):
            if name := text_of(given.get("name")):
                party = by_id(self._release, "parties", given.get("id"))
                yield Supplier(name=name, identifier=_identifier(given) or _identifier(party), consortium="&" in name)

    def _annexes(self) -> Iterator[AnnexFacts]:
        given = objects_of(self._contract, "amendments")
        if not given and object_of(self._contract, "amendment"):
            given = [(0, self._contract["amendment"])]
        for n, one in given:
            text = text_of(one.get("rationale")) or text_of(one.get("description"))
            signed_on = self._day(f"{self._at}/amendments/{n}/date", one.get("date"))
            if signed_on is not None or text:
                yield AnnexFacts(number=n + 1, signed_on=signed_on, text=text)

    def _payments(self) -> Iterator[PaymentFacts]:
        for n, one in objects_of(object_of(self._contract, "implementation"), "transactions"):
            at = f"{self._at}/implementation/transactions/{n}"
            amount = self._amount(f"{at}/value", one.get("value") or one.get("amount"))
            paid_on = self._day(f"{at}/date", one.get("date"))
            if amount is not None or paid_on is not None:
                yield PaymentFacts(number=n + 1, paid_on=paid_on, amount=amount)

    def _counted(self, name: str, at: str, given: Any) -> Amount | None:
        """An amount that counts in the sums, by its currency."""
        unread = len(self.unread)
        amount = self._amount(at, given)
        if amount is not None:
            self.sums[f"{name} {amount.money.currency}"] = Sum(parsed=1, sum=amount.value)
        else:
            unreadable = len(self.unread) > unread
            self.sums[name] = Sum(empty=int(not unreadable), unreadable=int(unreadable))
        return amount

    def _amount(self, at: str, given: Any) -> Amount | None:
        """A value of the standard; a number without a currency is none, whatever its publisher meant."""
        value = given.get("amount") if isinstance(given, dict) else given
        if value in (None, ""):
            return None
        number = number_of(value)
        currency = text_of(given.get("currency")) if isinstance(given, dict) else ""
        try:
            if number is not None:
                return amount_of(number, currency)
        except ValueError:
            pass
        self._note(at, given, "it is no amount: a number that is not negative, with a code of ISO 4217")
        return None

    def _in(self, currency: str, at: str, amount: Amount | None) -> Amount | None:
        """The amount when it is in the contract's currency."""
        if amount is None or amount.money.currency == currency:
            return amount
        self._note(at, str(amount.money), "it is in another currency than the contract")
        return None

    def _day(self, at: str, given: Any, *, past: bool = True) -> date | None:
        if given in (None, ""):
            return None
        day = day_of(given)
        if day is None or day.year < EARLIEST or (past and day > self._today):
            self._note(at, given, "it is no date" if day is None else "it lies before all records, or in the future")
            return None
        return day

    def _note(self, at: str, given: Any, why: str) -> None:
        text = given if isinstance(given, str) else msgspec.json.encode(given).decode()
        self.unread.append(Unread(self._row, at, shown(text), why))


def _identifier(party: Record) -> str:
    """`<scheme>-<number>` of an organisation; '' where the source gives no list."""
    identifier = object_of(party, "identifier")
    scheme, number = text_of(identifier.get("scheme")), text_of(identifier.get("id"))
    return f"{scheme}-{number}"[:LONGEST_ID] if scheme and number else ""
