"""Working groups: the secretariat forms them, representatives of organisations join in person."""

from domain.council.commands import group as c
from domain.council.events import group as e
from domain.council.group import WorkingGroup
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import ANYBODY

_SECRETARY = frozenset({Role.COUNCIL_SECRETARY})
_TAKING_PART = _SECRETARY | {Role.CSO_DELEGATE}

GROUPS = Domain(
    name="council",
    aggregates=(WorkingGroup,),
    events=e.EVENTS,
    permissions={
        c.FormGroup: _SECRETARY,
        c.JoinGroup: _TAKING_PART,
        c.LeaveGroup: _TAKING_PART | {Role.COUNCIL_MEMBER},
        c.ElectCoordinator: _SECRETARY,
        c.DissolveGroup: _SECRETARY,
    },
    queries={"working_groups": ANYBODY, "working_group": ANYBODY},
    public=frozenset({e.GroupFormed, e.GroupDissolved}),
    granted=frozenset({e.GroupJoined, e.GroupLeft, e.GroupCoordinatorElected}),
)
