"""Calls for services: the commands on them, what the linter says, and what a tenant's readers and everybody see."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request
from msgspec.structs import replace

from domain.contracts.commands import call as c
from domain.contracts.events.need import need_tag
from domain.contracts.need import ServiceNeed
from domain.contracts.need_budget import NeedBudget
from domain.contracts.service_call import ServiceCall
from domain.kernel.aggregate import Aggregate
from domain.kernel.errors import Finding
from domain.kernel.vocabulary import LanguageFile
from projections import service_call_queries as q
from projections.catalogue import SERVICE_CALLS
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
_CALL = "/service-calls/{id}"
CallView = view_of(q.ServiceCall, "ServiceCall")
PublicCallView = view_of(q.PublicServiceCall, "PublicServiceCall")

COMMANDS = (
    CommandRoute("/service-calls", c.PlanServiceCall, reads=_CALL),
    CommandRoute(f"{_CALL}/amend", c.AmendServiceCall),
    CommandRoute(f"{_CALL}/check", c.CheckServiceCall),
    CommandRoute(f"{_CALL}/publish", c.PublishServiceCall),
    CommandRoute(f"{_CALL}/clarifications", c.ClarifyServiceCall),
    CommandRoute(f"{_CALL}/begin-qualification", c.BeginQualification),
    CommandRoute(f"{_CALL}/begin-evaluation", c.BeginBidEvaluation),
    CommandRoute(f"{_CALL}/qualified-list", c.PublishQualifiedList),
    CommandRoute(f"{_CALL}/propose-award", c.ProposeAward),
    CommandRoute(f"{_CALL}/confirm-award", c.ConfirmAward),
    CommandRoute(f"{_CALL}/lapse-award", c.LapseServiceAward),
    CommandRoute(f"{_CALL}/declare-unsuccessful", c.DeclareUnsuccessful),
    CommandRoute(f"{_CALL}/cancel", c.CancelServiceCall),
)


class ServiceCallLint(msgspec.Struct, frozen=True):
    """`lawful` when nothing stands in the way of publishing now."""

    call_id: UUID
    version: int
    lawful: bool
    findings: list[FindingView]


@listed("/service-calls", "service_calls", CallView, of=(SERVICE_CALLS,), by=q.Filter)
async def calls(asked: AtDeskAsked[q.Filter]) -> Page[q.ServiceCall]:
    """Calls for services, the newest first."""
    return await q.calls(asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/service-calls/{id:uuid}", "service_call", CallView, of=(SERVICE_CALLS,))
async def call(asked: AtDeskAsked[NoFilter]) -> q.ServiceCall | None:
    """One call with its lines, criteria, clarifications, ranking and awards."""
    return await q.call(asked.connection, asked.now, asked.id)


@linted("/service-calls/{id:uuid}/lint", "service_call_lint", ServiceCallLint)
async def lint(desk: Desk, call_id: UUID, then: Then) -> tuple[int, Sequence[Finding]]:
    """What the linter says of the call as it stands or stood, by need and rules of that day; nothing is recorded."""
    found = await desk.replayed(ServiceCall, call_id, then.moment.holds)
    # with the need and the list that the call cites, as they stood, and what calls had taken of the need's budget
    facts, budget = found.facts, NeedBudget()
    references: dict[str, Aggregate | None] = {"need": None, "list": None}
    if facts.need_id is not None:
        references["need"] = await desk.replayed(ServiceNeed, facts.need_id, then.moment.holds)
        budget = await folded_then(desk, NeedBudget, need_tag(facts.need_id), then.moment)
        budget.by_call.pop(found.id, None)  # a published call does not stand in its own way
    if facts.list_id is not None:
        references["list"] = await desk.replayed(ServiceCall, facts.list_id, then.moment.holds)
    ctx = replace(await context_then(desk, found.id, then), references=references, boundary=budget)
    return found.version, found.lint(c.CheckServiceCall(need_id=facts.need_id, list_id=facts.list_id), ctx)


@open_listed(
    "/service-calls",
    PublicCallView,
    of=(SERVICE_CALLS,),
    by=q.Filter,
    only=("state", "year", "mode", "service", "place", "need_id", "text", "open_at"),
    operation_id="PublicServiceCalls",
)
async def public_calls(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicServiceCall]:
    """Published calls for services, the newest first."""
    return await q.public_calls(
        asked.connection, asked.now, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/service-calls/{id:uuid}", PublicCallView, of=(SERVICE_CALLS,), operation_id="PublicServiceCall")
async def public_call(asked: AtWindowAsked[NoFilter]) -> q.PublicServiceCall | None:
    """One published call with its lines, criteria, clarifications, ranking and awards."""
    return await q.public_call(asked.connection, asked.now, asked.id)


@open_files("/service-calls/{id:uuid}", SERVICE_CALLS, q.public_call, operation_id="PublicServiceCallFile")
def public_file(found: q.PublicServiceCall) -> Iterable[LanguageFile]:
    """A document of the call."""
    return found.facts.documents or ()


ROUTES = Routes(commands=COMMANDS, queries=(calls, call, lint), open=(public_calls, public_call, public_file))
