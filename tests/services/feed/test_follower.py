"""A reader's way through the logs: exact in each, complete over restarts, restores and changes of what it may see."""

import asyncio
import random
from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID, uuid4

import msgspec
import pytest

from domain.kernel.manifest import Scope
from infra.database.provision import raise_epoch
from infra.eventstore.interface import Append, NewEvent, StoredEvent
from services.bootstrap import System
from services.command_handling.request import Principal
from services.feed.ends import Ends
from services.feed.follower import Feed, Follower, Told
from services.feed.places import Place, Places
from services.feed.selection import ALWAYS, Selection, fits, is_told
from services.feed.visibility import PUBLIC
from tests.support.clients import acting, changed, registered, revoked

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
METADATA = b'{"actor":"0199f7c1-2222-7333-8444-555566667777","role":"consultation_coordinator","basis":"law"}'
OPENED, PLANNED, SECRET = (
    "consultations.ConsultationOpened.v1",
    "consultations.ConsultationPlanned.v1",
    "consultations.ContributionDrafted.v1",
)


async def append(system: System, tenant_id: int, *types: str, stream: UUID | None = None) -> None:
    """Events of these types, each with a stream and a command of its own unless one stream is given."""
    for n, name in enumerate(types):
        event = NewEvent(stream or uuid4(), n + 1 if stream else 1, name, b'{"n":%d}' % n)
        await system.store.append(Append(tenant_id, uuid4(), AT, METADATA, (event,)))


async def tenant_of(system: System, slug: str) -> int:
    return (await system.handler.authority.tenant(slug)).tenant_id


def follower(
    system: System, reader: Principal | None = None, chosen: Selection | None = None, places: Places | None = None
) -> Follower:
    feed = Feed(system.store, system.handler.authority, "https://pakt.example")
    return Follower(feed, reader, chosen or Selection(), places or Places())


async def to_end(reader: Follower, limit: int = 100) -> list[Told]:
    told: list[Told] = []
    while True:
        told += await reader.next(limit)
        if reader.at_end:
            return told


async def public_of(system: System, tenant_id: int) -> list[StoredEvent]:
    return [one for one in await system.store.read_log(tenant_id, 0, 10_000) if one.type_name in PUBLIC]


def check_chain(told: list[Told], start: int = 0) -> None:
    """Each event of each log says which one was told before it: nothing is missing, nothing comes twice."""
    last: dict[int, int] = {}
    for one in told:
        assert one.previous == last.get(one.event.tenant_id, start)
        assert one.event.position > one.previous
        last[one.event.tenant_id] = one.event.position


async def test_all_logs_are_told_each_in_its_order_and_all_as_they_were_recorded(system: System) -> None:
    tenants = [await tenant_of(system, slug) for slug in ("mj", "prizren", "mflt")]
    for n in range(60):
        await append(system, tenants[n % 3], random.Random(n).choice([OPENED, PLANNED, SECRET]))

    told = await to_end(follower(system), limit=7)

    check_chain(told)
    assert all(a.event.recorded_at <= b.event.recorded_at for a, b in pairwise(told))
    for tenant_id in [1, *tenants]:
        assert [one.event for one in told if one.event.tenant_id == tenant_id] == await public_of(system, tenant_id)


async def test_a_reader_goes_on_after_any_event_as_if_it_had_never_left(system: System) -> None:
    tenant = await tenant_of(system, "mj")
    await append(system, tenant, *[OPENED, SECRET] * 20)
    whole = await to_end(follower(system))

    for cut in range(0, len(whole), 5):
        places = Places.read(whole[cut].after)
        assert [(one.event, one.previous) for one in await to_end(follower(system, places=places), 3)] == [
            (one.event, one.previous) for one in whole[cut + 1 :]
        ]


async def test_what_is_chosen_is_told_and_a_new_epoch_always(system: System) -> None:
    tenant, stream = await tenant_of(system, "mj"), uuid4()
    await append(system, tenant, OPENED, "publications.DocumentWithdrawn.v1", OPENED)
    await append(system, tenant, OPENED, OPENED, stream=stream)
    await append(system, tenant, ALWAYS)

    async def types(chosen: Selection) -> list[str]:
        return [one.event.type_name for one in await to_end(follower(system, chosen=chosen))]

    only = Selection(("mj",), ("publications.*",))
    assert await types(only) == ["publications.DocumentWithdrawn.v1", ALWAYS]
    assert await types(Selection(("mj",), (f"xk.pakt.{OPENED}",))) == [OPENED] * 4 + [ALWAYS]
    assert await types(Selection(("mj",), None, stream)) == [OPENED, OPENED, ALWAYS]
    assert await types(Selection(("prizren",), ("publications.*",))) == []


def test_patterns() -> None:
    assert fits("consultations.*", OPENED)
    assert fits("xk.pakt.consultations.*", OPENED)
    assert fits(OPENED, OPENED)
    assert not fits("consult.*", OPENED)
    assert not fits("consultations", OPENED)
    assert [is_told(one) for one in (OPENED, "consultations.*", SECRET, "nothing.*", "*")] == [
        True,
        True,
        False,
        False,
        False,
    ]


async def test_who_waits_is_woken_by_a_commit(system: System) -> None:
    tenant = await tenant_of(system, "mj")
    reader = follower(system)
    await to_end(reader)
    assert not await reader.wait(0.05)

    waiting = asyncio.ensure_future(reader.wait(20))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await append(system, tenant, OPENED)

    assert await waiting
    assert [one.event.type_name for one in await to_end(reader)] == [OPENED]


