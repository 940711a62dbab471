"""The one way to a connection. No network can keep anybody waiting for ever: a peer that is silent is given up.

What a statement may take is said by the roles on the server (`infra.database.roles`), and by who asks. Here the line is
watched: data that nobody acknowledges for `UNHEARD` seconds ends the connection, and so does an idle line whose other
end does not answer. A server that is busy acknowledges; a cable that was pulled does not.
"""

import asyncio
import socket

import asyncpg

from infra.database.interface import ConnectArguments, Connection

CONNECT_WITHIN = 10.0
"""Seconds until a server must have let us in."""
UNHEARD = 10
"""Seconds for which sent data may stay unacknowledged (RFC 5482, TCP_USER_TIMEOUT)."""
IDLE = 10
"""Seconds of silence after which an idle line is probed."""
PROBE_EVERY = 3
PROBES = 4


async def connect(
    arguments: ConnectArguments, *, within: float = CONNECT_WITHIN, cached_statements: int = 100
) -> Connection:
    """A connection by the arguments that `Database.dsn` answers.

    Raises: OSError (TimeoutError among them), asyncpg.PostgresError or asyncpg.InterfaceError.
    """
    connection: Connection = await asyncpg.connect(**arguments, timeout=within, statement_cache_size=cached_statements)
    _watch(connection._transport)  # type: ignore[attr-defined]  # noqa: SLF001 - there is no other way
    return connection


def _watch(transport: asyncio.Transport) -> None:
    """Have the system watch the line. A socket of the same machine needs no watching."""
    line = transport.get_extra_info("socket")
    if line is None or line.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # Linux has all of them; other systems, where Pakt is developed, lack some.
    told = {"TCP_USER_TIMEOUT": UNHEARD * 1000, "TCP_KEEPIDLE": IDLE, "TCP_KEEPINTVL": PROBE_EVERY}
    for name, value in (told | {"TCP_KEEPCNT": PROBES}).items():
        if (option := getattr(socket, name, None)) is not None:
            line.setsockopt(socket.IPPROTO_TCP, option, value)
