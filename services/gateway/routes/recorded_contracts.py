"""Contracts recorded elsewhere: what an institution has on record, corrects and strikes, and what everybody sees."""

from domain.contracts.commands import recorded_contract as c
from projections import recorded_contract_queries as q
from projections.catalogue import RECORDED_CONTRACTS
from projections.reading import Page
from projections.recorded_contract_register import RecordedContractRow
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_CONTRACT = "/recorded-contracts/{id}"
_OF = (RECORDED_CONTRACTS,)
RecordedContractView = view_of(RecordedContractRow, "RecordedContract", without=("public",))
PublicRecordedContractView = view_of(q.PublicRecordedContract, "PublicRecordedContract")
RecordedContractSumsView = view_of(q.RecordedContractSums, "RecordedContractSums")


@listed("/recorded-contracts", "recorded_contracts", RecordedContractView, of=_OF, by=q.Filter)
async def recorded_contracts(asked: AtDeskAsked[q.Filter]) -> Page[RecordedContractRow]:
    """Contracts that were recorded elsewhere, the latest signed first; struck ones too."""
    return await q.recorded_contracts(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/recorded-contracts/{id:uuid}", "recorded_contract", RecordedContractView, of=_OF)
async def recorded_contract(asked: AtDeskAsked[NoFilter]) -> RecordedContractRow | None:
    """One contract that was recorded elsewhere, with annexes, payments and every correction."""
    return await q.recorded_contract(asked.connection, asked.id)


@listed("/recorded-contract-sums", "recorded_contract_sums", RecordedContractSumsView, of=_OF, by=q.SumsFilter)
async def recorded_contract_sums(asked: AtDeskAsked[q.SumsFilter]) -> Page[q.RecordedContractSums]:
    """What the institution's recorded contracts come to by year and currency, in exact decimals."""
    return await q.recorded_contract_sums(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@open_listed(
    "/recorded-contracts",
    PublicRecordedContractView,
    of=_OF,
    by=q.Filter,
    only=(
        *("state", "year", "currency", "contract_id", "contract_type", "procedure", "consortium", "supplier_id"),
        *("resolved", "text"),
    ),
    operation_id="PublicRecordedContracts",
)
async def public_recorded_contracts(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicRecordedContract]:
    """Contracts that were recorded elsewhere, the latest signed first; struck ones too, with the reason."""
    return await q.public_recorded_contracts(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/recorded-contracts/{id:uuid}", PublicRecordedContractView, of=_OF, operation_id="PublicRecordedContract")
async def public_recorded_contract(asked: AtWindowAsked[NoFilter]) -> q.PublicRecordedContract | None:
    """One contract that was recorded elsewhere, with annexes, payments and every correction."""
    return await q.public_recorded_contract(asked.connection, asked.id)


@open_listed(
    "/recorded-contract-sums",
    RecordedContractSumsView,
    of=_OF,
    by=q.SumsFilter,
    only=("year", "currency"),
    operation_id="PublicRecordedContractSums",
)
async def public_recorded_contract_sums(asked: AtWindowAsked[q.SumsFilter]) -> Page[q.RecordedContractSums]:
    """What recorded contracts come to by year and currency: of one institution, or of all together."""
    return await q.recorded_contract_sums(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


ROUTES = Routes(
    commands=(
        CommandRoute(f"{_CONTRACT}/correct", c.CorrectRecordedContract),
        CommandRoute(f"{_CONTRACT}/resolve-supplier", c.ResolveSupplier),
        CommandRoute(f"{_CONTRACT}/strike", c.StrikeRecordedContract),
    ),
    queries=(recorded_contracts, recorded_contract, recorded_contract_sums),
    open=(public_recorded_contracts, public_recorded_contract, public_recorded_contract_sums),
)
