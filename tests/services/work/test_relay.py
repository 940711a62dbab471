"""What follows from events is noted once, for each who says what does."""

from collections.abc import Sequence

import pytest

from domain.kernel.ids import NATIONAL_TENANT
from infra.database.scope import scope
from infra.eventstore.interface import StoredEvent
from infra.work.interface import Work
from services.bootstrap import System
from services.pages import AT_ONCE
from services.work.relay import Relay, Relayed, Sender
from tests.services.work.doing import ECHOED, Doing, left


async def test_a_relay_that_reads_again_notes_nothing_again(system: System) -> None:
    async def checkpoints(position: int) -> None:
        async with system.working.borrow(1) as lent, scope(lent, tenant=NATIONAL_TENANT) as connection:
            await connection.execute("UPDATE es.relay SET position = $1", position)

    doing = Doing()
    relay = Relay(system, [ECHOED], Sender(system.queues, [doing.kind()]))
    await relay.attend(NATIONAL_TENANT)
    first = await left(system)
    await checkpoints(0)
    await relay.attend(NATIONAL_TENANT)

    assert await left(system) == first
    assert len(first) == (await system.engine.heads())[NATIONAL_TENANT] == relay.reached(NATIONAL_TENANT)


async def test_what_one_cannot_follow_holds_up_no_other(system: System) -> None:
    async def broken(_tenant_id: int, _events: Sequence[StoredEvent]) -> Sequence[Work]:
        raise ZeroDivisionError

    relay = Relay(system, [Relayed("broken", broken), ECHOED], Sender(system.queues, [Doing().kind()]))
    with pytest.raises(ZeroDivisionError):
        await relay.attend(NATIONAL_TENANT)

    assert len(await left(system)) == (await system.engine.heads())[NATIONAL_TENANT]
    assert relay.reached(NATIONAL_TENANT) == -1


async def test_each_sees_the_types_it_asked_for(system: System) -> None:
    seen: list[str] = []

    async def noted(_tenant_id: int, events: Sequence[StoredEvent]) -> Sequence[Work]:
        assert len(events) <= AT_ONCE
        seen.extend(one.type_name for one in events)
        return []

    (first, *_) = await system.store.read_log(NATIONAL_TENANT, 0, 1)
    await Relay(system, [Relayed("some", noted, frozenset({first.type_name}))], Sender(system.queues, [])).attend(1)

    assert set(seen) == {first.type_name}
