"""Applications for grants: what applicants and officers send, and what each of them sees."""

from msgspec.structs import replace

from domain.grants.commands import application as c
from domain.kernel.errors import StreamNotFound
from projections import grant_application_queries, grant_call_queries
from projections.catalogue import GRANT_APPLICATIONS, GRANT_CALLS
from projections.grant_application_register import GrantApplicationRow, GrantApplicationSummary
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_APPLICATION, _OWN = "/grant-applications/{id}", "/me/grant-applications/{id}"
SummaryView = view_of(GrantApplicationSummary, "GrantApplicationSummary")
ApplicationView = view_of(GrantApplicationRow, "GrantApplication")

COMMANDS = (
    CommandRoute("/grant-applications", c.DraftApplication, reads=_OWN),
    CommandRoute(f"{_APPLICATION}/project", c.DescribeProject),
    CommandRoute(f"{_APPLICATION}/sections", c.SaveSection),
    CommandRoute(f"{_APPLICATION}/evidence", c.AttachEvidence),
    CommandRoute(f"{_APPLICATION}/remove-evidence", c.RemoveEvidence),
    CommandRoute(f"{_APPLICATION}/editors", c.InviteEditor),
    CommandRoute(f"{_APPLICATION}/remove-editor", c.RemoveEditor),
    CommandRoute(f"{_APPLICATION}/sign-off", c.SignOffApplication),
    CommandRoute(f"{_APPLICATION}/submit", c.SubmitApplication),
    CommandRoute(f"{_APPLICATION}/withdraw", c.WithdrawApplication),
    CommandRoute(f"{_APPLICATION}/complete", c.CompleteApplication),
    CommandRoute(f"{_APPLICATION}/declare-co-financing", c.DeclareCoFinancing),
    CommandRoute(f"{_APPLICATION}/request-completion", c.RequestCompletion),
    CommandRoute(f"{_APPLICATION}/check", c.CheckApplication),
    CommandRoute(f"{_APPLICATION}/promote", c.PromoteReserve),
    CommandRoute(f"{_APPLICATION}/lapse", c.LapseAward),
)


@listed(
    "/grant-calls/{id:uuid}/applications",
    "grant_applications",
    SummaryView,
    of=(GRANT_APPLICATIONS, GRANT_CALLS),
    by=grant_application_queries.Filter,
    only=("organisation_id", "state", "overlapping"),
)
async def applications(asked: AtDeskAsked[grant_application_queries.Filter]) -> Page[GrantApplicationSummary]:
    """What was submitted in one call, the earliest first."""
    if await grant_call_queries.call(asked.connection, asked.now, asked.id) is None:
        raise StreamNotFound
    chosen = replace(asked.chosen, call_id=asked.id)
    return await grant_application_queries.applications(asked.connection, chosen, after=asked.after, limit=asked.limit)


@shown("/grant-applications/{id:uuid}", "grant_application", ApplicationView, of=(GRANT_APPLICATIONS,))
async def application(asked: AtDeskAsked[NoFilter]) -> GrantApplicationRow | None:
    """One submitted application, whole, for the institution's officers."""
    return await grant_application_queries.application(asked.connection, asked.id)


@listed(
    "/me/grant-applications",
    "own_grant_applications",
    SummaryView,
    of=(GRANT_APPLICATIONS,),
    by=grant_application_queries.Filter,
)
async def own_applications(asked: AtDeskAsked[grant_application_queries.Filter]) -> Page[GrantApplicationSummary]:
    """What the reader's organisations apply for, and the drafts that the reader works on, the newest first."""
    desk = asked.place
    return await grant_application_queries.own_applications(
        asked.connection,
        desk.person_id,
        await desk.organisations(),
        asked.chosen,
        after=asked.after,
        limit=asked.limit,
    )


@shown("/me/grant-applications/{id:uuid}", "own_grant_applications", ApplicationView, of=(GRANT_APPLICATIONS,))
async def own_application(asked: AtDeskAsked[NoFilter]) -> GrantApplicationRow | None:
    """One application of the reader's organisations, or a draft that the reader works on."""
    desk = asked.place
    return await grant_application_queries.own_application(
        asked.connection, asked.id, desk.person_id, await desk.organisations()
    )


ROUTES = Routes(commands=COMMANDS, queries=(applications, application, own_applications, own_application))
