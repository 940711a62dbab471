"""The embedded database: a PostgreSQL of our own in the data folder, reached over a private socket only."""

import asyncio
import hashlib
import os
import shutil
from pathlib import Path

import msgspec

from infra.database.account import Account, choose_account, give
from infra.database.administration import administering
from infra.database.binaries import can_enter, find_binaries, reachable_copy
from infra.database.cluster import initialise
from infra.database.interface import MAIN_NODE, SERVER_SETTINGS, ConnectArguments, DatabaseError, OneNode, Role
from infra.database.lockfile import FolderLock, is_held
from infra.database.postmaster import PORT, Layout, Postmaster

SUPERUSER = "postgres"
SOCKET_PATH_LIMIT = 92  # bytes of the folder: sun_path holds 107, of which "/.s.PGSQL.5432" takes its share
SETTINGS = {
    "max_connections": "200",
    "log_min_messages": "warning",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "max_slot_wal_keep_size": "8GB",  # a backup that stays away must not fill the disk of the system
}
LOG_BYTES = 16 << 20
"""Of the server's own log, beyond which a start begins a new one; the one before it stays as `postgresql.log.1`."""


class _Address(msgspec.Struct, frozen=True):
    sockets: str
    database: str


class EmbeddedDatabase(OneNode):
    """A PostgreSQL server under `folder`, started as our child and brought back when it is killed.

    One process at a time owns a folder; others of the same machine reach the running server by `attached`. Without
    `brought_back` it stays away when it ends by itself.
    """

    def __init__(
        self, folder: Path, *, name: str = "pakt", settings: dict[str, str] | None = None, brought_back: bool = True
    ) -> None:
        self._folder = folder.absolute()
        self._name = name
        self._settings = SETTINGS | (settings or {})
        self._brought_back = brought_back
        self._lock = FolderLock(_lock_path(self._folder))
        self._postmaster: Postmaster | None = None
        self._sockets = ""

    @property
    def pid(self) -> int | None:
        """Process id of the server, None when it is not started."""
        return self._postmaster.pid if self._postmaster is not None else None

    async def start(self) -> None:
        """Lock the folder, make the cluster if there is none, start the server, make the database."""
        await asyncio.to_thread(self._start)
        await self._create_database()

    async def stop(self) -> None:
        """Stop the server cleanly and release the folder."""
        await asyncio.to_thread(self._stop)

    def dsn(self, role: Role, node: str = MAIN_NODE) -> ConnectArguments:
        """Socket folder, user and database; no password, the socket folder is closed to others."""
        del node
        return _arguments(_Address(self._sockets, self._name), role)

    def _start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock.take()
        try:
            self._launch()
        except BaseException:
            self._lock.release()
            raise

    def _launch(self) -> None:
        cluster = self._folder / "cluster"
        account = choose_account(cluster)
        binaries = find_binaries()
        if account.drop:
            binaries = reachable_copy(binaries, account.uid, account.gid)
        initialise(binaries, account, cluster)
        give(cluster, account)
        sockets = _socket_folder(self._folder, account)
        layout = Layout(cluster=cluster, sockets=sockets, log_file=self._folder / "postgresql.log")
        _begin_new(layout.log_file)
        self._postmaster = Postmaster(binaries, account, layout, self._settings, brought_back=self._brought_back)
        self._postmaster.start()
        self._sockets = str(sockets)
        address = msgspec.json.encode(_Address(self._sockets, self._name))
        _address_path(self._folder).write_bytes(address)

    def _stop(self) -> None:
        if self._postmaster is not None:
            self._postmaster.stop()
            self._postmaster = None
            shutil.rmtree(self._sockets, ignore_errors=True)
        _address_path(self._folder).unlink(missing_ok=True)
        self._lock.release()

    async def _create_database(self) -> None:
        arguments = self.dsn(Role.ADMIN)
        arguments["database"] = "postgres"
        async with administering(arguments) as connection:
            if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", self._name):
                await connection.execute(f'CREATE DATABASE "{self._name}"')


class AttachedDatabase(OneNode):
    """The embedded server another process runs on the same folder; starting and stopping it is that one's affair."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._address = _Address("", "")

    async def start(self) -> None:
        """Read where the running server listens.

        Raises:
            DatabaseError: no process runs a server on this folder.
        """
        if not is_running(self._folder):
            raise DatabaseError(f"no Pakt process runs a database on {self._folder}")
        self._address = msgspec.json.decode(_address_path(self._folder).read_bytes(), type=_Address)

    async def stop(self) -> None:
        """Nothing is ours to stop."""

    def dsn(self, role: Role, node: str = MAIN_NODE) -> ConnectArguments:
        """As the running server's own process connects."""
        del node
        return _arguments(self._address, role)


def is_running(folder: Path) -> bool:
    """Whether a live process runs an embedded server on `folder` and has told where it listens."""
    return is_held(_lock_path(folder)) and _address_path(folder).exists()


def _arguments(address: _Address, role: Role) -> ConnectArguments:
    return {
        "host": address.sockets,
        "port": PORT,
        "user": SUPERUSER if role is Role.ADMIN else role.value,
        "database": address.database,
        "server_settings": dict(SERVER_SETTINGS),
    }


def _lock_path(folder: Path) -> Path:
    return folder / "lock"


def _address_path(folder: Path) -> Path:
    return folder / "address.json"


def _socket_folder(folder: Path, account: Account) -> Path:
    """A private folder for the socket: in the data folder if its path is short and open to the server's user."""
    near = folder / "run"
    open_to_server = not account.drop or can_enter(folder, account.uid, account.gid)
    if open_to_server and len(os.fsencode(near)) <= SOCKET_PATH_LIMIT:
        sockets = near
    else:
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        sockets = Path("/tmp") / f"pakt-{digest}"  # noqa: S108 (whoever else owns it is refused below)
    sockets.mkdir(mode=0o700, exist_ok=True)
    if sockets.is_symlink() or sockets.stat().st_uid not in {os.geteuid(), account.uid}:
        raise DatabaseError(f"{sockets} belongs to someone else: remove it and start again")
    give(sockets, account)
    return sockets


def _begin_new(log_file: Path) -> None:
    if log_file.exists() and log_file.stat().st_size > LOG_BYTES:
        log_file.replace(log_file.with_name(f"{log_file.name}.1"))
