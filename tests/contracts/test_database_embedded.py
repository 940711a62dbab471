"""Our own supervisor: one server per folder, unprivileged, private, brought back when killed, stopped cleanly."""

import asyncio
import logging
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from infra.database import embedded
from infra.database.account import choose_account
from infra.database.binaries import Binaries, find_binaries
from infra.database.cluster import initialise
from infra.database.embedded import AttachedDatabase, EmbeddedDatabase, is_running
from infra.database.external import ExternalDatabase
from infra.database.interface import Database, DatabaseError, Role
from infra.database.postmaster import Layout, Postmaster

REPOSITORY = Path(__file__).parents[2]


BACK_WITHIN = 10.0  # seconds; the bar of one second is the benchmark's, here the machine carries other tests too


@pytest.fixture
async def started(tmp_path: Path) -> AsyncIterator[EmbeddedDatabase]:
    database = EmbeddedDatabase(tmp_path / "postgres")
    await database.start()
    yield database
    await database.stop()


async def query(database: Database, text: str) -> object:
    connection = await asyncpg.connect(**database.dsn(Role.ADMIN))
    try:
        return await connection.fetchval(text)
    finally:
        await connection.close()


async def until_it_answers(database: Database, text: str = "SELECT 1") -> object:
    while True:
        try:
            return await query(database, text)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(0.005)


async def test_it_is_private_durable_and_ours(started: EmbeddedDatabase) -> None:
    arguments = started.dsn(Role.ADMIN)
    sockets = Path(arguments["host"])
    process = psutil.Process(started.pid)

    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert await query(started, "SHOW listen_addresses") == ""
    assert process.net_connections(kind="inet") == []
    assert process.ppid() == os.getpid()
    assert process.uids().effective != 0
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert await query(started, f"SHOW {setting}") == "on"
    if find_binaries().major > 16:
        assert await query(started, "SELECT datlocprovider = 'b' FROM pg_database WHERE datname = 'pakt'")
    assert await query(started, "SHOW server_encoding") == "UTF8"


async def test_a_folder_takes_one_server(started: EmbeddedDatabase, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=f"process {os.getpid()}"):
        await EmbeddedDatabase(tmp_path / "postgres").start()

    assert await query(started, "SELECT 1") == 1


