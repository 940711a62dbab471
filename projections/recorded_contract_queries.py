"""Questions to the register of contracts recorded elsewhere: the contracts, and what they come to, exactly."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from domain.contracts.recorded_facts import (
    Amount,
    AnnexFacts,
    AwardCriterion,
    BudgetSource,
    ContractType,
    Course,
    PaymentFacts,
    Procedure,
    Supplier,
    TimeLimit,
    UnreadCell,
    ValueClass,
)
from domain.kernel.errors import Finding
from domain.kernel.text import Text
from projections.lookup import Lookup, published
from projections.paging import After, Page
from projections.reading import IN_SCOPE, Conditions, ReadConnection
from projections.recorded_contract_register import ContractCorrection, RecordedContractRow
from projections.searching import folded

RegisterYear = Annotated[int, msgspec.Meta(ge=1900, le=2199, description="Year of the register")]
CurrencyCode = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", description="ISO 4217 code")]


class PublicRecordedContract(msgspec.Struct, frozen=True):
    """A contract recorded elsewhere as everybody sees it; `tenant` is the slug of the institution that recorded it."""

    tenant_id: int
    tenant: str
    recorded_contract_id: UUID
    state: str
    version: int
    contract_id: str
    year: int
    number: str
    title: str
    currency: str
    told_on: date
    recorded_at: datetime
    changed_at: datetime
    signed_on: date | None
    ends_on: date | None
    price: Amount | None
    estimate: Amount | None
    priced: str
    estimated: str
    annexed: str
    paid: str
    annexes: tuple[AnnexFacts, ...]
    payments: tuple[PaymentFacts, ...]
    contract_type: ContractType | None
    value_class: ValueClass | None
    procedure: Procedure | None
    cpv_division: str
    budget_sources: tuple[BudgetSource, ...]
    suppliers: tuple[Supplier, ...]
    supplier_id: UUID | None
    consortium: bool
    time_limit: TimeLimit | None
    award_criterion: AwardCriterion | None
    status: str
    department: str
    buyer: str
    course: Course | None
    total_paid: Amount | None
    penalties: Amount | None
    unread: tuple[UnreadCell, ...]
    findings: tuple[Finding, ...]
    corrections: tuple[ContractCorrection, ...]
    struck_reason: Text | None
    source: str
    source_id: str


class _Held(PublicRecordedContract, frozen=True):
    """The columns that the public role may read."""

    searched: str = ""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `resolved`: the supplier is known to the national register."""

    state: str | None = None
    year: RegisterYear | None = None
    currency: CurrencyCode | None = None
    contract_id: str | None = None
    contract_type: str | None = None
    procedure: str | None = None
    consortium: bool | None = None
    supplier_id: UUID | None = None
    resolved: bool | None = None
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=200, description="Words that must occur")] | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            state=self.state,
            year=self.year,
            currency=self.currency,
            contract_id=self.contract_id,
            contract_type=self.contract_type,
            procedure=self.procedure,
            consortium=self.consortium,
            supplier_id=self.supplier_id,
        )
        if self.resolved is not None:
            where.add(f"supplier_id IS {'NOT ' if self.resolved else ''}NULL")
        if self.text:
            where.add("strpos(searched, ?) > 0", folded(self.text))
        return where


class SumsFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Of which sums; None asks nothing."""

    year: RegisterYear | None = None
    currency: CurrencyCode | None = None


class RecordedContractSums(msgspec.Struct, frozen=True):
    """What the contracts of a year's registers come to in one currency; struck ones are not among them.

    Sums are exact decimals, as texts: sources have amounts of more than two decimals. `priced`, `estimated`, `annexed`
    and `paid` are how many contracts say so; `unread` counts the cells that could not be read.
    """

    year: int
    currency: str
    contracts: int
    priced: int
    price: str
    estimated: int
    estimate: str
    annexed: int
    annex_price: str
    paid: int
    payments: str
    unread: int


NO_FILTER = Filter()
NO_SUMS_FILTER = SumsFilter()
_ORDER = ("told_on", "recorded_contract_id")
_SUMS = f"""(SELECT min(tenant_id) AS tenant_id, year, currency, count(*) AS contracts,
    count(*) FILTER (WHERE priced <> '') AS priced, coalesce(sum(nullif(priced, '')::numeric), 0)::text AS price,
    count(*) FILTER (WHERE estimated <> '') AS estimated,
    coalesce(sum(nullif(estimated, '')::numeric), 0)::text AS estimate,
    count(*) FILTER (WHERE annexed <> '') AS annexed,
    coalesce(sum(nullif(annexed, '')::numeric), 0)::text AS annex_price,
    count(*) FILTER (WHERE paid <> '') AS paid, coalesce(sum(nullif(paid, '')::numeric), 0)::text AS payments,
    sum(jsonb_array_length(unread))::bigint AS unread
    FROM recorded_contract_register WHERE public AND state = 'recorded' AND {IN_SCOPE} GROUP BY year, currency) sums"""  # noqa: S608 - our own text


_RECORDED_CONTRACTS = Lookup(RecordedContractRow, "recorded_contract_register", *_ORDER, descending=True)
_PUBLIC_RECORDED_CONTRACTS = Lookup(
    PublicRecordedContract, published(_Held, "recorded_contract_register"), *_ORDER, descending=True
)
_RECORDED_CONTRACT_SUMS = Lookup(RecordedContractSums, _SUMS, "year", "currency", descending=True)


async def recorded_contracts(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[RecordedContractRow]:
    """The tenant's recorded contracts, the latest signed first; the key is `(told_on, recorded_contract_id)`."""
    return await _RECORDED_CONTRACTS.page(connection, chosen.conditions(), after, limit)


async def recorded_contract(connection: ReadConnection, recorded_contract_id: UUID) -> RecordedContractRow | None:
    """One recorded contract, None when the tenant has none of that id."""
    return await _RECORDED_CONTRACTS.one(connection, recorded_contract_id)


async def public_recorded_contracts(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicRecordedContract]:
    """Recorded contracts of the tenants in scope, the latest signed first; key `(told_on, recorded_contract_id)`."""
    return await _PUBLIC_RECORDED_CONTRACTS.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit)


async def public_recorded_contract(
    connection: ReadConnection, recorded_contract_id: UUID
) -> PublicRecordedContract | None:
    """One recorded contract of the tenants in scope."""
    return await _PUBLIC_RECORDED_CONTRACTS.one(connection, recorded_contract_id)


async def recorded_contract_sums(
    connection: ReadConnection, chosen: SumsFilter = NO_SUMS_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[RecordedContractSums]:
    """Sums over all tenants in scope together, the latest year first; the key is `(year, currency)`."""
    return await _RECORDED_CONTRACT_SUMS.page(
        connection, Conditions().add_equal(year=chosen.year, currency=chosen.currency), after, limit
    )
