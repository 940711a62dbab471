"""What a source says of a contract that was made and recorded elsewhere, as it was given.

The words are those of Kosovo's procurement registers, which Open Contracting 1.1.5 can say too. Suppliers are named as
the source names them; officers and other persons are nowhere in here.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from domain.kernel.money import Currency, Money
from domain.kernel.text import END, Slug
from domain.kernel.vocabulary import Count
from domain.recorded.given import Code, Given, Identifier, Members, require_amount, require_members

_CENT = Decimal("0.01")
Words = Annotated[
    str,
    msgspec.Meta(max_length=2000, pattern=rf"^[^\x00-\x1f\x7f\u2028\u2029]*{END}", description="One line, as given"),
]
Exact = Annotated[
    str,
    msgspec.Meta(
        max_length=60,
        pattern=rf"^([0-9]{{1,20}}\.[0-9]{{3,30}})?{END}",
        description="The amount as given, where it has more than two decimals",
    ),
]
Division = Annotated[
    str, msgspec.Meta(pattern=rf"^([0-9]{{1,2}})?{END}", description="Division of the Common Procurement Vocabulary")
]


class ContractType(StrEnum):
    """What is bought, by the classes of Kosovo's procurement registers."""

    SUPPLY = "supply"
    SERVICES = "services"
    CONSULTANCY = "consultancy"
    DESIGN_CONTEST = "design_contest"
    WORKS = "works"
    WORKS_CONCESSION = "works_concession"
    IMMOVABLE_PROPERTY = "immovable_property"


