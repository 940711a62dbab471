"""The contract recorded elsewhere: brought in by the importer, corrected by those who answer for contracts."""

from domain.contracts.commands import recorded_contract as c
from domain.contracts.events import recorded_contract as e
from domain.contracts.recorded_contract import RecordedContract
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import FUNDING, STAFF

_OFFICERS = frozenset({Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER})

RECORDED_CONTRACTS = Domain(
    name="contracts",
    aggregates=(RecordedContract,),
    events=e.EVENTS,
    permissions={
        c.RecordContract: frozenset(),
        c.RecordAnnex: frozenset(),
        c.RecordPayment: frozenset(),
        c.CorrectRecordedContract: _OFFICERS | {Role.FINANCE_OFFICER},
        c.ResolveSupplier: _OFFICERS,
        c.StrikeRecordedContract: _OFFICERS,
    },
    queries={
        "recorded_contracts": STAFF | FUNDING,
        "recorded_contract": STAFF | FUNDING,
        "recorded_contract_sums": STAFF | FUNDING,
    },
    public=frozenset(
        {
            e.ContractRecorded,
            e.AnnexRecorded,
            e.PaymentRecorded,
            e.RecordedContractCorrected,
            e.SupplierResolved,
            e.RecordedContractStruck,
        }
    ),
)
