"""Agreements with volunteers: offered by a provider, answered by volunteer and guardian, seen by those concerned."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath

from domain.kernel.errors import StreamNotFound
from domain.kernel.manifest import Role
from domain.volunteering.commands import agreement as c
from infra.eventstore.codec import restore
from projections import volunteer_agreement_queries as q
from projections.catalogue import VOLUNTEER_AGREEMENTS
from projections.reading import Page
from projections.volunteer_agreement_register import VolunteerAgreementRow
from services.gateway.command_route import CommandRoute
from services.gateway.desk import Desk
from services.gateway.filters import NoFilter
from services.gateway.listing import answer
from services.gateway.query_route import AtDesk, query
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_AGREEMENT = "/volunteer-agreements/{id}"
_EVERYTHING = frozenset({Role.VOLUNTEERING_OFFICER, Role.AUDITOR, Role.NATIONAL_SUPERVISOR})
"""Who looks after volunteering here, and who looks at how they do."""
AgreementView = view_of(VolunteerAgreementRow, "VolunteerAgreement")


class Words(msgspec.Struct, frozen=True):
    """Why something was done, as it was said: sealed under the volunteer's key and opened for those concerned."""

    event: str
    at: datetime
    entry_id: UUID | None
    reason: str


class AgreementWords(msgspec.Struct, frozen=True):
    """Every reason that was given about an agreement and its hours, the earliest first."""

    agreement_id: UUID
    words: list[Words]


async def providers_of(desk: Desk) -> q.Providers:
    """For whom the reader acts here."""
    return q.Providers(await desk.organisations(), institution=desk.mandate.role == Role.VOLUNTEER_COORDINATOR)


async def concerns(desk: Desk, row: VolunteerAgreementRow) -> bool:
    """Whether an agreement is for this reader: of others' there is nothing."""
    if desk.mandate.role in _EVERYTHING or desk.person_id in {row.person_id, row.supervisor_id, *row.guardians}:
        return True
    return (await providers_of(desk)).provides(row.organisation_id)


@listed("/volunteer-agreements", "volunteer_agreements", AgreementView, of=(VOLUNTEER_AGREEMENTS,), by=q.Filter)
async def agreements(asked: AtDeskAsked[q.Filter]) -> Page[VolunteerAgreementRow]:
    """Every agreement with a volunteer in the institution, the newest first; people by ids alone."""
    return await q.agreements(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/volunteer-agreements/{id:uuid}", "volunteer_agreement", AgreementView, of=(VOLUNTEER_AGREEMENTS,))
async def agreement(asked: AtDeskAsked[NoFilter]) -> VolunteerAgreementRow | None:
    """One agreement: for the official, the provider, the volunteer, a guardian and the supervisor."""
    row = await q.agreement(asked.connection, asked.id)
    return row if row is not None and await concerns(asked.place, row) else None


@listed(
    "/provider/volunteer-agreements",
    "provider_agreements",
    AgreementView,
    of=(VOLUNTEER_AGREEMENTS,),
    by=q.Filter,
)
async def provider_agreements(asked: AtDeskAsked[q.Filter]) -> Page[VolunteerAgreementRow]:
    """Agreements of the providers for which the reader acts, the newest first."""
    own = await providers_of(asked.place)
    return await q.agreements(asked.connection, asked.chosen, providers=own, after=asked.after, limit=asked.limit)


@listed(
    "/me/volunteer-agreements",
    "own_agreements",
    AgreementView,
    of=(VOLUNTEER_AGREEMENTS,),
    by=q.Filter,
    only=("state",),
)
async def own_agreements(asked: AtDeskAsked[q.Filter]) -> Page[VolunteerAgreementRow]:
    """Agreements of which the reader is the volunteer, a guardian or the supervisor, the newest first."""
    me = asked.place.person_id
    return await q.agreements(asked.connection, asked.chosen, person_id=me, after=asked.after, limit=asked.limit)


@query("/volunteer-agreements/{id:uuid}/words", "agreement_words", shows=AgreementWords)
async def words(request: Request[Any, Any, Any], desk: AtDesk, id: FromPath[UUID]) -> Response[Any]:  # noqa: A002 - the path's word
    """Why hours were told late, corrected or rejected, and why the agreement ended: for those concerned by it."""
    async with desk.reading((VOLUNTEER_AGREEMENTS,)) as connection:
        row = await q.agreement(connection, id)
    if row is None or not await concerns(desk, row):
        raise StreamNotFound
    said = [*await _said(desk, row.agreement_id), *await _said(desk, row.ledger_id)]
    shown_words = AgreementWords(row.agreement_id, sorted(said, key=lambda one: one.at))
    return answer(request, shown_words, cache="no-store")


async def _said(desk: Desk, stream_id: UUID) -> list[Words]:
    """Of one stream; nothing of who was erased."""
    system, found = desk.system, []
    for stored in await system.store.read_stream(desk.tenant.tenant_id, stream_id):
        event = restore(system.registry, stored)
        for fields in (await system.eraser.vault.open(stored)).values():
            if "reason" in fields:
                entry: UUID | None = getattr(event, "entry_id", None)
                found.append(Words(type(event).__name__, stored.occurred_at, entry, fields["reason"]))
    return found


ROUTES = Routes(
    commands=(
        CommandRoute("/volunteer-agreements", c.OfferAgreement, reads=_AGREEMENT),
        CommandRoute(f"{_AGREEMENT}/accept", c.AcceptAgreement),
        CommandRoute(f"{_AGREEMENT}/decline", c.DeclineAgreement),
        CommandRoute(f"{_AGREEMENT}/withdraw", c.WithdrawOffer),
        CommandRoute(f"{_AGREEMENT}/consent", c.GiveGuardianConsent),
        CommandRoute(f"{_AGREEMENT}/refuse-consent", c.RefuseGuardianConsent),
        CommandRoute(f"{_AGREEMENT}/withdraw-consent", c.WithdrawGuardianConsent),
        CommandRoute(f"{_AGREEMENT}/complete", c.CompleteVolunteering),
        CommandRoute(f"{_AGREEMENT}/end", c.EndAgreement),
    ),
    queries=(agreements, agreement, provider_agreements, own_agreements, words),
)