class ValueClass(StrEnum):
    """How large a procurement is; the law says from which value on."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    MINIMAL = "minimal"


class Procedure(StrEnum):
    """How the supplier was found."""

    OPEN_PROCEDURE = "open_procedure"
    RESTRICTED_PROCEDURE = "restricted_procedure"
    DESIGN_CONTEST = "design_contest_procedure"
    NEGOTIATED_WITH_NOTICE = "negotiated_with_notice"
    NEGOTIATED_WITHOUT_NOTICE = "negotiated_without_notice"
    PRICE_QUOTATION = "price_quotation"
    MINIMAL_VALUE = "minimal_value"


class BudgetSource(StrEnum):
    """Who pays."""

    OWN_REVENUE = "own_revenue"
    KOSOVO_BUDGET = "kosovo_budget"
    DONATIONS = "donations"


class SupplierStatus(StrEnum):
    """Where a supplier is at home, as the register counts it."""

    LOCAL = "local_vendor"
    NOT_LOCAL = "non_local_vendor"


class TimeLimit(StrEnum):
    """How long bids were taken."""

    NORMAL = "normal_time_limit"
    SHORTENED = "shortened_time_limit"


class AwardCriterion(StrEnum):
    """By what the supplier was chosen."""

    LOWEST_PRICE = "lowest_price"
    MOST_FAVOURABLE = "most_favourable_tender"


class Amount(Given, frozen=True):
    """An amount of a source: `money` in minor units, rounded half to even where the source has more decimals.

    `exact` keeps such decimals as they were given. Whole minor units are what budgets, payments and ceilings are
    compared in; the publisher's own sums come out only from what the publisher wrote (`infra/adr/0023`).
    """

    money: Money
    exact: Exact = ""

    @property
    def value(self) -> Decimal:
        """The amount exactly as given."""
        return Decimal(self.exact) if self.exact else Decimal(self.money.amount).scaleb(-2)


def amount_of(value: Decimal, currency: str) -> Amount:
    """The amount of a decimal in a currency of two decimals; ValueError for one that cannot be kept."""
    try:
        cents = int(value.quantize(_CENT).scaleb(2))
        exact = "" if Decimal(cents).scaleb(-2) == value else f"{value:f}".rstrip("0")
        return msgspec.convert({"money": {"amount": cents, "currency": currency}, "exact": exact}, Amount)
    except (ArithmeticError, msgspec.ValidationError) as error:
        raise ValueError(str(error)) from error


class Seat(Given, frozen=True):
    """Where a supplier is at home: the words of the source, and the municipality that they are known to mean."""

    name: Words
    municipality: Slug | None = None


class Supplier(Given, frozen=True):
    """Who has the contract, named as the source names it; a consortium is one name, with `consortium` set.

    `identifier` is `<scheme>-<number>` where the scheme is one of org-id.guide; '' where the source gives none.
    """

    name: Words
    identifier: Annotated[str, msgspec.Meta(max_length=150)] = ""
    consortium: bool = False
    seat: Seat | None = None
    status: SupplierStatus | None = None


class Course(Given, frozen=True):
    """How the procurement went, as far as the source says; the fields stand in the order of a procurement."""

    planned: Code = ""
    initiated_on: date | None = None
    need_approved_on: date | None = None
    specified_on: date | None = None
    notice_on: date | None = None
    complaints: Count | None = None
    complaints_to_review_body: Count | None = None
    bids_opened_on: date | None = None
    dossiers: Count | None = None
    bids: Count | None = None
    evaluation: Words = ""
    bids_refused: Count | None = None
    need_confirmed_on: date | None = None
    award_notice_on: date | None = None
    cancelled_on: date | None = None
    letters_on: date | None = None
    complaints_on_award: Count | None = None
    complaints_on_award_to_review_body: Count | None = None
    retendered: Code = ""
    duration: Words = ""
    closed_on: date | None = None
    payments_planned: Count | None = None


class UnreadCell(Given, frozen=True):
    """A cell of the source that could not be read as what its column is for; nothing of it is lost.

    `row` and `column` count from 1, a heading among the rows. In JSON `row` counts the records, `column` is 0 and
    `heading` the place in the record.
    """

    row: Count
    column: Count
    heading: Words
    text: Words


class ContractFacts(Given, frozen=True):
    """A contract as its source tells of it; `contract_id` is unique in the institution, `number` the source's own.

    `signed_on` None: the source gives no day that could be read. `price` None: the same of the price. All amounts of a
    contract are in its `currency`.
    """

    contract_id: Identifier
    year: Annotated[int, msgspec.Meta(ge=1900, le=2199, description="Year of the register, or of the contract")]
    number: Code = ""
    title: Words = ""
    contract_type: ContractType | None = None
    value_class: ValueClass | None = None
    procedure: Procedure | None = None
    cpv_division: Division = ""
    budget_sources: Annotated[tuple[BudgetSource, ...], msgspec.Meta(max_length=3)] = ()
    signed_on: date | None = None
    ends_on: date | None = None
    currency: Currency = "EUR"
    estimate: Amount | None = None
    price: Amount | None = None
    suppliers: Annotated[tuple[Supplier, ...], msgspec.Meta(max_length=100)] = ()
    time_limit: TimeLimit | None = None
    award_criterion: AwardCriterion | None = None
    status: Code = ""
    department: Words = ""
    buyer: Words = ""
    course: Course | None = None
    total_paid: Amount | None = None
    penalties: Amount | None = None
    unread: Annotated[tuple[UnreadCell, ...], msgspec.Meta(max_length=100)] = ()
    other: Members = ""


class AnnexFacts(Given, frozen=True):
    """An annex that changed the contract: its number in the source, its day and what it costs, as far as given."""

    number: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    signed_on: date | None = None
    price: Amount | None = None
    text: Words = ""


class PaymentFacts(Given, frozen=True):
    """A part payment; `final` is the one that the source calls the last. Without a day or an amount none was given."""

    number: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    paid_on: date | None = None
    amount: Amount | None = None
    final: bool = False
    text: Words = ""


OTHER_MEMBERS = frozenset({"ocid", "award_id", "tender_id", "description", "period", "tag"})
"""What may be kept of a contract beside the facts that have a field of their own."""


def require_meant(facts: ContractFacts) -> None:
    """Raises: InvalidValue for amounts that cannot be meant together, and for members that are not known."""
    for name in ("price", "estimate", "total_paid", "penalties"):
        require_exact(f"/facts/{name}", getattr(facts, name), facts.currency)
    require_members("/facts/other", facts.other, OTHER_MEMBERS)


def require_exact(pointer: str, amount: Amount | None, currency: str) -> None:
    """Raises: InvalidValue for a negative amount, another currency, or an exact amount that is not the rounded one."""
    if amount is None:
        return
    require_amount(pointer, amount.money, currency)
    if amount.exact and amount_of(Decimal(amount.exact), currency) != amount:
        raise InvalidValue(f"{pointer}/exact", N_("{exact} is not this amount with more decimals."), exact=amount.exact)
