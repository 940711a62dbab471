"""Connections that are lent out."""

from infra.database.interface import Role
from projections.connections import Connections


async def test_what_is_given_back_after_the_end_is_closed(database):
    connections = Connections(database, Role.GATEWAY)

    async with connections.borrow(1) as lent:
        await connections.close()

    assert lent.is_closed()
