"""Contracts on services: what is agreed, delivered, inspected and paid, for the two sides and for everybody."""

from domain.contracts.commands import contract as c
from projections import service_contract_queries
from projections.catalogue import SERVICE_CONTRACTS
from projections.reading import Page
from projections.service_contract_queries import PublicServiceContract
from projections.service_contract_register import ServiceContractRow
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_CONTRACT = "/service-contracts/{id}"
ContractView = view_of(ServiceContractRow, "ServiceContract", without=("searched", "public"))
PublicContractView = view_of(PublicServiceContract, "PublicServiceContract")

COMMANDS = (
    CommandRoute("/service-contracts", c.DraftContract, reads=_CONTRACT),
    CommandRoute(f"{_CONTRACT}/sign", c.SignContract),
    CommandRoute(f"{_CONTRACT}/amend", c.AmendContract),
    CommandRoute(f"{_CONTRACT}/approve-amendment", c.ApproveAmendment),
    CommandRoute(f"{_CONTRACT}/reject-amendment", c.RejectAmendment),
    CommandRoute(f"{_CONTRACT}/deliveries", c.ReportDelivery),
    CommandRoute(f"{_CONTRACT}/inspections", c.InspectDelivery),
    CommandRoute(f"{_CONTRACT}/return-delivery", c.ReturnDelivery),
    CommandRoute(f"{_CONTRACT}/penalties", c.ImposePenalty),
    CommandRoute(f"{_CONTRACT}/accept-delivery", c.AcceptDelivery),
    CommandRoute(f"{_CONTRACT}/pay-delivery", c.PayDelivery),
    CommandRoute(f"{_CONTRACT}/waive-delivery", c.WaiveDelivery),
    CommandRoute(f"{_CONTRACT}/terminate", c.TerminateContract),
    CommandRoute(f"{_CONTRACT}/complete", c.CompleteContract),
    CommandRoute(f"{_CONTRACT}/accept", c.AcceptContract),
)


@listed(
    "/service-contracts",
    "service_contracts",
    ContractView,
    of=(SERVICE_CONTRACTS,),
    by=service_contract_queries.Filter,
)
async def contracts(asked: AtDeskAsked[service_contract_queries.Filter]) -> Page[ServiceContractRow]:
    """Contracts, the newest first; `delivery=accepted` is to be paid, with `overdue=true` a report did not come."""
    return await service_contract_queries.contracts(
        asked.connection, asked.chosen, after=asked.after, limit=asked.limit
    )


@shown("/service-contracts/{id:uuid}", "service_contract", ContractView, of=(SERVICE_CONTRACTS,))
async def contract(asked: AtDeskAsked[NoFilter]) -> ServiceContractRow | None:
    """One contract with its deliveries: for officers, and for the provider that it is with."""
    row = await service_contract_queries.contract(asked.connection, asked.id)
    if row is not None and not await asked.place.may_read_of(row.organisation_id):
        return None
    return row


@listed(
    "/me/service-contracts",
    "own_service_contracts",
    ContractView,
    of=(SERVICE_CONTRACTS,),
    by=service_contract_queries.Filter,
    only=("state", "overdue"),
)
async def own_contracts(asked: AtDeskAsked[service_contract_queries.Filter]) -> Page[ServiceContractRow]:
    """Contracts of the reader's organisations, the newest first."""
    return await service_contract_queries.contracts(
        asked.connection,
        asked.chosen,
        organisations=await asked.place.organisations(),
        after=asked.after,
        limit=asked.limit,
    )


@open_listed(
    "/service-contracts",
    PublicContractView,
    of=(SERVICE_CONTRACTS,),
    by=service_contract_queries.Filter,
    only=("call_id", "organisation_id", "state", "service", "place", "overdue", "text"),
    operation_id="PublicServiceContracts",
)
async def public_contracts(asked: AtWindowAsked[service_contract_queries.Filter]) -> Page[PublicServiceContract]:
    """Signed contracts of all institutions, the newest first; beneficiaries as counts of five persons and more."""
    return await service_contract_queries.public_contracts(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown(
    "/service-contracts/{id:uuid}", PublicContractView, of=(SERVICE_CONTRACTS,), operation_id="PublicServiceContract"
)
async def public_contract(asked: AtWindowAsked[NoFilter]) -> PublicServiceContract | None:
    """One signed contract."""
    return await service_contract_queries.public_contract(asked.connection, asked.id)


ROUTES = Routes(
    commands=COMMANDS,
    queries=(contracts, contract, own_contracts),
    open=(public_contracts, public_contract),
)
