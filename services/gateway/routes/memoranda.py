"""Memoranda of cooperation: what institutions and their parties owe each other, and what was done of it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from domain.council.commands import memorandum as c
from domain.kernel.vocabulary import LanguageFile
from projections import cooperation_queries as q
from projections.catalogue import MEMORANDA
from projections.reading import Page, ReadConnection
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routes.files import open_files
from services.gateway.routing import Routes
from services.gateway.views import view_of

_ONE = "/memoranda/{id}"
MemorandumView = view_of(q.PublicMemorandum, "Memorandum")


@listed("/memoranda", "memoranda", MemorandumView, of=(MEMORANDA,), by=q.MemorandumFilter)
async def memoranda(asked: AtDeskAsked[q.MemorandumFilter]) -> Page[q.PublicMemorandum]:
    """Memoranda of the institution, the newest first."""
    return await q.memoranda(asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/memoranda/{id:uuid}", "memorandum", MemorandumView, of=(MEMORANDA,))
async def memorandum(asked: AtDeskAsked[NoFilter]) -> q.PublicMemorandum | None:
    """One memorandum, with what each party owes and what was done of it."""
    return await q.memorandum(asked.connection, asked.id)


@open_listed("/memoranda", MemorandumView, of=(MEMORANDA,), by=q.MemorandumFilter, operation_id="PublicMemoranda")
async def public_memoranda(asked: AtWindowAsked[q.MemorandumFilter]) -> Page[q.PublicMemorandum]:
    """Memoranda of all institutions or of one, the newest first."""
    return await q.memoranda(
        asked.connection, asked.now, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/memoranda/{id:uuid}", MemorandumView, of=(MEMORANDA,), operation_id="PublicMemorandum")
async def public_memorandum(asked: AtWindowAsked[NoFilter]) -> q.PublicMemorandum | None:
    """One memorandum, with what each party owes and what was done of it."""
    return await q.memorandum(asked.connection, asked.id)


async def _one(connection: ReadConnection, _now: datetime, id_: UUID) -> q.PublicMemorandum | None:
    return await q.memorandum(connection, id_)


@open_files("/memoranda/{id:uuid}", MEMORANDA, _one, operation_id="PublicMemorandumFile")
def public_file(found: q.PublicMemorandum) -> Iterable[LanguageFile]:
    """What was signed, or a paper by which a party showed what it did."""
    return (*found.files, *(file for one in found.obligations for file in one.files))


ROUTES = Routes(
    commands=(
        CommandRoute("/memoranda", c.SignMemorandum, reads=_ONE),
        CommandRoute(f"{_ONE}/fulfil", c.FulfilObligation),
        CommandRoute(f"{_ONE}/review", c.ReviewMemorandum),
        CommandRoute(f"{_ONE}/end", c.EndMemorandum),
    ),
    queries=(memoranda, memorandum),
    open=(public_memoranda, public_memorandum, public_file),
)
