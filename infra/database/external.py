"""A PostgreSQL somebody else runs, named by PAKT_DATABASE_URL."""

import asyncpg

from infra.database.administration import LOOKER
from infra.database.connecting import connect
from infra.database.interface import MAIN_NODE, SERVER_SETTINGS, ConnectArguments, DatabaseError, OneNode, Role
from infra.database.server_version import require_version

START_WITHIN = 15.0


class ExternalDatabase(OneNode):
    """The server behind a DSN, one node; the coordinator of a cluster finds the others by itself.

    The DSN's user is the administrator, for commands of operators; processes need none and leave it out. Runtime roles
    connect by the same DSN with their own name and `role_password`; without one the server must let them in by its own
    rules (peer, certificate, trust).
    """

    def __init__(self, url: str, *, role_password: str | None = None, named: str = "PAKT_DATABASE_URL") -> None:
        self._url = url
        self._role_password = role_password
        self._named = named

    async def start(self) -> None:
        """Connect once as a process does, and look at the version. A server that does not let it in is there, too.

        Raises:
            DatabaseError: the server cannot be reached or is older than 15. Version 15 is accepted with a warning.
        """
        try:
            connection = await connect(self.dsn(LOOKER), within=START_WITHIN)
        except asyncpg.InvalidAuthorizationSpecificationError:
            return  # nobody has migrated it yet, or will now: whoever cannot go on says so
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise DatabaseError(f"the database of {self._named} cannot be reached: {reason}") from error
        try:
            require_version(connection)
        finally:
            await connection.close()

    async def stop(self) -> None:
        """Nothing is held between calls."""

    def dsn(self, role: Role, node: str = MAIN_NODE) -> ConnectArguments:
        """The DSN, with user and password replaced for a runtime role."""
        del node
        arguments: ConnectArguments = {"dsn": self._url, "server_settings": dict(SERVER_SETTINGS)}
        if role is not Role.ADMIN:
            arguments["user"] = role.value
            if self._role_password is not None:
                arguments["password"] = self._role_password
        return arguments
