"""The grant recorded elsewhere: brought in by the importer, corrected by those who answer for grants."""

from domain.grants.commands import recorded_grant as c
from domain.grants.events import recorded_grant as e
from domain.grants.recorded_grant import RecordedGrant
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import FUNDING, NATION, STAFF, SUPERVISED

_OFFICERS = frozenset({Role.GRANT_OFFICER})

RECORDED_GRANTS = Domain(
    name="grants",
    aggregates=(RecordedGrant,),
    events=e.EVENTS,
    permissions={
        c.RecordGrant: frozenset(),
        c.CorrectRecordedGrant: _OFFICERS | {Role.FINANCE_OFFICER},
        c.ResolveRecipient: _OFFICERS,
        c.StrikeRecordedGrant: _OFFICERS,
    },
    queries={
        "recorded_grants": STAFF | FUNDING,
        "recorded_grant": STAFF | FUNDING,
        "grant_red_flags": SUPERVISED | {Role.GRANT_OFFICER},
        "national_grant_red_flags": NATION,
    },
    public=frozenset({e.GrantRecorded, e.RecordedGrantCorrected, e.RecipientResolved, e.RecordedGrantStruck}),
)