async def test_ends_are_looked_up_where_commits_were_not_heard_of(system: System) -> None:
    ends = Ends(system.store, look_after=0.05)
    before = (await ends.newest())[2].position

    ends._known[2] = msgspec.structs.replace(ends._known[2], position=before - 1)  # as if a commit had been missed

    assert await ends.change(lambda known: known[2].position == before, within=5) is True


async def test_begun_now_nothing_of_the_past_is_told(system: System) -> None:
    tenant = await tenant_of(system, "mj")
    await append(system, tenant, OPENED)
    head = await system.store.head(tenant)
    reader = follower(system)
    await reader.skip_to_end()
    assert await to_end(reader) == []

    await append(system, tenant, SECRET, OPENED)

    [told] = await to_end(reader)
    assert (told.event.position, told.previous) == (head + 2, head)


async def test_what_is_lost_of_a_grant_is_told_no_more_though_it_was_read_before(system: System) -> None:
    client = await registered(system, Scope.FEED)
    ministry, other = await tenant_of(system, "mj"), await tenant_of(system, "mflt")
    await append(system, ministry, PLANNED, OPENED, PLANNED)
    reader = follower(system, acting(client), Selection(("mj", "mflt")))
    first: list[Told] = []
    while not first:
        first = [one for one in await reader.next(1) if one.event.type_name == PLANNED]
    assert first[0].event.type_name == PLANNED
    assert reader._held[ministry]  # the rest was read on the same grant

    await changed(system, client, Scope.FEED, tenants=["mflt"])
    await append(system, other, PLANNED)
    rest = await to_end(reader)

    assert [(one.event.tenant_id, one.event.type_name) for one in rest] == [(ministry, OPENED), (other, PLANNED)]
    await revoked(system, client)
    await append(system, other, PLANNED, OPENED)
    assert [one.event.type_name for one in await to_end(reader)] == [OPENED]


async def test_what_is_granted_while_somebody_reads_is_told_from_there_on(system: System) -> None:
    client = await registered(system, Scope.FEED, tenants=["mflt"])
    ministry = await tenant_of(system, "mj")
    await append(system, ministry, PLANNED)
    reader = follower(system, acting(client), Selection(("mj",)))
    assert await to_end(reader) == []

    await changed(system, client, Scope.FEED, tenants=["mj"])
    await append(system, ministry, PLANNED, OPENED)

    told = await to_end(reader)
    assert [one.event.type_name for one in told] == [PLANNED, OPENED]
    check_chain(told)


async def restored(system: System, tenant_id: int, position: int) -> None:
    """The log as a restore leaves it: nothing after a position, and the next epoch begun."""
    async with system.database.connect() as admin:  # type: ignore[attr-defined] # the tests' own database
        await admin.execute("SET session_replication_role = replica")
        for table in ("event", "event_tag", "command"):
            column = "first_position" if table == "command" else "position"
            await admin.execute(f"ALTER TABLE es.{table} DISABLE TRIGGER ALL")
            await admin.execute(f"DELETE FROM es.{table} WHERE tenant_id = $1 AND {column} > $2", tenant_id, position)
        epoch = await admin.fetchval("SELECT epoch FROM es.tenant_lock WHERE tenant_id = $1", tenant_id)
    await raise_epoch(system.database, tenant_id, epoch, epoch + 1)
    await append(system, tenant_id, ALWAYS)


@pytest.mark.parametrize("seen", [8, 10, 9])
async def test_after_a_restore_a_reader_goes_on_or_back_to_where_the_epoch_begins(system: System, seen: int) -> None:
    """Of ten events eight survive: who had seen more is told from the ninth position on, where the new epoch begins."""
    tenant = await tenant_of(system, "gjilan")
    begin = await system.store.head(tenant)
    await append(system, tenant, *[OPENED] * 10)
    chosen = Selection(("gjilan",))
    before = [one for one in await to_end(follower(system, chosen=chosen)) if one.event.position > begin]
    places = Places.read(before[seen - 1].after)

    await restored(system, tenant, begin + 8)
    await append(system, tenant, *[OPENED] * 5)
    told = await to_end(follower(system, chosen=chosen, places=places))

    assert [(one.event.epoch, one.event.position - begin) for one in told] == [(2, n) for n in range(9, 15)]
    assert told[0].event.type_name == ALWAYS
    assert told[0].previous == begin + 8
    check_chain(told, begin + 8)


async def test_over_two_restores_a_reader_goes_back_as_far_as_it_must(system: System) -> None:
    tenant = await tenant_of(system, "gjilan")
    begin = await system.store.head(tenant)
    await append(system, tenant, *[OPENED] * 10)
    await restored(system, tenant, begin + 6)
    await restored(system, tenant, begin + 3)
    await append(system, tenant, OPENED)

    places = Places({tenant: Place(1, begin + 9, begin + 9)})
    told = await to_end(follower(system, chosen=Selection(("gjilan",)), places=places))

    assert [(one.event.epoch, one.event.position - begin) for one in told] == [(3, 4), (3, 5)]
    assert told[0].previous == begin + 3


async def test_a_log_that_ends_where_the_reader_stood_before_it_was_restored(system: System) -> None:
    """The event of the new epoch takes the very position that was seen last."""
    tenant = await tenant_of(system, "gjilan")
    begin = await system.store.head(tenant)
    await append(system, tenant, OPENED, OPENED)
    places = Places({tenant: Place(1, begin + 2, begin + 2)})

    await restored(system, tenant, begin + 1)
    told = await to_end(follower(system, chosen=Selection(("gjilan",)), places=places))

    assert [(one.event.type_name, one.event.position - begin) for one in told] == [(ALWAYS, 2)]


def test_what_is_always_told_is_public() -> None:
    assert ALWAYS in PUBLIC
