"""Working groups of the Council: formed, joined in person, open to everybody's eyes."""

from domain.council.commands import group as c
from projections import cooperation_queries as q
from projections.catalogue import WORKING_GROUPS
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import (
    AtDeskAsked,
    AtWindowAsked,
    everywhere,
    listed,
    open_listed,
    open_shown,
    shown,
)
from services.gateway.routing import Routes
from services.gateway.views import view_of

_GROUP = "/working-groups/{id}"
GroupView = view_of(q.PublicGroup, "WorkingGroup")


@listed("/working-groups", "working_groups", GroupView, of=(WORKING_GROUPS,), by=q.GroupFilter)
async def groups(asked: AtDeskAsked[q.GroupFilter]) -> Page[q.PublicGroup]:
    """Working groups of the Council, the newest first."""
    return await q.groups(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/working-groups/{id:uuid}", "working_group", GroupView, of=(WORKING_GROUPS,))
async def group(asked: AtDeskAsked[NoFilter]) -> q.PublicGroup | None:
    """One group, with everybody who takes or took part, by id."""
    return await q.group(asked.connection, asked.id)


@open_listed(
    "/working-groups",
    GroupView,
    of=(WORKING_GROUPS,),
    by=q.GroupFilter,
    within=everywhere,
    operation_id="PublicWorkingGroups",
)
async def public_groups(asked: AtWindowAsked[q.GroupFilter]) -> Page[q.PublicGroup]:
    """Working groups of the Council, the newest first."""
    return await q.groups(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@open_shown("/working-groups/{id:uuid}", GroupView, of=(WORKING_GROUPS,), operation_id="PublicWorkingGroup")
async def public_group(asked: AtWindowAsked[NoFilter]) -> q.PublicGroup | None:
    """One group, with everybody who takes or took part, by id."""
    return await q.group(asked.connection, asked.id)


ROUTES = Routes(
    commands=(
        CommandRoute("/working-groups", c.FormGroup, reads=_GROUP),
        CommandRoute(f"{_GROUP}/join", c.JoinGroup),
        CommandRoute(f"{_GROUP}/leave", c.LeaveGroup),
        CommandRoute(f"{_GROUP}/coordinator", c.ElectCoordinator),
        CommandRoute(f"{_GROUP}/dissolve", c.DissolveGroup),
    ),
    queries=(groups, group),
    open=(public_groups, public_group),
)