async def test_another_process_attaches_to_the_running_server(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    with pytest.raises(DatabaseError):
        await AttachedDatabase(folder).start()
    database = EmbeddedDatabase(folder)
    await database.start()
    attached = AttachedDatabase(folder)
    await attached.start()

    assert is_running(folder)
    assert await query(attached, "SELECT current_database()") == "pakt"
    await database.stop()
    assert not is_running(folder)


async def test_killed_it_is_back_with_its_rows(started: EmbeddedDatabase) -> None:
    await query(started, "CREATE TABLE kept AS SELECT generate_series(1, 1000)")
    for _ in range(3):
        old = started.pid
        assert old is not None
        since = time.monotonic()
        os.kill(old, signal.SIGKILL)
        assert await until_it_answers(started, "SELECT count(*) FROM kept") == 1000
        assert time.monotonic() - since < BACK_WITHIN
        assert started.pid != old


@pytest.mark.parametrize("seconds", [0.001, 0.002, 0.003, 0.005, 0.008])
async def test_stopped_while_it_comes_back_from_a_kill_nothing_of_it_is_left(tmp_path: Path, seconds: float) -> None:
    server = EmbeddedDatabase(tmp_path / "postgres")
    await server.start()
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    await asyncio.sleep(seconds)
    await server.stop()

    named = tmp_path / "postgres" / "cluster" / "postmaster.pid"
    assert not named.exists() or not psutil.pid_exists(int(named.read_text().split()[0]))


async def test_stopped_and_started_it_has_its_rows_and_a_log_that_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = EmbeddedDatabase(tmp_path / "postgres")
    await database.start()
    await query(database, "CREATE TABLE kept AS SELECT 7 AS n")
    pid = database.pid
    await database.stop()
    assert not psutil.pid_exists(pid or 0)
    log_file = tmp_path / "postgres" / "postgresql.log"
    assert "database system is shut down" in log_file.read_text()

    monkeypatch.setattr(embedded, "LOG_BYTES", 1)
    await database.start()
    assert "database system is shut down" in log_file.with_name("postgresql.log.1").read_text()
    assert "database system is shut down" not in log_file.read_text()
    assert await query(database, "SELECT n FROM kept") == 7
    await database.stop()
    await database.stop()


LEAVES_AN_ORPHAN = """
import asyncio, os, signal, sys
from pathlib import Path
import asyncpg
from infra.database.embedded import EmbeddedDatabase
from infra.database.interface import Role

async def main():
    database = EmbeddedDatabase(Path(sys.argv[1]))
    await database.start()
    connection = await asyncpg.connect(**database.dsn(Role.ADMIN))
    await connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    print(database.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_a_server_that_outlived_its_parent_is_taken_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "postgres"
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LEAVES_AN_ORPHAN, str(folder), stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY
    )
    output, _ = await parent.communicate()
    orphan = int(output)
    assert psutil.pid_exists(orphan)

    database = EmbeddedDatabase(folder)
    with caplog.at_level(logging.WARNING):
        await database.start()

    assert str(orphan) in caplog.text
    assert database.pid != orphan
    assert await query(database, "SELECT n FROM kept") == 42
    await database.stop()


async def test_a_pid_file_that_names_a_stranger_harms_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    database = EmbeddedDatabase(folder)
    await database.start()
    await database.stop()
    stranger = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE)
    (folder / "cluster" / "postmaster.pid").write_text(f"{stranger.pid}\n{folder}\n1\n5432\n\n\n1 1\nready\n")

    await database.start()

    assert await query(database, "SELECT 1") == 1
    assert stranger.returncode is None
    await database.stop()
    stranger.terminate()
    await stranger.wait()


async def test_a_zombie_is_not_taken_for_a_server(tmp_path: Path) -> None:
    """In a container whose first process reaps nobody, a dead server stays a zombie for ever."""
    folder = tmp_path / "postgres"
    database = EmbeddedDatabase(folder)
    await database.start()
    sockets = Path(database.dsn(Role.ADMIN)["host"])
    await database.stop()
    zombie = subprocess.Popen(["true"])
    while psutil.Process(zombie.pid).status() != psutil.STATUS_ZOMBIE:
        await asyncio.sleep(0.01)
    (folder / "cluster" / "postmaster.pid").write_text(f"{zombie.pid}\n{folder}\n1\n5432\n\n\n1 1\nready\n")
    sockets.mkdir(mode=0o700)
    (sockets / ".s.PGSQL.5432.lock").write_text(f"{zombie.pid}\n{folder}\n1\n5432\n{sockets}\n")

    await database.start()

    assert await query(database, "SELECT 1") == 1
    await database.stop()
    zombie.wait()


async def test_a_long_and_closed_path_does_not_matter(tmp_path: Path) -> None:
    folder = tmp_path / ("long-" * 20) / "closed"
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    database = EmbeddedDatabase(folder / "postgres")

    await database.start()

    assert await query(database, "SELECT 1") == 1
    assert len(database.dsn(Role.ADMIN)["host"]) < 100
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    await database.stop()
    assert not Path(database.dsn(Role.ADMIN)["host"]).exists()


async def test_an_interrupted_initdb_is_begun_again(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    database = EmbeddedDatabase(tmp_path / "postgres")
    await database.start()

    assert await query(database, "SELECT 1") == 1
    assert not half.exists()
    await database.stop()


async def test_another_major_version_is_named(tmp_path: Path) -> None:
    cluster = tmp_path / "postgres" / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("9\n")

    with pytest.raises(DatabaseError, match="PostgreSQL 9"):
        await EmbeddedDatabase(tmp_path / "postgres").start()
    assert not is_running(tmp_path / "postgres")


async def test_what_the_server_says_is_passed_on(tmp_path: Path) -> None:
    database = EmbeddedDatabase(tmp_path / "postgres", settings={"shared_buffers": "no number"})

    with pytest.raises(DatabaseError, match="shared_buffers"):
        await database.start()
    await database.stop()


def test_the_programs_are_new_enough() -> None:
    binaries = find_binaries()

    assert binaries.major >= 16
    assert isinstance(binaries, Binaries)


def test_a_supervisor_without_an_event_loop(tmp_path: Path) -> None:
    account = choose_account(tmp_path / "cluster")
    initialise(find_binaries(), account, tmp_path / "cluster")
    sockets = Path(f"/tmp/pakt-test-{os.getpid()}")
    sockets.mkdir(mode=0o700)
    if account.drop:
        os.chown(sockets, account.uid, account.gid)
    layout = Layout(tmp_path / "cluster", sockets, tmp_path / "log")
    postmaster = Postmaster(find_binaries(), account, layout, {})

    postmaster.start()
    pid = postmaster.pid
    postmaster.stop()

    assert not psutil.pid_exists(pid or 0)
    sockets.rmdir()


async def test_an_external_database_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseError) as caught:
        await ExternalDatabase("postgresql://someone:secret@127.0.0.1:1/none").start()
    assert "secret" not in str(caught.value)


def test_roles_replace_user_and_password_of_the_url() -> None:
    database = ExternalDatabase("postgresql://root:secret@db/pakt", role_password="other")

    admin, gateway = database.dsn(Role.ADMIN), database.dsn(Role.GATEWAY)

    assert "user" not in admin
    assert (gateway["user"], gateway["password"]) == ("pakt_gateway", "other")
    assert gateway["server_settings"]["citus.propagate_set_commands"] == "local"
