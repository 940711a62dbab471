"""The agreement: who draws it up and signs, who pays, who reports."""

from domain.grants.agreement import GrantAgreement
from domain.grants.commands import agreement as c
from domain.grants.events import agreement as e
from domain.grants.policies.agreement import POLICIES
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import SUPERVISED

_OFFICERS = frozenset({Role.GRANT_OFFICER})
_SIGNERS = frozenset({Role.GRANT_OFFICER, Role.LEGAL_OFFICER})
_BENEFICIARIES = frozenset({Role.CSO_DELEGATE})
_PAYERS = frozenset({Role.FINANCE_OFFICER})
_READERS = SUPERVISED | {Role.GRANT_OFFICER, Role.FINANCE_OFFICER}

AGREEMENTS = Domain(
    name="grants",
    aggregates=(GrantAgreement,),
    events=e.EVENTS,
    permissions={
        c.DraftAgreement: _OFFICERS,
        c.SignAgreement: _SIGNERS,
        c.AmendAgreement: _SIGNERS,
        c.SuspendAgreement: _SIGNERS,
        c.ResumeAgreement: _SIGNERS,
        c.TerminateAgreement: _SIGNERS,
        c.CompleteAgreement: _OFFICERS,
        c.RequestInstalment: _BENEFICIARIES,
        c.CheckInstalment: _OFFICERS,
        c.PayInstalment: _PAYERS,
        c.WithholdInstalment: _SIGNERS,
        c.SubmitReport: _BENEFICIARIES,
        c.ReturnReport: _OFFICERS,
        c.AcceptReport: _OFFICERS,
        c.WaiveReport: _SIGNERS,
        c.MarkReportOverdue: frozenset({Role.CLOCK}),
        c.OrderRecovery: _SIGNERS,
        c.RecordRecovery: _PAYERS,
    },
    policies=POLICIES,
    queries={
        "grant_agreements": _READERS,
        "grant_agreement": _READERS | _BENEFICIARIES,
        "own_grant_agreements": _BENEFICIARIES,
    },
    public=frozenset({e.AgreementAmended, e.AgreementCompleted, e.ReportWaived}),
    granted=frozenset(
        {
            e.AgreementSigned,
            e.ReportScheduled,
            e.AgreementSuspended,
            e.AgreementResumed,
            e.AgreementTerminated,
            e.InstalmentPaid,
            e.InstalmentWithheld,
            e.ReportAccepted,
            e.ReportOverdue,
            e.RecoveryOrdered,
            e.RecoveryReceived,
        }
    ),
)
