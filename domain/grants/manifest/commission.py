"""The commission, its rankings and the complaints against them: who forms, who judges, who decides."""

from domain.grants.commands import commission as c
from domain.grants.commands import complaint as q
from domain.grants.commission import Commission
from domain.grants.complaint import Complaint
from domain.grants.events import commission, complaint
from domain.grants.policies.ranking import POLICIES
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import SUPERVISED

_OFFICERS = frozenset({Role.GRANT_OFFICER})
_MEMBERS = frozenset({Role.COMMISSIONER})
_DECIDERS = frozenset({Role.COMPLAINT_OFFICER})
_CLOCK = frozenset({Role.CLOCK})
_READERS = SUPERVISED | {Role.GRANT_OFFICER, Role.COMPLAINT_OFFICER}

COMMISSIONS = Domain(
    name="grants",
    aggregates=(Commission, Complaint),
    events=(*commission.EVENTS, *complaint.EVENTS),
    permissions={
        c.FormCommission: _OFFICERS,
        c.DrawExperts: _OFFICERS,
        c.OpenScoring: _OFFICERS,
        c.ExtendPool: _OFFICERS,
        c.ReplaceMember: _OFFICERS,
        c.DecideConflict: _OFFICERS,
        c.DeclareInterest: _MEMBERS,
        c.CommitScore: _MEMBERS,
        c.RevealScore: _MEMBERS,
        c.CloseScoring: _OFFICERS,
        c.ReopenApplication: _CLOCK,
        q.FileComplaint: frozenset({Role.CSO_DELEGATE}),
        q.AdmitComplaint: _DECIDERS,
        q.DismissComplaint: _DECIDERS,
        q.DecideComplaint: _DECIDERS,
    },
    policies=POLICIES,
    queries={
        "grant_commission": _READERS | _MEMBERS,
        "judged_application": _MEMBERS,
        "grant_scores": _READERS,
        "grant_complaints": _READERS,
        "grant_complaint": _READERS | {Role.CSO_DELEGATE},
        "own_grant_complaints": frozenset({Role.CSO_DELEGATE}),
    },
)
