"""Calls for grants: the commands on them, what the linter says, and what a tenant's readers and everybody see."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request

from domain.grants.commands import grant_call as c
from domain.grants.events.funding_plan import funding_tag
from domain.grants.form import Form
from domain.grants.funding import Commitments
from domain.grants.funding_plan import FundingPlan
from domain.grants.grant_call import GrantCall
from domain.kernel.errors import Finding
from domain.kernel.vocabulary import LanguageFile
from projections import grant_call_queries
from projections.catalogue import GRANT_CALLS
from projections.grant_call_queries import CallForm, PublicGrantCall
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.desk import Desk, Then
from services.gateway.filters import NoFilter
from services.gateway.lint_route import linted
from services.gateway.linting import FindingView, context_then, folded_then
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routes.files import open_files
from services.gateway.routing import Routes
from services.gateway.views import view_of

AnyRequest = Request[Any, Any, Any]
_CALL = "/grant-calls/{id}"
CallView = view_of(grant_call_queries.GrantCall, "GrantCall")
PublicCallView = view_of(PublicGrantCall, "PublicGrantCall")

COMMANDS = (
    CommandRoute("/grant-calls", c.DraftCall, reads=_CALL),
    CommandRoute(f"{_CALL}/amend", c.AmendCall),
    CommandRoute(f"{_CALL}/form", c.SetForm),
    CommandRoute(f"{_CALL}/check", c.CheckCall),
    CommandRoute(f"{_CALL}/publish", c.PublishCall),
    CommandRoute(f"{_CALL}/clarifications", c.IssueClarification),
    CommandRoute(f"{_CALL}/begin-evaluation", c.BeginEvaluation),
    CommandRoute(f"{_CALL}/mark-contracted", c.MarkContracted),
    CommandRoute(f"{_CALL}/release-funding", c.ReleaseFunding),
    CommandRoute(f"{_CALL}/report", c.ReportCall),
    CommandRoute(f"{_CALL}/cancel", c.CancelCall),
    CommandRoute(f"{_CALL}/void", c.VoidCall),
)


class CallFormView(msgspec.Struct, frozen=True):
    """What applicants fill in: the form as it was written, and as one JSON Schema 2020-12 over the answers."""

    form_version: int
    form: Form
    json_schema: dict[str, Any]


class CallLint(msgspec.Struct, frozen=True):
    """`lawful` when nothing stands in the way of publishing now."""

    call_id: UUID
    version: int
    lawful: bool
    findings: list[FindingView]


@listed("/grant-calls", "grant_calls", CallView, of=(GRANT_CALLS,), by=grant_call_queries.Filter)
async def calls(asked: AtDeskAsked[grant_call_queries.Filter]) -> Page[grant_call_queries.GrantCall]:
    """Calls for grants, the newest draft first."""
    return await grant_call_queries.calls(
        asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit
    )


@shown("/grant-calls/{id:uuid}", "grant_call", CallView, of=(GRANT_CALLS,))
async def call(asked: AtDeskAsked[NoFilter]) -> grant_call_queries.GrantCall | None:
    """One call with its criteria and clarifications."""
    return await grant_call_queries.call(asked.connection, asked.now, asked.id)


@shown("/grant-calls/{id:uuid}/form", "grant_call", CallFormView, of=(GRANT_CALLS,))
async def form(asked: AtDeskAsked[NoFilter]) -> CallForm | None:
    """The form of one call."""
    return await grant_call_queries.call_form(asked.connection, asked.id)


@linted("/grant-calls/{id:uuid}/lint", "grant_call_lint", CallLint)
async def lint(desk: Desk, call_id: UUID, then: Then) -> tuple[int, Sequence[Finding]]:
    """What the linter says of the call as it stands or stood, by plan and rules of that day; nothing is recorded."""
    found = await desk.replayed(GrantCall, call_id, then.moment.holds)
    # with the plan that the call cites, as it stood, and what calls had taken of it
    plan, committed = None, Commitments()
    if found.facts.plan is not None:
        plan_id = found.facts.plan.plan_id
        plan = await desk.replayed(FundingPlan, plan_id, then.moment.holds)
        committed = await folded_then(desk, Commitments, funding_tag(plan_id), then.moment)
        committed.by_call.pop(found.id, None)  # a published call does not stand in its own way
    return found.version, found.lint(await context_then(desk, found.id, then), plan, committed)


@open_listed(
    "/grant-calls",
    PublicCallView,
    of=(GRANT_CALLS,),
    by=grant_call_queries.Filter,
    only=("state", "year", "purpose", "text", "open_at"),
    operation_id="PublicGrantCalls",
)
async def public_calls(asked: AtWindowAsked[grant_call_queries.Filter]) -> Page[PublicGrantCall]:
    """Published calls for grants, the newest first."""
    return await grant_call_queries.public_calls(
        asked.connection, asked.now, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/grant-calls/{id:uuid}", PublicCallView, of=(GRANT_CALLS,), operation_id="PublicGrantCall")
async def public_call(asked: AtWindowAsked[NoFilter]) -> PublicGrantCall | None:
    """One published call with its criteria and clarifications."""
    return await grant_call_queries.public_call(asked.connection, asked.now, asked.id)


@open_shown("/grant-calls/{id:uuid}/form", CallFormView, of=(GRANT_CALLS,), operation_id="PublicGrantCallForm")
async def public_form(asked: AtWindowAsked[NoFilter]) -> CallForm | None:
    """The form of one published call, and the schema that answers must fit."""
    return await grant_call_queries.public_form(asked.connection, asked.now, asked.id)


@open_files("/grant-calls/{id:uuid}", GRANT_CALLS, grant_call_queries.public_call, operation_id="PublicGrantCallFile")
def public_file(found: PublicGrantCall) -> Iterable[LanguageFile]:
    """A file of the report on what came of the call."""
    return found.report.files if found.report else ()


ROUTES = Routes(
    commands=COMMANDS, queries=(calls, call, form, lint), open=(public_calls, public_call, public_form, public_file)
)
