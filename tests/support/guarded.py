"""A PostgreSQL that asks everybody but its superuser for a password, as one that others run does."""

import os
from pathlib import Path

from infra.database.administration import administering
from infra.database.embedded import EmbeddedDatabase
from infra.database.external import ExternalDatabase
from infra.database.interface import Role
from tests.support.postgres import apart

PASSWORD = "that-of-the-roles"
_WHO = "local all postgres trust\nlocal all all scram-sha-256\n"


class Guarded:
    """A new server in `folder` that nobody has migrated, and how it is reached: by processes without naming anybody."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.database = EmbeddedDatabase(folder)

    def start(self) -> None:
        apart(self._start())

    def stop(self) -> None:
        apart(self.database.stop())

    async def _start(self) -> None:
        await self.database.start()
        (self._folder / "cluster" / "pg_hba.conf").write_text(_WHO)
        async with administering(self.database.dsn(Role.ADMIN)) as connection:
            await connection.execute("SELECT pg_reload_conf()")
            await connection.execute("CREATE DATABASE east")

    def address(self, user: str = "", name: str = "pakt") -> str:
        """Where a database is; without a user, nobody whom the server would let in."""
        arguments = self.database.dsn(Role.ADMIN)
        named = f"{user}@" if user else ""
        return f"postgresql://{named}/{name}?host={arguments['host']}&port={arguments['port']}"

    def at(self, user: str = "", name: str = "pakt", password: str = PASSWORD) -> ExternalDatabase:
        return ExternalDatabase(self.address(user, name), role_password=password)

    def environment(self, data: Path, user: str = "", password: str = PASSWORD) -> dict[str, str]:
        """What a process or a command is given."""
        return {
            **os.environ,
            "PAKT_DATABASE_URL": self.address(user),
            "PAKT_DATABASE_ROLE_PASSWORD": password,
            "PAKT_DATA": str(data),
            "PAKT_WAIT": "1",
        }
