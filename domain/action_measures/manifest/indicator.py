"""The indicator: its owner defines and reports, others verify, civil society contests, the Council's word locks."""

from domain.action_measures.commands import indicator as c
from domain.action_measures.events import indicator as e
from domain.action_measures.indicator import Indicator
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import STAFF, STRATEGY

_OWNERS = frozenset({Role.MEASURE_LEAD, Role.COUNCIL_SECRETARY, Role.OGG_SUPERVISOR})
_VERIFIERS = _OWNERS | {Role.INDEPENDENT_EVALUATOR, Role.ADMINISTRATOR, Role.NATIONAL_SUPERVISOR}
_RESOLVED = _OWNERS | {Role.NATIONAL_SUPERVISOR}
"""Who does as the Council resolved: the resolution counts, not who carries it out."""

INDICATORS = Domain(
    name="action_measures",
    aggregates=(Indicator,),
    events=e.EVENTS,
    permissions={
        c.DefineIndicator: _OWNERS,
        c.WithdrawIndicator: _RESOLVED,
        c.ReportValue: _OWNERS,
        c.AttachValueEvidence: _OWNERS,
        c.VerifyValue: _VERIFIERS,
        c.ContestValue: frozenset({Role.CSO_DELEGATE}),
        c.AcceptValue: _RESOLVED,
        c.ReopenPeriod: _RESOLVED,
        c.RecomputeValue: _RESOLVED,
        c.RecordComputedValue: frozenset({Role.CLOCK}),
    },
    queries={"indicators": STAFF | STRATEGY, "indicator": STAFF | STRATEGY},
    public=frozenset(
        {
            e.IndicatorDefined,
            e.IndicatorWithdrawn,
            e.ValueComputed,
            e.ValueContested,
            e.ValueAccepted,
            e.PeriodReopened,
        }
    ),
    granted=frozenset({e.ValueReported, e.ValueEvidenceAttached, e.ValueVerified}),
)
