"""Connections that are lent out."""

import asyncio
import os
import socket

from domain.kernel.errors import Overloaded
from infra.database.interface import Role
from projections import connections as lending
from projections.connections import Connections


async def test_what_is_given_back_after_the_end_is_closed(database):
    connections = Connections(database, Role.GATEWAY)

    async with connections.borrow(1) as lent:
        await connections.close()

    assert lent.is_closed()


async def test_closing_is_no_error_when_the_server_is_gone_already(database):
    connections = Connections(database, Role.GATEWAY)
    async with connections.borrow(1) as lent:
        pass
    cut = socket.socket(fileno=os.dup(lent._transport.get_extra_info("socket").fileno()))
    with cut:
        cut.shutdown(socket.SHUT_RDWR)

    await connections.close()

    assert lent.is_closed()


async def test_who_asks_for_much_waits_in_turn_with_the_others(database, monkeypatch):
    monkeypatch.setattr(lending, "MOST_WAITING", 40)
    connections, served = Connections(database, Role.GATEWAY, 1), []

    async def one(tenant: int) -> None:
        async with connections.borrow(tenant):
            served.append(tenant)

    async with connections.borrow(1):
        flood = [asyncio.ensure_future(one(1)) for _ in range(100)]
        await asyncio.sleep(0)
        others = [asyncio.ensure_future(one(2)) for _ in range(5)]
        await asyncio.sleep(0)
        flood[0].cancel()
        await asyncio.sleep(0)
    ended = await asyncio.gather(*flood, *others, return_exceptions=True)
    await connections.close()

    assert sum(isinstance(end, Overloaded) for end in ended[:100]) == 80
    assert ended[100:] == [None] * 5
    assert served[:10] == [1, 2] * 5
    assert len(served) == 24


async def test_who_gives_up_when_the_turn_comes_lets_the_next_one_in(database):
    connections = Connections(database, Role.GATEWAY, 1)

    async def one() -> bool:
        async with connections.borrow(1):
            return True

    async with connections.borrow(1):
        first, second = asyncio.ensure_future(one()), asyncio.ensure_future(one())
        await asyncio.sleep(0)
    first.cancel()  # its turn has come, it does not know yet
    assert await asyncio.wait_for(second, 10)
    assert await asyncio.wait_for(one(), 10)
    await connections.close()
