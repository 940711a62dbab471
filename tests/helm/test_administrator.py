"""The database's administrator as the chart has the operator make it: no superuser, and every role is its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from infra.database.administration import NotAdministrator
from infra.database.embedded import EmbeddedDatabase
from infra.database.interface import RUNTIME_ROLES, ConnectArguments, OneNode, Role
from infra.database.migrate import migrate
from tests.helm.chart import CHART

pytestmark = pytest.mark.slow
ATTRIBUTES = {"createrole: true": "CREATEROLE", "bypassrls: true": "BYPASSRLS", "login: true": "LOGIN"}


class Owned(OneNode):
    """A database of `pakt_admin`, on a server of its own: roles belong to a whole server."""

    def __init__(self, arguments: ConnectArguments) -> None:
        self._arguments = arguments

    async def start(self) -> None:
        """It runs."""

    async def stop(self) -> None:
        """Somebody else does."""

    def dsn(self, role: Role, node: str = "main") -> ConnectArguments:
        user = "pakt_admin" if role is Role.ADMIN else role.value
        return {**self._arguments, "user": user, "database": "chart"}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ConnectArguments]:
    """A new server, with the role and the database of the chart's Cluster."""
    database = EmbeddedDatabase(tmp_path / "postgresql")
    await database.start()
    template = (CHART / "templates" / "postgres.yaml").read_text()
    attributes = [word for line, word in ATTRIBUTES.items() if line in template]
    connection = await asyncpg.connect(**database.dsn(Role.ADMIN))
    try:
        await connection.execute(f"CREATE ROLE pakt_admin {' '.join(attributes)}")
        await connection.execute("CREATE DATABASE chart OWNER pakt_admin")
        yield database.dsn(Role.ADMIN)
    finally:
        await connection.close()
        await database.stop()


async def test_it_migrates_and_makes_roles_that_stand_below_row_level_security(server: ConnectArguments) -> None:
    database = Owned(server)
    assert (await migrate(database, ["test.Happened.v1"], role_password="secret")).skipped == 0
    assert (await migrate(database, ["test.Happened.v1"], role_password="another")).applied == ()

    connection = await asyncpg.connect(**database.dsn(Role.ADMIN))
    made = await connection.fetch("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname ^@ 'pakt_'")
    await connection.close()
    assert not any(role["rolsuper"] for role in made)
    assert {role["rolname"] for role in made if role["rolbypassrls"]} == {"pakt_admin", "pakt_owner"}
    assert {role["rolname"] for role in made} == {"pakt_admin", "pakt_owner", *RUNTIME_ROLES}


async def test_roles_that_an_operator_made_would_lock_it_out(server: ConnectArguments) -> None:
    operator = await asyncpg.connect(**server)
    await operator.execute("CREATE ROLE pakt_gateway LOGIN")
    await operator.close()

    with pytest.raises(NotAdministrator, match="permission denied"):
        await migrate(Owned(server), role_password="secret")
