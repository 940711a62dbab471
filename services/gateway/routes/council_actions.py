"""Actions that follow from resolutions: who does what until when, what shows that it was done, what is overdue."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from domain.council.commands import action as c
from domain.kernel.vocabulary import LanguageFile
from projections import council_queries as q
from projections.catalogue import COUNCIL_ACTIONS
from projections.council_action_register import CouncilActionRow
from projections.reading import Page, ReadConnection
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routes.files import open_files
from services.gateway.routing import Routes
from services.gateway.views import view_of

_ACTION = "/council-actions/{id}"
ActionView = view_of(CouncilActionRow, "CouncilAction")
PublicActionView = view_of(q.PublicCouncilAction, "PublicCouncilAction")


@listed("/council-actions", "council_actions", ActionView, of=(COUNCIL_ACTIONS,), by=q.ActionFilter)
async def council_actions(asked: AtDeskAsked[q.ActionFilter]) -> Page[CouncilActionRow]:
    """Actions, what is due first first; with `overdue=true` those that nobody closed in time."""
    return await q.ACTIONS.page(asked.connection, asked.chosen.conditions(asked.now), asked.after, asked.limit)


@shown("/council-actions/{id:uuid}", "council_action", ActionView, of=(COUNCIL_ACTIONS,))
async def council_action(asked: AtDeskAsked[NoFilter]) -> CouncilActionRow | None:
    """One action with what shows that it was done."""
    return await q.ACTIONS.one(asked.connection, asked.id)


@open_listed(
    "/council-actions", PublicActionView, of=(COUNCIL_ACTIONS,), by=q.ActionFilter, operation_id="PublicCouncilActions"
)
async def public_actions(asked: AtWindowAsked[q.ActionFilter]) -> Page[q.PublicCouncilAction]:
    """Actions, what is due first first; with `overdue=true` those that nobody closed in time."""
    return await q.PUBLIC_ACTIONS.page(asked.connection, asked.chosen.conditions(asked.now), asked.after, asked.limit)


@open_shown("/council-actions/{id:uuid}", PublicActionView, of=(COUNCIL_ACTIONS,), operation_id="PublicCouncilAction")
async def public_action(asked: AtWindowAsked[NoFilter]) -> q.PublicCouncilAction | None:
    """One action with what shows that it was done."""
    return await q.PUBLIC_ACTIONS.one(asked.connection, asked.id)


async def _look(connection: ReadConnection, _now: datetime, action_id: UUID) -> q.PublicCouncilAction | None:
    return await q.PUBLIC_ACTIONS.one(connection, action_id)


@open_files("/council-actions/{id:uuid}", COUNCIL_ACTIONS, _look, operation_id="PublicCouncilActionFile")
def public_action_file(found: q.PublicCouncilAction) -> Iterable[LanguageFile]:
    """A file that shows what was done."""
    return (file for shown in found.evidence for file in shown.files)


ROUTES = Routes(
    commands=(
        CommandRoute("/council-actions", c.AssignAction, reads=_ACTION),
        CommandRoute(f"{_ACTION}/evidence", c.SubmitActionEvidence),
        CommandRoute(f"{_ACTION}/close", c.CloseAction),
    ),
    queries=(council_actions, council_action),
    open=(public_actions, public_action, public_action_file),
)
