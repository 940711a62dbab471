"""Elections to the Council: called, nominated in, voted in and counted; everybody sees each ballot and counts again."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath

from domain.council.commands import election as c
from domain.council.election import NAME
from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Title
from projections import council_election_queries as q
from projections.catalogue import COUNCIL_BALLOTS, COUNCIL_ELECTIONS
from projections.council_election_register import Nomination
from projections.reading import Page
from services.erasure.holdings import opened_in
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.listing import PUBLIC, answer
from services.gateway.public_scope import AtScope
from services.gateway.query_route import open_query
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
from services.receipts.count_sheet import CountSheet, count_sheet

AnyRequest = Request[Any, Any, Any]
_ELECTION, _BALLOT = "/council-elections/{id}", "/council-ballots/{id}"
ElectionView = view_of(q.PublicElection, "CouncilElection")
BallotView = view_of(q.PublicBallot, "CouncilBallot")


class CandidateView(msgspec.Struct, frozen=True):
    """Who was nominated; `public_name` as they said it when they accepted, null before and where it was erased."""

    person_id: UUID
    organisation_id: UUID
    organisation_name: Title
    state: str
    public_name: str | None


class Candidates(msgspec.Struct, frozen=True):
    """Everybody who was nominated, in that order."""

    election_id: UUID
    candidates: list[CandidateView]


@listed("/council-elections", "council_elections", ElectionView, of=(COUNCIL_ELECTIONS,), by=q.Filter)
async def elections(asked: AtDeskAsked[q.Filter]) -> Page[q.PublicElection]:
    """Elections to the Council, the newest first."""
    return await q.elections(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/council-elections/{id:uuid}", "council_election", ElectionView, of=(COUNCIL_ELECTIONS,))
async def election(asked: AtDeskAsked[NoFilter]) -> q.PublicElection | None:
    """One election: who was nominated, until when votes are cast, and the count."""
    return await q.election(asked.connection, asked.id)


@shown("/council-ballots/{id:uuid}", "council_ballot", BallotView, of=(COUNCIL_BALLOTS,))
async def ballot(asked: AtDeskAsked[NoFilter]) -> q.PublicBallot | None:
    """One organisation's ballot."""
    return await q.ballot(asked.connection, asked.id)


@open_listed(
    "/council-elections",
    ElectionView,
    of=(COUNCIL_ELECTIONS,),
    by=q.Filter,
    within=everywhere,
    operation_id="PublicCouncilElections",
)
async def public_elections(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicElection]:
    """Elections to the Council, the newest first."""
    return await q.elections(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@open_shown("/council-elections/{id:uuid}", ElectionView, of=(COUNCIL_ELECTIONS,), operation_id="PublicCouncilElection")
async def public_election(asked: AtWindowAsked[NoFilter]) -> q.PublicElection | None:
    """One election: who was nominated, until when votes are cast, and the count."""
    return await q.election(asked.connection, asked.id)


@open_listed(
    "/council-elections/{id:uuid}/ballots",
    BallotView,
    of=(COUNCIL_BALLOTS,),
    by=q.BallotFilter,
    within=everywhere,
    operation_id="PublicCouncilBallots",
)
async def public_ballots(asked: AtWindowAsked[q.BallotFilter]) -> Page[q.PublicBallot]:
    """Every ballot of an election, the earliest first; `/v1/public/receipts/{code}` proves each."""
    return await q.ballots(asked.connection, asked.id, asked.chosen, after=asked.after, limit=asked.limit)


@open_query("/council-elections/{id:uuid}/candidates", shows=Candidates, operation_id="PublicCouncilCandidates")
async def public_candidates(request: AnyRequest, seen: AtScope, id: FromPath[UUID]) -> Response[Any]:  # noqa: A002 - the path's word
    """Who was nominated, by the name under which they stand."""
    system = seen.reads.system
    async with seen.within(None).reading((COUNCIL_ELECTIONS,)) as connection:
        row = await q.election(connection, id)
    if row is None:
        raise StreamNotFound
    opened = await opened_in(system.store, system.eraser.vault, NATIONAL_TENANT, [id])
    named = [_named(one, opened.get(one.person_id, {})) for one in row.nominations]
    return answer(request, Candidates(id, named), cache="no-store")


@open_query("/council-elections/{id:uuid}/count-sheet", shows=CountSheet, operation_id="PublicCountSheet")
async def public_count_sheet(request: AnyRequest, seen: AtScope, id: FromPath[UUID]) -> Response[Any]:  # noqa: A002 - the path's word
    """Every ballot with its proof under one checkpoint: whoever has it counts again, alone.

    `services/audit/standalone/count_votes.py` does it.
    """
    return answer(request, await count_sheet(seen.reads.system.store, seen.reads.system.receipts, id), cache=PUBLIC)


def _named(one: Nomination, said: dict[str, str]) -> CandidateView:
    return CandidateView(one.person_id, one.organisation_id, one.organisation_name, one.state.value, said.get(NAME))


ROUTES = Routes(
    commands=(
        CommandRoute("/council-elections", c.OpenElection, reads=_ELECTION),
        CommandRoute(f"{_ELECTION}/nominate", c.NominateCandidate, batch=True),
        CommandRoute(f"{_ELECTION}/accept", c.AcceptNomination),
        CommandRoute(f"{_ELECTION}/withdraw", c.WithdrawCandidacy),
        CommandRoute("/council-ballots", c.CastVote, reads=_BALLOT),
        CommandRoute(f"{_ELECTION}/count", c.CountVotes),
        CommandRoute(f"{_ELECTION}/cancel", c.CancelElection),
    ),
    queries=(elections, election, ballot),
    open=(public_elections, public_election, public_ballots, public_candidates, public_count_sheet),
)
