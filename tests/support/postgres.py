"""Databases for tests: one server per test process, one migrated template, one quick copy of it per test."""

import asyncio
import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from infra.database.embedded import EmbeddedDatabase
from infra.database.external import ExternalDatabase
from infra.database.interface import Database, Role
from infra.database.migrate import migrate, register_types
from infra.database.provision import provision_tenant
from infra.database.roles import apply_settings

EXTERNAL_URL = "postgresql://postgres@127.0.0.1:5432/postgres"
Connection = asyncpg.Connection
T = TypeVar("T")


class TestDatabase(ExternalDatabase):
    """A migrated database of one test; `Database` for the code under test, with shortcuts for the test itself."""

    __test__ = False

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url

    @property
    def of_processes(self) -> str:
        """Its address with a user whom the server does not know: processes need none."""
        return self.url.replace("//postgres@", "//nobody_here@")

    @contextlib.asynccontextmanager
    async def connect(self, role: Role = Role.ADMIN) -> AsyncIterator[Connection]:
        connection = await asyncpg.connect(**self.dsn(role))
        try:
            yield connection
        finally:
            await connection.close()

    async def register(self, *names: str) -> None:
        """Register stored event names."""
        async with self.connect() as connection:
            await register_types(connection, names)

    async def provision(self, *tenant_ids: int) -> None:
        """Make tenants known, as municipalities named tenant-N."""
        async with self.connect() as connection:
            for tenant_id in tenant_ids:
                await provision_tenant(connection, tenant_id, f"tenant-{tenant_id}", "municipality")


class Cluster:
    """A server with a migrated template; `clone` and `drop` belong to no event loop.

    `folder` lasts as long, for what belongs to the databases that are kept.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self.folder = Path(tempfile.mkdtemp(prefix="pakt-cluster-"))
        self._template: str | None = None
        self._kept: list[TestDatabase] = []

    def url(self, database: str) -> str:
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{database}"))

    async def clone(self, of: TestDatabase | None = None) -> TestDatabase:
        """A copy of the migrated template, or of a database that was kept."""
        if self._template is None:
            self._template = await self._make_template()
        name, copied = f"pakt_test_{secrets.token_hex(6)}", _name(of) if of else self._template
        async with _connected(self._url) as connection:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {copied} STRATEGY wal_log")
        async with _connected(self.url(name)) as connection:
            await apply_settings(connection)
        return TestDatabase(self.url(name))

    @contextlib.asynccontextmanager
    async def unmigrated(self) -> AsyncIterator[TestDatabase]:
        """A database that no migration has seen."""
        name = f"pakt_empty_{secrets.token_hex(6)}"
        async with _connected(self._url) as connection:
            await connection.execute(f"CREATE DATABASE {name}")
            yield TestDatabase(self.url(name))
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def keep(self, database: TestDatabase) -> None:
        """Nobody is connected to it any more; it is there to be cloned, to the end."""
        self._kept.append(database)

    async def drop(self, database: TestDatabase) -> None:
        async with _connected(self._url) as connection:
            await connection.execute(f"DROP DATABASE {_name(database)} WITH (FORCE)")

    async def close(self) -> None:
        for database in self._kept:
            await self.drop(database)
        shutil.rmtree(self.folder)
        if self._template is not None:
            async with _connected(self._url) as connection:
                await connection.execute(f"DROP DATABASE {self._template} WITH (FORCE)")

    async def _make_template(self) -> str:
        name = f"pakt_template_{secrets.token_hex(6)}"
        async with _connected(self._url) as connection:
            await connection.execute(f"CREATE DATABASE {name}")
        await migrate(ExternalDatabase(self.url(name)))
        return name


def _name(database: TestDatabase) -> str:
    return urlsplit(database.url).path[1:]


class EmbeddedServer:
    """The embedded server of this test process, in a folder of its own."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pakt-tests-"))
        self.database = EmbeddedDatabase(self._folder / "postgres")

    def start(self) -> Cluster:
        apart(self.database.start())
        arguments = self.database.dsn(Role.ADMIN)
        return Cluster(f"postgresql://postgres@/postgres?host={arguments['host']}&port={arguments['port']}")

    def stop(self) -> None:
        apart(self.database.stop())
        shutil.rmtree(self._folder)


def external_cluster() -> Cluster | str:
    """The external server, or why there is none."""
    url = os.environ.get("PAKT_TEST_DATABASE_URL", EXTERNAL_URL)

    async def reach() -> None:
        async with _connected(url):
            pass

    try:
        apart(reach())
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return f"no external PostgreSQL at {url}: {error}"
    return Cluster(url)


def apart(work: "Coroutine[object, object, T]") -> T:
    """Run a coroutine to its end in a loop and a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def database_at(url: str) -> Database:
    """The database behind a URL, for processes that a test starts."""
    return ExternalDatabase(url)


@contextlib.asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        yield connection
    finally:
        await connection.close()
