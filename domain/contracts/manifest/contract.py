"""The contract: who draws it up and signs, who delivers, who looks at it, and who pays."""

from domain.contracts.commands import contract as c
from domain.contracts.events import contract as e
from domain.contracts.policies.contract import POLICIES
from domain.contracts.service_contract import ServiceContract
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import SUPERVISED

_BUYERS = frozenset({Role.PROCUREMENT_OFFICER})
_SIGNERS = frozenset({Role.PROCUREMENT_OFFICER, Role.LEGAL_OFFICER})
_MANAGERS = frozenset({Role.CONTRACT_MANAGER})
_INSPECTORS = frozenset({Role.CONTRACT_MANAGER, Role.LICENSING_INSPECTOR})
_PROVIDERS = frozenset({Role.CSO_DELEGATE})
_PAYERS = frozenset({Role.FINANCE_OFFICER})
_CLOCK = frozenset({Role.CLOCK})
_READERS = SUPERVISED | {Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER, Role.FINANCE_OFFICER}

CONTRACTS = Domain(
    name="contracts",
    aggregates=(ServiceContract,),
    events=e.EVENTS,
    permissions={
        c.DraftContract: _BUYERS,
        c.SignContract: _SIGNERS,
        c.ActivateContract: _CLOCK,
        c.AmendContract: _MANAGERS,
        c.ApproveAmendment: _SIGNERS,
        c.RejectAmendment: _SIGNERS | _MANAGERS,
        c.ReportDelivery: _PROVIDERS,
        c.InspectDelivery: _INSPECTORS,
        c.ReturnDelivery: _MANAGERS,
        c.ImposePenalty: _MANAGERS,
        c.AcceptDelivery: _MANAGERS,
        c.PayDelivery: _PAYERS,
        c.MarkDeliveryOverdue: _CLOCK,
        c.WaiveDelivery: _SIGNERS,
        c.NoteLicence: _CLOCK,
        c.TerminateContract: _SIGNERS,
        c.CompleteContract: _MANAGERS,
        c.AcceptContract: _SIGNERS,
    },
    policies=POLICIES,
    queries={
        "service_contracts": _READERS,
        "service_contract": _READERS | _PROVIDERS,
        "own_service_contracts": _PROVIDERS,
        "contract_red_flags": SUPERVISED | {Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER},
    },
    public=frozenset(
        {
            e.ContractSigned,
            e.ContractActivated,
            e.ContractAmended,
            e.DeliveryWaived,
            e.ContractTerminated,
            e.ContractCompleted,
            e.ContractAccepted,
        }
    ),
    granted=frozenset(
        {
            e.DeliveryScheduled,
            e.PenaltyImposed,
            e.DeliveryAccepted,
            e.DeliveryPaid,
            e.DeliveryOverdue,
            e.LicenceNoted,
        }
    ),
)
