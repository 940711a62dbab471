"""The registers council_election_register and council_ballot_register: the same for everybody, since votes are open."""

from datetime import timedelta

from msgspec.structs import replace

from domain.council.events.election import ballot_id
from domain.kernel.ids import NATIONAL_TENANT
from infra.eventstore.memory import MemoryEventStore
from projections import council_election_queries as q
from projections import deadline_queries
from projections.catalogue import COUNCIL_BALLOTS, COUNCIL_ELECTIONS
from projections.engine import Engine
from tests.domain.council import voting as x
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, Story
from tests.support.given import STREAM
from tests.support.postgres import TestDatabase

TENANT = NATIONAL_TENANT
LAPSED, CANCELLED = x.ORGANISATION, x.OTHER


async def test_an_election_and_its_ballots_as_everybody_sees_them(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    story = Story(memory, TENANT)
    withdrawn = replace(x.WITHDRAWN, person_id=x.CEM)
    await story.tell(STREAM, *x.NOMINATED, withdrawn, replace(x.VOTING_OPENED, candidates=(x.ANA, x.BEN)))
    for one in x.BALLOTS:
        await story.tell(ballot_id(STREAM, one.organisation_id), one)
    await story.tell(LAPSED, x.OPENED, x.LAPSED)
    await story.tell(CANCELLED, *x.OPEN_TO_VOTES, x.CANCELLED)
    await engine.catch_up(TENANT)
    async with reading(database, TENANT) as connection:
        due = (await deadline_queries.deadlines(connection, x.VOTED_UNTIL.due_at - timedelta(days=1))).items
    pending = [(one.stream_id, one.kind, one.action) for one in due if one.state == "pending"]
    assert pending == [(STREAM, "election_voting", "CountVotes")]
    assert sorted(one.state for one in due) == ["cancelled", "met", "met", "met", "pending"]

    await story.tell(STREAM, x.COUNTED)
    await engine.catch_up(TENANT)
    rows = {row.election_id: row for row in await live_rows(database, COUNCIL_ELECTIONS, TENANT)}
    assert {key: row.state for key, row in rows.items()} == {
        STREAM: "counted",
        LAPSED: "lapsed",
        CANCELLED: "cancelled",
    }
    assert len(await live_rows(database, COUNCIL_BALLOTS, TENANT)) == 3
    async with reading_in_public(database, TENANT) as connection:
        seen = await q.election(connection, STREAM)
        assert seen is not None
        assert [one.state.value for one in seen.nominations] == ["accepted", "accepted", "withdrawn"]
        assert (seen.ballots, seen.tallies, seen.candidates) == (3, x.RESULT.tallies, (x.ANA, x.BEN))
        assert len((await q.elections(connection, q.Filter(state="lapsed"))).items) == 1
        for chosen, expected in (
            (q.BallotFilter(), 3),
            (q.BallotFilter(candidate=x.ANA), 1),
            (q.BallotFilter(candidate=x.BEN), 3),
            (q.BallotFilter(organisation_id=x.OTHER), 1),
        ):
            assert len((await q.ballots(connection, STREAM, chosen)).items) == expected, chosen
        first = await q.ballot(connection, ballot_id(STREAM, x.ORGANISATION))
        assert first is not None
        assert (first.receipt, first.candidates, first.tenant) == (x.BALLOTS[0].receipt, (x.ANA, x.BEN), seen.tenant)
        assert (await q.ballots(connection, CANCELLED)).items == []
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert (await q.elections(connection)).items == []
        assert await q.ballot(connection, ballot_id(STREAM, x.ORGANISATION)) is None
