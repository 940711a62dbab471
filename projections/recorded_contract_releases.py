"""Releases about contracts that were recorded elsewhere, as their source tells of them and with every correction."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec.structs import replace

from domain.contracts.events import recorded_contract as e
from domain.contracts.recorded_facts import Amount, AwardCriterion, ContractFacts, ContractType, Procedure, Supplier
from domain.kernel.deadline import start_of
from projections.read_model import Key, Stored, folds
from projections.release_parts import (
    ENTITY,
    GONE,
    Award,
    Content,
    Contract,
    Days,
    Implementation,
    Item,
    Known,
    Party,
    Tag,
    Tender,
    Transaction,
    Value,
    Window,
)
from projections.release_rows import KnownRecord, Row, amendment, begun, releasing

_LANGUAGE = "sq"
"""Sources name none; registers of municipalities are kept in Albanian."""
_ONE = "1"
"""A record tells of one award and of one item."""
_IDENTIFIER = re.compile(r"([A-Z]{2}-[A-Z0-9]+)-(.+)")
_METHODS = {
    Procedure.OPEN_PROCEDURE: "open",
    Procedure.DESIGN_CONTEST: "open",
    Procedure.RESTRICTED_PROCEDURE: "selective",
    Procedure.NEGOTIATED_WITH_NOTICE: "selective",
    Procedure.NEGOTIATED_WITHOUT_NOTICE: "limited",
    Procedure.PRICE_QUOTATION: "limited",
    Procedure.MINIMAL_VALUE: "direct",
}
_CATEGORIES = {
    ContractType.SUPPLY: "goods",
    ContractType.SERVICES: "services",
    ContractType.CONSULTANCY: "services",
    ContractType.DESIGN_CONTEST: "services",
    ContractType.WORKS: "works",
    ContractType.WORKS_CONCESSION: "works",
}
_CRITERIA = {AwardCriterion.LOWEST_PRICE: "priceOnly", AwardCriterion.MOST_FAVOURABLE: "ratedCriteria"}


def _record(event: Stored, _told: Any) -> Iterable[Key]:
    return ((event.stream_id,),)


class RecordedContractReleases:
    """A recorded contract is a process of its own. Nothing is said that the source does not say."""

    @folds(e.ContractRecorded, keys=_record, begins=True)
    def record_told(self, _row: None, event: Stored, told: e.ContractRecorded) -> Row:
        """What was asked for, who got it and what was agreed, as far as it is known."""
        facts = told.facts
        parties = tuple(_party(n, one) for n, one in enumerate(facts.suppliers, start=1))
        suppliers = tuple(one.mention for one in parties)
        row = begun(event, event.stream_id, KnownRecord(suppliers=suppliers))
        items = (Item(id=_ONE, description=facts.title, division=facts.cpv_division),) if facts.cpv_division else ()
        award = Award(
            id=_ONE,
            title=facts.title,
            value=_value(facts.price),
            suppliers=suppliers,
            items=items,
        )
        contract = Contract(
            id=str(event.stream_id),
            award_id=_ONE,
            title=facts.title,
            period=None if facts.ends_on is None else Days(end_date=facts.ends_on),
            value=_value(facts.price),
            items=items,
            date_signed=facts.signed_on,
        )
        content = Content(
            language=_LANGUAGE, parties=parties, tender=_tender(event, facts), awards=(award,), contracts=(contract,)
        )
        return releasing(row, event, (Tag.TENDER, Tag.AWARD, Tag.CONTRACT), content)

    @folds(e.AnnexRecorded, keys=_record)
    def record_annexed(self, row: Row, event: Stored, told: e.AnnexRecorded) -> Row:
        """The contract was changed; what the annex costs is told in words, since the price on record stays."""
        annex, cost = told.annex, _value(told.annex.price)
        said = (annex.text, "" if cost is None else f"{cost.amount} {cost.currency}")
        change = replace(
            amendment(row, event), id=f"annex-{annex.number}", description="; ".join(word for word in said if word)
        )
        content = _content(row, amendments=(change if annex.signed_on else replace(change, date=None),))
        return releasing(row, event, (Tag.CONTRACT_AMENDMENT,), content)

    @folds(e.PaymentRecorded, keys=_record)
    def record_paid(self, row: Row, event: Stored, told: e.PaymentRecorded) -> Row:
        """A part of it was paid."""
        known = _known(row)
        transaction = Transaction(
            id=str(told.payment.number),
            paid_on=told.payment.paid_on,
            value=_value(told.payment.amount),
            payer=ENTITY,
            payee=known.suppliers[0] if len(known.suppliers) == 1 else None,
        )
        tag = Tag.IMPLEMENTATION_UPDATE if known.under_way else Tag.IMPLEMENTATION
        content = _content(row, implementation=Implementation(transactions=(transaction,)))
        return releasing(row, event, (tag,), content, replace(known, under_way=True))

    @folds(e.RecordedContractCorrected, keys=_record)
    def record_corrected(self, row: Row, event: Stored, told: e.RecordedContractCorrected) -> Row:
        """Another price, or another day."""
        content = _told_anew(row, event, told.reason, _value(told.price) or GONE, date_signed=told.signed_on)
        return releasing(row, event, (Tag.AWARD_UPDATE, Tag.CONTRACT_UPDATE), content)

    @folds(e.RecordedContractStruck, keys=_record)
    def record_struck(self, row: Row, event: Stored, told: e.RecordedContractStruck) -> Row:
        """It counts nowhere: no amount is left of it, and why is told."""
        content = _told_anew(row, event, told.reason, GONE, status="cancelled")
        return releasing(row, event, (Tag.AWARD_CANCELLATION, Tag.CONTRACT_TERMINATION), content)


def _tender(event: Stored, facts: ContractFacts) -> Tender:
    course = facts.course
    opened: date | None = None if course is None else course.notice_on
    return Tender(
        id=str(event.stream_id),
        title=facts.title,
        procuring_entity=ENTITY,
        value=_value(facts.estimate),
        procurement_method=_METHODS[facts.procedure] if facts.procedure else "",
        procurement_method_details=facts.procedure.replace("_", " ") if facts.procedure else "",
        main_procurement_category=_CATEGORIES.get(facts.contract_type, "") if facts.contract_type else "",
        award_criteria=_CRITERIA[facts.award_criterion] if facts.award_criterion else "",
        tender_period=None if opened is None else Window(start_date=start_of(opened)),
        number_of_tenderers=None if course is None else course.bids,
    )


def _party(number: int, one: Supplier) -> Party:
    """A supplier under its identifier, or under its number in the record where it has none."""
    found = _IDENTIFIER.fullmatch(one.identifier)
    scheme, value = found.groups() if found else ("", one.identifier)
    return Party(
        id=one.identifier or f"supplier-{number}",
        name=one.name,
        roles=("supplier", "payee"),
        identifiers=(Known(scheme=scheme, id=value),) if value else (),
        locality="" if one.seat is None else one.seat.name,
    )


def _content(row: Row, **members: Any) -> Content:
    return Content(language=_LANGUAGE, contracts=(Contract(id=str(row.about_id), award_id=_ONE, **members),))


def _told_anew(row: Row, event: Stored, reason: Any, value: Value, **members: Any) -> Content:
    """The award and the contract with another value, and the reason."""
    told = _content(row, value=value, amendments=(amendment(row, event, reason),), **members)
    return replace(told, awards=(Award(id=_ONE, value=value, status=members.get("status", "")),))


def _value(amount: Amount | None) -> Value | None:
    """The amount with all the decimals that the source gave it."""
    return None if amount is None else Value(amount=f"{amount.value:f}", currency=amount.money.currency)


def _known(row: Row) -> KnownRecord:
    if not isinstance(row.known, KnownRecord):
        raise TypeError(row.known)
    return row.known
