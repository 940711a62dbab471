"""Questions to the registers of elections and ballots: the same for everybody, since votes are open."""

from uuid import UUID

import msgspec

from projections.council_ballot_register import CouncilBallotRow
from projections.council_election_register import CouncilElectionRow
from projections.lookup import Lookup, with_slug
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    state: str | None = None
    council_id: UUID | None = None


class BallotFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which ballots: those of an organisation, or those that name a candidate."""

    organisation_id: UUID | None = None
    candidate: UUID | None = None


class PublicElection(CouncilElectionRow, frozen=True):
    """An election as everybody sees it."""

    tenant: str = ""


class PublicBallot(CouncilBallotRow, frozen=True):
    """A ballot as everybody sees it."""

    tenant: str = ""


NO_FILTER, EVERY_BALLOT = Filter(), BallotFilter()
_ELECTIONS = Lookup(PublicElection, with_slug("council_election_register"), "opened_at", "election_id", descending=True)
_BALLOTS = Lookup(PublicBallot, with_slug("council_ballot_register"), "cast_at", "ballot_id")


async def elections(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[PublicElection]:
    """Elections, the newest first; the key is `(opened_at, election_id)`."""
    where = Conditions().add_equal(state=chosen.state, council_id=chosen.council_id)
    return await _ELECTIONS.page(connection, where, after, limit)


async def election(connection: ReadConnection, election_id: UUID) -> PublicElection | None:
    """One election."""
    return await _ELECTIONS.one(connection, election_id)


async def ballots(
    connection: ReadConnection,
    election_id: UUID,
    chosen: BallotFilter = EVERY_BALLOT,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicBallot]:
    """The ballots of an election, the earliest first; the key is `(cast_at, ballot_id)`."""
    return await _BALLOTS.page(connection, _of(election_id, chosen), after, limit)


async def ballot(connection: ReadConnection, ballot_id: UUID) -> PublicBallot | None:
    """One ballot."""
    return await _BALLOTS.one(connection, ballot_id)


def _of(election_id: UUID, chosen: BallotFilter) -> Conditions:
    where = Conditions().add_equal(election_id=election_id, organisation_id=chosen.organisation_id)
    return where if chosen.candidate is None else where.add("jsonb_exists(candidates, ?)", str(chosen.candidate))
