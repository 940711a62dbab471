"""A recorded contract as tests tell it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from domain.contracts.events.recorded_contract import (
    AnnexRecorded,
    ContractRecorded,
    PaymentRecorded,
    RecordedContractCorrected,
    RecordedContractStruck,
    SupplierResolved,
)
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
from domain.kernel.errors import Finding
from domain.kernel.event import Event
from domain.kernel.message import Message
from domain.kernel.money import Money
from domain.kernel.text import text
from tests.support.given import new_id

SIGNED_ON = date(2016, 3, 15)
SIGNED_AT = datetime(2016, 3, 14, 23, tzinfo=UTC)
"""The beginning of that day in Kosovo."""
REASON = text(sq="Çmimi ishte gabim.", sr="Cena je bila pogrešna.")
IDENTIFIER = "XK-FISCAL-600123456"
PRICE = amount_of(Decimal("17650.808"), "EUR")
COURSE = Course(
    planned="1",
    initiated_on=date(2016, 1, 10),
    need_approved_on=date(2016, 1, 11),
    specified_on=date(2016, 1, 12),
    notice_on=date(2016, 1, 20),
    complaints=1,
    complaints_to_review_body=1,
    bids_opened_on=date(2016, 2, 10),
    dossiers=7,
    bids=3,
    evaluation="30 ditë",
    bids_refused=1,
    need_confirmed_on=date(2016, 2, 20),
    award_notice_on=date(2016, 2, 25),
    cancelled_on=date(2016, 2, 26),
    letters_on=date(2016, 2, 27),
    complaints_on_award=1,
    complaints_on_award_to_review_body=1,
    retendered="Po",
    duration="12 muaj",
    closed_on=date(2017, 3, 15),
    payments_planned=12,
)
FACTS = ContractFacts(
    contract_id="2016/86/2",
    year=2016,
    number="86",
    title="Kujdesi ditor",
    contract_type=ContractType.SERVICES,
    value_class=ValueClass.MEDIUM,
    procedure=Procedure.OPEN_PROCEDURE,
    cpv_division="85",
    budget_sources=(BudgetSource.OWN_REVENUE, BudgetSource.KOSOVO_BUDGET),
    signed_on=SIGNED_ON,
    ends_on=date(2017, 3, 14),
    estimate=amount_of(Decimal(20000), "EUR"),
    price=PRICE,
    suppliers=(
        Supplier(
            name="Le Pont",
            identifier=IDENTIFIER,
            seat=Seat(name="Meje,Gjakove", municipality="gjakove"),
            status=SupplierStatus.LOCAL,
        ),
    ),
    time_limit=TimeLimit.NORMAL,
    award_criterion=AwardCriterion.LOWEST_PRICE,
    status="4",
    department="Drejtoria e Shëndetësisë",
    buyer="Komuna e Gjakovës",
    course=COURSE,
    total_paid=amount_of(Decimal(100), "EUR"),
    penalties=amount_of(Decimal("0.5"), "EUR"),
    unread=(UnreadCell(row=3, column=9, heading="estimated_value", text="ne procedure"),),
    other='{"ocid":"ocds-213czf-1"}',
)
BARE = ContractFacts(contract_id="2016/-", year=2016)


def facts(**change: Any) -> ContractFacts:
    """The facts with something else in them."""
    return msgspec.structs.replace(FACTS, **change)


PLAIN = facts(unread=())
RECORDED = ContractRecorded(facts=PLAIN)
ANNEX = AnnexFacts(number=1, signed_on=date(2016, 5, 1), price=amount_of(Decimal("778.8"), "EUR"), text="Punë shtesë")
PAYMENT = PaymentFacts(
    number=1, paid_on=date(2016, 6, 5), amount=amount_of(Decimal("40634.92"), "EUR"), final=True, text="Situacioni 1"
)
CORRECTED = RecordedContractCorrected(
    reason=REASON,
    previous_price=PRICE,
    price=Amount(money=Money(1_765_000)),
    previous_signed_on=SIGNED_ON,
    signed_on=date(2016, 3, 16),
)
ORGANISATION = new_id(77)
EXAMPLES: tuple[Event, ...] = (
    ContractRecorded(
        facts=FACTS,
        supplier_id=ORGANISATION,
        findings=(
            Finding(
                "contract.recorded.unread",
                "warning",
                Message("Cells of the source could not be read."),
                "Law No. 04/L-042 on Public Procurement in Kosovo",
                pointer="/facts/unread",
            ),
        ),
    ),
    AnnexRecorded(annex=ANNEX),
    PaymentRecorded(payment=PAYMENT),
    CORRECTED,
    SupplierResolved(organisation_id=ORGANISATION),
    RecordedContractStruck(reason=REASON),
)
"""An example of each event, every field filled."""
