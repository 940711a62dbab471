"""Actions: the secretariat assigns and closes them, who is responsible shows what was done, the clock says overdue."""

from domain.council.action import CouncilAction
from domain.council.commands import action as c
from domain.council.events import action as e
from domain.council.manifest.council import MEMBERS, READERS, SECRETARIAT
from domain.kernel.manifest import Domain, Role

ACTIONS = Domain(
    name="council",
    aggregates=(CouncilAction,),
    events=e.EVENTS,
    permissions={
        c.AssignAction: SECRETARIAT,
        c.SubmitActionEvidence: SECRETARIAT | MEMBERS | {Role.CSO_DELEGATE},
        c.CloseAction: SECRETARIAT,
        c.NoteActionOverdue: frozenset({Role.CLOCK}),
    },
    queries={"council_actions": READERS, "council_action": READERS},
    public=frozenset({e.ActionAssigned, e.ActionEvidenceSubmitted, e.ActionFellOverdue, e.ActionClosed}),
)
