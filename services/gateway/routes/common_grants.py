"""Calls for grants under the addresses and in the words of the CommonGrants protocol, for everybody."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, QueryParameter

from domain.kernel.errors import StreamNotFound
from projections.catalogue import GRANT_CALLS
from projections.grant_call_queries import public_call
from projections.grant_opportunities import opportunities as page_of
from projections.reading import LARGEST
from services.gateway.listing import PUBLIC, answer_body
from services.gateway.parameters import AsOfTime, KnownAt, Slug, moment
from services.gateway.public_scope import AtScope
from services.gateway.query_route import open_query
from services.gateway.routing import Routes
from services.gateway.wording import negotiate
from services.open_data.common_grants import opportunity as told

AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=1_000_000, description="Page, from 1")]
PageSize = Annotated[int, QueryParameter(name="pageSize", ge=1, le=LARGEST, description="Items on a page")]
_VARY = {"vary": "Accept-Language"}
_encode = msgspec.json.Encoder().encode


def _answers(said: str) -> dict[str, Any]:
    return {
        "200": {"description": said, "content": {"application/json": {"schema": {"type": "object"}}}},
        "304": {"description": "The reader has it already"},
    }


@open_query(
    "/common-grants/opportunities",
    responses=_answers("A paginated list of opportunities, as CommonGrants 0.4 has it"),
    operation_id="CommonGrantsOpportunities",
)
async def opportunities(
    request: AnyRequest,
    seen: AtScope,
    *,
    tenant: Slug = None,
    page: PageNumber = 1,
    page_size: PageSize = 100,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """Published calls for grants as opportunities of the CommonGrants protocol, the last changed first."""
    window = seen.within(tenant)
    then = await window.then(moment(as_of, known_at))
    async with window.reading((GRANT_CALLS,), then.moment) as connection:
        found = await page_of(connection, then.now, tenant=tenant, page=page, size=page_size)
    language = negotiate(request.headers.get("accept-language", ""))
    url = seen.reads.system.settings.public_url
    body = {
        "status": 200,
        "message": "Success",
        "items": [told(call, then.now, language, url) for call in found.items],
        "paginationInfo": {
            "page": page,
            "pageSize": page_size,
            "totalItems": found.total,
            "totalPages": -(-found.total // page_size),
        },
    }
    return answer_body(request, _encode(body), PUBLIC, _VARY)


@open_query(
    "/common-grants/opportunities/{id:uuid}",
    responses=_answers("One opportunity, as CommonGrants 0.4 has it"),
    operation_id="CommonGrantsOpportunity",
)
async def opportunity(
    request: AnyRequest,
    seen: AtScope,
    id: FromPath[UUID],  # noqa: A002 - the path's word
    *,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """One published call for grants as an opportunity of the CommonGrants protocol."""
    at = moment(as_of, known_at)
    language = negotiate(request.headers.get("accept-language", ""))
    url = seen.reads.system.settings.public_url
    found: list[dict[str, Any]] = []

    async def look(connection: Any, now: Any) -> Any:
        call = await public_call(connection, now, id)
        found[:] = [] if call is None else [told(call, now, language, url)]
        return call

    await seen.one((GRANT_CALLS,), look, at)
    if not found:
        raise StreamNotFound
    return answer_body(request, _encode({"status": 200, "message": "Success", "data": found[0]}), PUBLIC, _VARY)


ROUTES = Routes(open=(opportunities, opportunity))
