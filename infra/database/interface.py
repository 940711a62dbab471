"""The database's port: a PostgreSQL that can be started, stopped and connected to in one of seven roles."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, TypeAlias, TypedDict

import asyncpg

MAIN_NODE = "main"

# A name for the driver's connection, whose class takes a parameter for type checkers only.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# Plain PostgreSQL accepts both: they make a cluster distributed by Citus carry `SET LOCAL` to its shards and answer
# asyncpg's type look-ups in milliseconds.
SERVER_SETTINGS = {"citus.override_table_visibility": "off", "citus.propagate_set_commands": "local"}


class Role(StrEnum):
    """Who a connection is. Every role but ADMIN owns nothing and stands below row-level security."""

    ADMIN = "admin"
    """Migrations, moves, back-ups and tests only: the user who set the database up. No running process is."""
    APPENDER = "pakt_appender"
    """Appends to every log; of stored events it sees keys and times, never content."""
    GATEWAY = "pakt_gateway"
    """Reads the log and the read models of one tenant; keeps its subject keys, and cosignatures that are handed in.
    Looks at what belongs to no tenant: which schema, which nodes, numbers of the keys that are needed."""
    PUBLIC = "pakt_public"
    """Reads what read models show to everyone, over several tenants."""
    PROJECTOR = "pakt_projector"
    """Reads one tenant's log and writes its read models and checkpoints."""
    AUDITOR = "pakt_auditor"
    """Reads the logs and read models of named tenants."""
    SEALER = "pakt_sealer"
    """Reads one tenant's log and writes its trees, their heads and what witnesses said of them; nothing else."""


RUNTIME_ROLES = (Role.APPENDER, Role.GATEWAY, Role.PUBLIC, Role.PROJECTOR, Role.AUDITOR, Role.SEALER)


class ConnectArguments(TypedDict, total=False):
    """Keyword arguments for `asyncpg.connect`."""

    dsn: str
    host: str
    port: int
    user: str
    password: str
    database: str
    server_settings: dict[str, str]


class DatabaseError(Exception):
    """The database cannot be started or used as configured; the message says what to do about it."""


class SchemaDiffers(DatabaseError):
    """The database's schema is not the one that this version of Pakt knows."""


class NodeUnknown(DatabaseError):
    """Tenants are kept by a node that the settings do not name."""

    def __init__(self, nodes: Sequence[str]) -> None:
        super().__init__(
            f"tenants are kept by node {', '.join(nodes)}, which PAKT_NODES does not name: "
            "every process needs the addresses of all nodes"
        )


class Database(Protocol):
    """A PostgreSQL 16 or newer. On one machine there is one node; a cluster keeps each tenant on one of several."""

    async def start(self) -> None:
        """Make the database reachable.

        Raises:
            DatabaseError: it cannot be reached, is too old, or its folder is in use by another process.
        """
        ...

    async def stop(self) -> None:
        """Release what `start` took. An embedded server is stopped cleanly; nothing that was committed is lost."""
        ...

    def dsn(self, role: Role, node: str = MAIN_NODE) -> ConnectArguments:
        """How to connect to `node` as `role`; valid after `start`, also across restarts of the server."""
        ...

    @property
    def nodes(self) -> tuple[str, ...]:
        """The names of all nodes, that of the home first, which keeps what belongs to no single tenant."""
        ...

    def placement(self, tenant_id: int) -> str:
        """The node that keeps the tenant, as far as known. Transactions stay within one node."""
        ...

    async def refresh(self) -> None:
        """Find out anew which node keeps which tenant.

        Raises: DatabaseError when the home cannot say.
        """
        ...


class OneNode:
    """What a database of one node says of nodes."""

    @property
    def nodes(self) -> tuple[str, ...]:
        """There is one."""
        return (MAIN_NODE,)

    def placement(self, tenant_id: int) -> str:  # noqa: ARG002 - whichever it is
        """There is one."""
        return MAIN_NODE

    async def refresh(self) -> None:
        """Nothing is ever elsewhere."""
