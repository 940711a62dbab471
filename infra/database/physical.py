"""PostgreSQL's own programs for copies of a whole server: base backups, their verification, its write-ahead log."""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from infra.database.administration import administering
from infra.database.binaries import find_binaries
from infra.database.interface import ConnectArguments, DatabaseError

SLOT = "pakt_backup"
"""The replication slot by which the server keeps what has not been copied of its write-ahead log yet."""
END_WITHIN = 10.0  # seconds


class Identity(msgspec.Struct, frozen=True):
    """Which server this is: the number that initdb gave its cluster and every copy of it, and its major version."""

    system: str
    major: int


def major_of_programs() -> int:
    """The major version of the programs found, which is that of the servers they can start."""
    return find_binaries().major


async def identity(arguments: ConnectArguments) -> Identity:
    """The identity of the server. Raises: DatabaseError when it cannot be reached."""
    async with administering(arguments) as connection:
        system = await connection.fetchval("SELECT system_identifier FROM pg_control_system()")
        return Identity(str(system), connection.get_server_version().major)


async def base_backup(arguments: ConnectArguments, folder: Path) -> None:
    """Copy the running server into `folder`, a new one: `base.tar.gz`, with the log to start on, and `backup_manifest`.

    Raises: DatabaseError, with what the program said.
    """
    with _service(arguments) as (flags, environment):
        options = ("-D", folder, "-Ft", "-z", "-X", "fetch", "-c", "fast", "--manifest-checksums=SHA256")
        await _run("pg_basebackup", [*flags, *options], environment)


async def verify_backup(folder: Path) -> None:
    """Compare every file of a backup, packed or unpacked, with its manifest; unpacked also its write-ahead log.

    Raises: DatabaseError, naming the first file that differs.
    """
    packed = ("-n",) if (folder / "base.tar.gz").exists() else ()  # the program reads no log inside of an archive
    await _run("pg_verifybackup", [*packed, folder], {})


async def keep_log(arguments: ConnectArguments) -> bool:
    """Have the server keep what has not been copied of its log; answers whether it does so only from now on.

    A slot that fell too far behind, so that the server threw away what it was to keep, is made anew.

    Raises: DatabaseError when the server cannot be reached.
    """
    async with administering(arguments) as connection:
        state = await connection.fetchval("SELECT wal_status FROM pg_replication_slots WHERE slot_name = $1", SLOT)
        if state == "lost":
            await connection.execute("SELECT pg_drop_replication_slot($1)", SLOT)
        if state not in {None, "lost"}:
            return False
        await connection.execute("SELECT pg_create_physical_replication_slot($1, true)", SLOT)
    return True


@asynccontextmanager
async def receiving(arguments: ConnectArguments, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Copy the log that the server keeps into `folder` as it is written, for the block.

    A segment is named as the server names it, with `.partial` behind while it grows. The program tries again by itself
    while the server cannot be reached.
    """
    with _service(arguments) as (flags, environment):
        process = await asyncio.create_subprocess_exec(
            _program("pg_receivewal"),
            *flags,
            *("-D", str(folder), f"--slot={SLOT}", "--no-password", "--synchronous"),
            env={"PATH": os.defpath} | environment,  # none of the PG* variables of whoever called
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), END_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()


@contextmanager
def _service(arguments: ConnectArguments) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Flags and environment by which the programs connect: a password is on no command line."""
    with tempfile.TemporaryDirectory(prefix="pakt-") as folder:
        file = Path(folder) / "service.conf"
        file.touch(mode=0o600)
        pairs = "".join(f"{key}={value}\n" for key, value in _parameters(arguments).items())
        file.write_text(f"[pakt]\n{pairs}")
        yield ["-d", "service=pakt"], {"PGSERVICEFILE": str(file)}


def _parameters(arguments: ConnectArguments) -> dict[str, str]:
    """The connection in libpq's words; the database does not matter for a whole server."""
    if "dsn" not in arguments:
        return {"host": arguments["host"], "port": str(arguments["port"]), "user": arguments["user"]}
    url = urlsplit(arguments["dsn"])
    found = {"host": url.hostname, "port": url.port, "user": url.username, "password": url.password}
    given = {key: unquote(str(value)) for key, value in found.items() if value is not None}
    return given | dict(parse_qsl(url.query))


def _program(name: str) -> Path:
    return find_binaries().folder / name


async def _run(name: str, arguments: Sequence[object], environment: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        _program(name),
        *map(str, arguments),
        env={"PATH": os.defpath} | environment,  # none of the PG* variables of whoever called
        stdin=asyncio.subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        await _end(process)
    if process.returncode:
        raise DatabaseError(f"{name} failed: {said.decode(errors='replace').strip()}")
