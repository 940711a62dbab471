"""What is made of grants all together: the national report of a year for everybody, red flags for those who look."""

from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.params import QueryParameter

from projections import grant_red_flags as flags
from projections.catalogue import GRANT_AGREEMENTS, GRANT_APPLICATIONS, GRANT_CALLS, RECORDED_GRANTS
from projections.cut import LeftOut, left_out
from projections.grant_annual_report import annual_report
from projections.grant_figures import GrantFigures
from projections.history import NOW
from projections.reading import After, Page, ReadConnection
from projections.recorded_twice import RecordedTwice
from services.gateway.listing import PRIVATE, PUBLIC, Listing, answer, answer_list
from services.gateway.parameters import AsOfTime, Cursor, KnownAt, Limit, moment
from services.gateway.public_scope import AtScope
from services.gateway.query_route import AtDesk, open_query, query
from services.gateway.register_route import AtDeskAsked, listed
from services.gateway.routing import Routes
from services.gateway.views import view_of, viewer

AnyRequest = Request[Any, Any, Any]
_AWARDS = (RECORDED_GRANTS, GRANT_AGREEMENTS)
_LOOKED_AT = (*_AWARDS, GRANT_CALLS, GRANT_APPLICATIONS)
ReportYear = Annotated[int, QueryParameter(name="year", ge=1900, le=2199, description="Year of the awards")]
FlagKind = Annotated[str | None, QueryParameter(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
RedFlagView = view_of(flags.RedFlag, "GrantRedFlag")


class FunderView(msgspec.Struct, frozen=True):
    """An institution's part, with its names by language."""

    tenant: str
    kind: str
    names: dict[str, str]
    figures: GrantFigures


class AnnualReportView(msgspec.Struct, frozen=True):
    """Sums are in minor units, by currency. `registered`: to organisations of the national register.

    `recorded_twice` names each record that is not counted, since another institution has the same grant on record.

    `positions` says for each institution up to which position of its log the figures go; `incomplete` names those of
    which a past moment shows nothing, as their log cannot be read.
    """

    year: int
    total: GrantFigures
    by_kind: dict[str, GrantFigures]
    institutions: list[FunderView]
    recorded_twice: list[RecordedTwice]
    positions: dict[str, int]
    incomplete: list[LeftOut]


@open_query("/grants/annual-report", shows=AnnualReportView, operation_id="PublicGrantsAnnualReport")
async def report(
    request: AnyRequest, seen: AtScope, *, year: ReportYear, as_of: AsOfTime = None, known_at: KnownAt = None
) -> Response[Any]:
    """Public funding of a year: what institutions awarded, by kind and one by one, now or as it was known."""
    window = seen.within(None)
    then = await window.then(moment(as_of, known_at))
    institutions = (await seen.reads.national(then, valid=True)).institutions
    known = {one.tenant_id: (slug, one.kind) for slug, one in (await seen.reads.national(then)).institutions.items()}
    async with window.reading(_AWARDS, then.moment) as connection:
        found = await annual_report(connection, then.now, year, known)
        missing = [] if then.moment == NOW else await left_out(connection)
    shown = AnnualReportView(
        year=year,
        total=found.total,
        by_kind=found.by_kind,
        institutions=[
            FunderView(
                one.tenant,
                one.kind,
                institutions[one.tenant].names if one.tenant in institutions else {},
                one.figures,
            )
            for one in found.institutions
        ],
        recorded_twice=found.recorded_twice,
        positions={known[tenant_id][0]: at for tenant_id, at in found.positions.items() if tenant_id in known},
        incomplete=missing,
    )
    return answer(request, shown, cache=PUBLIC)


@listed("/grant-red-flags", "grant_red_flags", RedFlagView, of=_LOOKED_AT, by=flags.Filter)
async def own_flags(asked: AtDeskAsked[flags.Filter]) -> Page[flags.RedFlag]:
    """What in the institution's grants should make somebody look."""
    rules = await asked.place.reads.national_rules(asked.then)
    return await flags.red_flags(asked.connection, rules, asked.chosen, after=asked.after, limit=asked.limit)


@query("/grant-red-flags", "national_grant_red_flags", lists=RedFlagView, operation_id="NationalGrantRedFlags")
async def all_flags(
    request: AnyRequest,
    desk: AtDesk,
    *,
    kind: FlagKind = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """What in the grants of all institutions but the sandboxes should make somebody look.

    An auditor sees those institutions that a mandate names.
    """
    then = await desk.then(moment(as_of, known_at))
    institutions = (await desk.system.handler.authority.national()).institutions.values()
    tenants = [one.tenant_id for one in (desk.audited if desk.audits else institutions) if not one.sandbox]
    rules = await desk.reads.national_rules(then)

    async def fetch(connection: ReadConnection, limit: int, after: After | None) -> Page[flags.RedFlag]:
        return await flags.red_flags(connection, rules, flags.Filter(kind=kind), after=after, limit=limit)

    opened = partial(desk.reads.audited, tenants, _LOOKED_AT, then.moment, partly=True)
    listing = Listing(opened, fetch, viewer(RedFlagView), RedFlagView, desk.reads.cursors, PRIVATE, then.moment != NOW)
    found: Response[Any] = await answer_list(request, listing, limit, cursor)
    return found


ROUTES = Routes(queries=(own_flags,), national=(all_flags,), open=(report,))
