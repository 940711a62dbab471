"""Connections that are lent out."""

import os
import socket

from infra.database.interface import Role
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
