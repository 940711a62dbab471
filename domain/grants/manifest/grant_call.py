"""The call: who drafts and publishes it, what only the clock does, and who may declare it void."""

from domain.grants.commands import grant_call as c
from domain.grants.commands import ranking as r
from domain.grants.events import grant_call, ranking
from domain.grants.grant_call import GrantCall
from domain.grants.judging import judge_call
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import FUNDING, STAFF, SUPERVISED

_OFFICERS = frozenset({Role.GRANT_OFFICER})
_LAWYERS = frozenset({Role.GRANT_OFFICER, Role.LEGAL_OFFICER})
_SUPERVISORS = frozenset({Role.LEGAL_OFFICER, Role.OGG_SUPERVISOR, Role.NATIONAL_SUPERVISOR})
_CLOCK = frozenset({Role.CLOCK})

CALLS = Domain(
    name="grants",
    aggregates=(GrantCall,),
    events=(*grant_call.EVENTS, *ranking.EVENTS),
    permissions={
        c.DraftCall: _OFFICERS,
        c.AmendCall: _OFFICERS,
        c.SetForm: _OFFICERS,
        c.CheckCall: _LAWYERS | {Role.OGG_SUPERVISOR},
        c.PublishCall: _OFFICERS,
        c.IssueClarification: _OFFICERS,
        c.CloseCall: _CLOCK,
        c.RecomputeCallDeadline: _CLOCK,
        c.BeginEvaluation: _OFFICERS,
        r.PublishProvisionalRanking: _OFFICERS,
        r.ReleaseRanks: _OFFICERS,
        r.PublishFinalRanking: _OFFICERS,
        c.MarkContracted: _OFFICERS,
        c.ReleaseFunding: _OFFICERS | _CLOCK,
        c.ReportCall: _OFFICERS,
        c.CancelCall: _LAWYERS,
        c.VoidCall: _SUPERVISORS,
    },
    queries={
        "grant_calls": STAFF | FUNDING,
        "grant_call": STAFF | FUNDING,
        "grant_call_lint": SUPERVISED | {Role.GRANT_OFFICER},
    },
    judges={GrantCall: judge_call},
    public=frozenset(
        {
            grant_call.CallPublished,
            grant_call.ClarificationIssued,
            grant_call.CallDeadlineMoved,
            grant_call.CallClosed,
            grant_call.EvaluationBegun,
            grant_call.CallContracted,
            grant_call.CallReported,
            grant_call.CallCancelled,
            grant_call.CallVoided,
            grant_call.FundingReleased,
            ranking.ProvisionalRankingPublished,
            ranking.FinalRankingPublished,
        }
    ),
    granted=frozenset({ranking.RanksReleased}),
)
