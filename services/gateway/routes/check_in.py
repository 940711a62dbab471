"""Checking in by a phone: passes for who shows them, one's own phones, and what phones signed."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath

from domain.kernel.errors import StreamNotFound
from domain.volunteering.check_in_pass import CheckInPass
from domain.volunteering.check_in_phone import CheckInPhone
from domain.volunteering.commands import check_in as c
from domain.volunteering.events.check_in import PassIssued
from domain.volunteering.provider import acts_for
from infra.eventstore.codec import restore
from services.gateway.command_route import CommandRoute
from services.gateway.desk import Desk
from services.gateway.listing import answer
from services.gateway.query_route import AtDesk, query
from services.gateway.routing import Routes
from services.receipts.document import NotInstalled, qr_svg
from services.receipts.press import NotPrintable
from services.settings import base_address

AnyRequest = Request[Any, Any, Any]
PAGE = "/check-in"
_PASS, _PHONE = "/check-in-passes/{id}", "/check-in-phones/{id}"
_QUIET = 4
"""Modules of white that a reader of codes needs around one (ISO/IEC 18004)."""
_SVG = {"200": {"description": "The QR code", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}}


class PassView(msgspec.Struct, frozen=True, kw_only=True):
    """A pass as it is shown: `link` is what the QR code says, `number` and `code` are typed without a camera."""

    opportunity_id: UUID
    number: int
    valid_from: datetime
    valid_until: datetime
    withdrawn: bool
    code: str
    link: str


class PhoneView(msgspec.Struct, frozen=True, kw_only=True):
    """One's own phone: which of its check-ins counted, and for which agreements a shift is begun."""

    public_key: str
    revoked: bool
    counted: list[UUID]
    begun: dict[UUID, datetime]


@query("/check-in-passes/{id:uuid}", "check_in_pass", shows=PassView)
async def check_in_pass(request: AnyRequest, desk: AtDesk, id: FromPath[UUID]) -> Response[Any]:  # noqa: A002
    """A pass with what it shows: for the provider's people."""
    return answer(request, await _pass(desk, id), cache="no-store")


@query("/check-in-passes/{id:uuid}/qr.svg", "check_in_pass", responses=_SVG, statuses=(501,))
async def check_in_qr(desk: AtDesk, id: FromPath[UUID]) -> Response[str]:  # noqa: A002
    """The QR code of a pass, to be shown or printed."""
    shown = await _pass(desk, id)
    try:
        drawn = qr_svg(shown.link, border=_QUIET)
    except NotInstalled as error:
        raise NotPrintable from error
    return Response(drawn, media_type="image/svg+xml", headers={"cache-control": "no-store"})


@query("/me/check-in-phones/{id:uuid}", "own_phone", shows=PhoneView)
async def own_phone(request: AnyRequest, desk: AtDesk, id: FromPath[UUID]) -> Response[Any]:  # noqa: A002
    """A phone of the reader's own."""
    phone = await desk.replayed(CheckInPhone, id, lambda _: True)
    if phone.person_id != desk.person_id:
        raise StreamNotFound
    shown = PhoneView(
        public_key=phone.public_key,
        revoked=phone.revoked,
        counted=sorted(phone.seen),
        begun={agreement_id: one.at for agreement_id, one in phone.begun.items()},
    )
    return answer(request, shown, cache="no-store")


async def _pass(desk: Desk, pass_id: UUID) -> PassView:
    """Raises: StreamNotFound also for whoever does not act for the provider."""
    made = await desk.replayed(CheckInPass, pass_id, lambda _: True)
    if not acts_for(desk.mandate, made.organisation_id):
        raise StreamNotFound
    (first, *_) = await desk.log.read_stream(desk.tenant.tenant_id, pass_id)
    issued = cast("PassIssued", restore(desk.system.registry, first))
    office, slug = desk.system.passes, desk.tenant.slug
    return PassView(
        opportunity_id=issued.opportunity_id,
        number=issued.number,
        valid_from=issued.valid_from,
        valid_until=issued.valid_until,
        withdrawn=made.withdrawn,
        code=office.code(slug, issued.opportunity_id, issued.number),
        link=f"{base_address(desk.system.settings)}{PAGE}#{office.fragment(slug, issued)}",
    )


ROUTES = Routes(
    commands=(
        CommandRoute("/check-in-passes", c.IssuePass, reads=_PASS),
        CommandRoute(f"{_PASS}/withdraw", c.WithdrawPass),
        CommandRoute("/check-in-phones", c.RegisterPhone, reads=f"/me{_PHONE}"),
        CommandRoute(f"{_PHONE}/revoke", c.RevokePhone),
        CommandRoute(f"{_PHONE}/submit", c.SubmitCheckIns),
    ),
    queries=(check_in_pass, check_in_qr, own_phone),
)
