"""The application: what applicants do, what officers check, what the system carries in."""

from domain.grants.application import Application
from domain.grants.commands import application as c
from domain.grants.events import application as e
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import SUPERVISED

_APPLICANTS = frozenset({Role.CSO_DELEGATE})
_EDITORS = _APPLICANTS | {Role.SIGNED_IN}
_OFFICERS = frozenset({Role.GRANT_OFFICER})
_CLOCK = frozenset({Role.CLOCK})
_READERS = SUPERVISED | {Role.GRANT_OFFICER, Role.COMPLAINT_OFFICER, Role.FINANCE_OFFICER}
"""Members of a commission are not among them: they see an application once they have declared their interests."""

APPLICATIONS = Domain(
    name="grants",
    aggregates=(Application,),
    events=e.EVENTS,
    permissions={
        c.DraftApplication: _APPLICANTS,
        c.DescribeProject: _EDITORS,
        c.SaveSection: _EDITORS,
        c.AttachEvidence: _EDITORS,
        c.RemoveEvidence: _EDITORS,
        c.InviteEditor: _APPLICANTS,
        c.RemoveEditor: _APPLICANTS,
        c.SignOffApplication: _APPLICANTS,
        c.SubmitApplication: _APPLICANTS,
        c.WithdrawApplication: _APPLICANTS,
        c.CompleteApplication: _APPLICANTS,
        c.DeclareCoFinancing: _APPLICANTS,
        c.RequestCompletion: _OFFICERS,
        c.CheckApplication: _OFFICERS,
        c.ReopenCheck: _CLOCK,
        c.PromoteReserve: _OFFICERS,
        c.LapseAward: _OFFICERS,
        c.NoteOverlap: _CLOCK,
        c.RecordOutcome: _CLOCK,
        c.RecordAgreement: _CLOCK,
    },
    queries={
        "grant_applications": _READERS,
        "grant_application": _READERS,
        "own_grant_applications": _EDITORS,
    },
    public=frozenset({e.OutcomeRecorded, e.ReservePromoted, e.ApplicationContracted, e.AwardLapsed}),
)
