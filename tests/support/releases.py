"""The releases that are kept: what each one's own code wrote, its migrations and golden payloads by their hashes."""

import asyncio
import lzma
import secrets
import subprocess
import tarfile
from functools import cache
from pathlib import Path

import asyncpg
import msgspec

from infra.database.binaries import find_binaries
from infra.database.roles import create_roles
from tests.support.postgres import Cluster, TestDatabase

RELEASES = Path(__file__).parents[1] / "upgrade" / "releases"


class Release(msgspec.Struct, frozen=True):
    """`commit` is where its code was; `migrations` and `events` are SHA-256 of files by their names."""

    release: str
    commit: str
    migrations: dict[str, str]
    events: dict[str, str]

    @property
    def name(self) -> str:
        """As it is called."""
        return self.release

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return RELEASES / self.release


@cache
def releases() -> tuple[Release, ...]:
    """All of them, the first one first."""
    found = [msgspec.json.decode(path.read_bytes(), type=Release) for path in RELEASES.glob("*/release.json")]
    return tuple(sorted(found, key=lambda one: len(one.migrations)))


async def restored(cluster: Cluster, release: Release, folder: Path) -> TestDatabase:
    """The release's database as its code left it, in a database of its own, and its keys and files in `folder`."""
    name = f"pakt_release_{secrets.token_hex(6)}"
    administration = await asyncpg.connect(cluster.url("postgres"))
    try:
        await create_roles(administration)
        await administration.execute(f"CREATE DATABASE {name}")
    finally:
        await administration.close()
    dump = lzma.decompress((release.folder / "database.sql.xz").read_bytes())
    await asyncio.to_thread(
        _run, "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", cluster.url(name), said=dump
    )
    with tarfile.open(release.folder / "data.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return TestDatabase(cluster.url(name))


def schema_of(url: str) -> list[str]:
    """What `pg_dump` says of a database's schema, without what differs from dump to dump.

    An expression that went through a dump comes back with other parentheses of the same meaning: they are left out.
    """
    plain = _run("pg_dump", "--schema-only", url).decode().translate(str.maketrans("", "", "() "))
    return [line for line in plain.splitlines() if line and not line.startswith(("--", "\\", "SET"))]


def _run(program: str, *arguments: str, said: bytes = b"") -> bytes:
    command = [str(find_binaries().folder / program), *arguments]
    done = subprocess.run(command, input=said, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
