"""The port of work: it is held by one at a time, its effect happens once and with its end, and lanes keep their order."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.clock import FixedClock
from infra.database.interface import Connection, Role
from infra.database.scope import scope
from infra.work.interface import Again, Done, GivenUp, Held, Work, WorkList
from projections.connections import Connections
from tests.support.postgres import Cluster, TestDatabase
from tests.support.work import listing, rows

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
LEASE = 60.0
KINDS = ("dump", "webhook")


def work(subject: str, tenant_id: int = 2, kind: str = "webhook", lane: str = "", rank: int = 0) -> Work:
    return Work(tenant_id, kind, subject, lane, rank)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(AT)


@pytest.fixture
async def works(database: TestDatabase, clock: FixedClock) -> AsyncIterator[WorkList]:
    async with listing(database, clock) as made:
        yield made


async def held(works: WorkList, one: Work, seconds: float = LEASE) -> Held:
    (found,) = await works.claim([one], seconds)
    return found


async def due(works: WorkList, *tenants: int) -> list[str]:
    return [one.subject for one in await works.due(tenants or (2,), KINDS, 100)]


async def noted(connection: Connection) -> None:
    """An effect: a row that only one may write."""
    await connection.execute("INSERT INTO es.relay (tenant_id, name, position) VALUES (2, 'effect', 1)")


async def effects(database: TestDatabase) -> int:
    async with database.connect() as admin:
        return await admin.fetchval("SELECT count(*) FROM es.relay WHERE name = 'effect'")


async def test_work_is_noted_once_and_found(works: WorkList) -> None:
    one = Work(2, "webhook", "a", "lane", 7, 0, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")

    assert await works.add([one, work("b")]) == [one, work("b")]
    assert await works.add([one, work("c")]) == [work("c")]
    assert await works.add([]) == []
    assert sorted(await due(works)) == ["a", "b", "c"]
    assert (await held(works, one)).work == one


async def test_only_the_tenants_and_kinds_that_are_asked_for_are_found(works: WorkList) -> None:
    await works.add([work("a"), work("d", kind="dump")])
    await works.add([work("b", 3)])

    assert await due(works, 3) == ["b"]
    assert await due(works, 2, 3) == ["a", "d", "b"] or await due(works, 2, 3) == ["d", "a", "b"]
    assert [one.subject for one in await works.due((2, 3), ["dump"], 100)] == ["d"]
    assert await works.due((), KINDS, 100) == await works.due((2,), (), 100) == []
    assert len(await works.due((2, 3), KINDS, 2)) == 2


async def test_what_is_noted_with_other_rows_comes_or_goes_with_them(works: WorkList, database: TestDatabase) -> None:
    connections = Connections(database, Role.PROJECTOR)

    async def broken() -> None:
        async with connections.borrow(2) as lent, scope(lent, tenant=2) as connection:
            assert await works.add([work("a")], within=connection) == [work("a")]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()
    assert await due(works) == []

    async with connections.borrow(2) as lent, scope(lent, tenant=2) as connection:
        await works.add([work("a")], within=connection)
    assert await due(works) == ["a"]
    await connections.close()


async def test_of_many_who_claim_it_one_holds_it(works: WorkList) -> None:
    await works.add([work("a"), work("b")])
    claims = await asyncio.gather(*(works.claim([work("a"), work("b")], LEASE) for _ in range(8)))
    holders = Counter(one.work.subject for claim in claims for one in claim)

    assert holders == {"a": 1, "b": 1}
    assert await due(works) == []


async def test_what_is_done_is_gone_with_its_effect(works: WorkList, database: TestDatabase) -> None:
    await works.add([work("a")])

    assert await works.end(await held(works, work("a")), Done(noted))
    assert (await rows(database), await effects(database)) == ([], 1)
    assert await works.claim([work("a")], LEASE) == []


async def test_what_is_done_together_is_gone_but_what_its_holder_has_lost(
    works: WorkList, database: TestDatabase
) -> None:
    await works.add([work("a"), work("b"), work("c"), work("d", kind="dump")])
    lost = await held(works, work("b"), 0.0)
    mine = [*await works.claim([work("a"), work("c"), work("d", kind="dump")], LEASE)]
    theirs = await held(works, work("b"))

    assert {one.work.subject for one in await works.end_all([*mine, lost])} == {"a", "c", "d"}
    assert [row["subject"] for row in await rows(database)] == ["b"]
    assert await works.end_all([*mine, theirs]) == [theirs]
    assert await works.end_all([]) == []
    assert await rows(database) == []


async def test_an_effect_that_is_refused_leaves_the_work(works: WorkList, database: TestDatabase) -> None:
    async def refused(connection: Connection) -> None:
        await noted(connection)
        await connection.execute("INSERT INTO es.relay (tenant_id, name, position) VALUES (3, 'effect', 1)")

    await works.add([work("a")])
    mine = await held(works, work("a"))
    with pytest.raises(asyncpg.PostgresError):
        await works.end(mine, Done(refused))

    assert await effects(database) == 0
    assert await works.end(mine, Again(1.0, "refused")), "it is still ours"


async def test_whose_time_is_over_ends_nothing(works: WorkList, database: TestDatabase) -> None:
    await works.add([work("a")])
    late = await held(works, work("a"), 0.0)
    second = await held(works, work("a"))

    assert (late.interrupted, second.interrupted) == (0, 1)
    assert not await works.end(late, Done(noted))
    assert await effects(database) == 0
    assert await works.keep([late, second], LEASE) == [second]
    assert await works.end(second, Done(noted))
    assert not await works.end(second, Done(noted)), "nor does anybody twice"
    assert await effects(database) == 1


async def test_who_holds_on_keeps_it(works: WorkList) -> None:
    await works.add([work("a")])
    mine = await held(works, work("a"), 0.2)
    assert await works.keep([mine], LEASE) == [mine]
    await asyncio.sleep(0.25)

    assert await works.claim([work("a")], LEASE) == []
    assert await works.keep([], LEASE) == []


async def test_what_is_let_go_is_anybodys_and_was_not_tried(works: WorkList) -> None:
    await works.add([work("a")])
    await works.let_go([await held(works, work("a"))])
    again = await held(works, work("a"))

    assert (again.interrupted, again.work.attempts) == (0, 0)
    await works.let_go([])


async def test_it_is_tried_again_when_it_is_due(works: WorkList, clock: FixedClock, database: TestDatabase) -> None:
    await works.add([work("a")])
    assert await works.end(await held(works, work("a")), Again(30.0, "no answer", noted))
    ((row),) = await rows(database)
    assert (row["attempts"], row["reason"], row["state"], await effects(database)) == (1, "no answer", "pending", 1)

    clock.at = AT + timedelta(seconds=29)
    assert await due(works) == []
    assert await works.claim([work("a")], LEASE) == []
    clock.at = AT + timedelta(seconds=30)
    assert await due(works) == ["a"]
    assert (await held(works, work("a"))).work.attempts == 1


async def test_what_was_given_up_waits_for_somebody_to_ask(
    works: WorkList, clock: FixedClock, database: TestDatabase
) -> None:
    await works.add([work("a")])
    assert await works.end(await held(works, work("a")), GivenUp("gone " * 1000, noted))
    clock.at = AT + timedelta(days=365)
    ((row),) = await rows(database)
    assert (row["state"], len(row["reason"]), await effects(database)) == ("failed", 1000, 1)
    assert (await due(works), await works.add([work("a")]), await works.claim([work("a")], LEASE)) == ([], [], [])

    connections = Connections(database, Role.PROJECTOR)
    async with connections.borrow(2) as lent, scope(lent, tenant=2) as connection:
        assert await works.revive(2, "webhook", "a", within=connection)
        assert not await works.revive(2, "webhook", "b", within=connection)
    await connections.close()
    revived = await held(works, work("a"))
    assert (revived.work.attempts, revived.interrupted) == (0, 0)


async def test_new_work_is_left_to_its_message_for_a_moment(works: WorkList) -> None:
    await works.add([work("new"), work("tried"), work("interrupted")])
    await works.end(await held(works, work("tried")), Again(0.0, "no answer"))
    await held(works, work("interrupted"), 0.0)
    found = await works.due((2,), KINDS, 100, rested=30.0)

    assert sorted(one.subject for one in found) == ["interrupted", "tried"]
    assert len(await works.due((2,), KINDS, 100, rested=0.0)) == 3


async def test_a_lane_goes_one_by_one_in_order(works: WorkList, clock: FixedClock) -> None:
    first, second, third = (work(name, lane="x", rank=rank) for name, rank in (("c", 1), ("b", 2), ("a", 3)))
    await works.add([third, second, first, work("other", lane="y", rank=9), work("free")])
    assert sorted(await due(works)) == ["c", "free", "other"]
    assert await works.claim([second, third], LEASE) == []
    (mine,) = await works.claim([third, first, second], LEASE)
    assert mine.work == first
    assert (await works.claim([second], LEASE), await works.next_in_lane(first)) == ([], None)

    await works.end(mine, Again(60.0, "no answer"))
    assert await works.claim([second], LEASE) == [], "what waits for its next try holds up its lane"
    clock.at = AT + timedelta(seconds=60)
    await works.end(await held(works, first), GivenUp("no answer"))
    assert await works.next_in_lane(first) == second, "what was given up does not"
    await works.end(await held(works, second), Done())
    assert await works.next_in_lane(second) == third
    await works.end(await held(works, third), Done())
    assert (await works.next_in_lane(third), await works.next_in_lane(work("free"))) == (None, None)


async def test_work_of_two_tenants_is_not_mixed(works: WorkList) -> None:
    with pytest.raises(ValueError, match="too many values"):
        await works.add([work("a", 2), work("b", 3)])


@asynccontextmanager
async def emptied(cluster: Cluster) -> AsyncIterator[TestDatabase]:
    database = await cluster.clone()
    try:
        await database.provision(2)
        yield database
    finally:
        await cluster.drop(database)


STEPS = st.lists(st.sampled_from(["claim", "done", "again", "failed", "let go", "lapse"]), min_size=5, max_size=60)


@settings(max_examples=10, deadline=None)
@given(lanes=st.lists(st.sampled_from(["", "x", "y"]), min_size=1, max_size=6), steps=STEPS)
async def test_whatever_happens_effects_are_single_and_lanes_in_order(
    embedded_cluster: Cluster, lanes: list[str], steps: list[str]
) -> None:
    """Beside a model: who holds what; the order in which work of a lane ends well."""
    async with emptied(embedded_cluster) as database, listing(database, FixedClock(AT)) as works:
        all_work = [work(f"s{rank}", lane=lane, rank=rank) for rank, lane in enumerate(lanes)]
        await works.add(all_work)
        holding: list[Held] = []
        ended: list[Work] = []
        for step in steps:
            if step == "claim":
                holding += await works.claim(all_work, LEASE)
            elif step == "lapse":
                holding += await works.claim(all_work, 0.0)
                assert not await works.keep(holding, 0.0) or holding
            elif holding:
                one = holding.pop(0)
                outcome = {"done": Done(), "again": Again(0.0, "no"), "failed": GivenUp("no")}.get(step)
                if outcome is None:
                    await works.let_go([one])
                elif await works.end(one, outcome) and step != "again":
                    ended.append(one.work)

        assert max(Counter(one.subject for one in ended).values(), default=1) == 1
        for lane in ("x", "y"):
            ranks = [one.rank for one in ended if one.lane == lane]
            assert ranks == sorted(ranks)
        left = {row["subject"] for row in await rows(database) if row["state"] == "pending"}
        assert left | {one.subject for one in ended} == {one.subject for one in all_work}
