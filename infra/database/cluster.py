"""A PostgreSQL data folder: made, entered by the server's user, and freed of a server that outlived its parent."""

import contextlib
import logging
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypedDict

import psutil

from infra.database.account import Account
from infra.database.binaries import Binaries, can_enter
from infra.database.interface import DatabaseError

STOP_WITHIN = 30.0  # seconds
_FIRST_WITH_BUILTIN_LOCALE = 17

log = logging.getLogger(__name__)


def initialise(binaries: Binaries, account: Account, cluster: Path) -> None:
    """Make a new, empty data folder; a half-made one from an interrupted attempt is thrown away.

    Raises:
        DatabaseError: initdb failed; the message says why.
    """
    if (cluster / "PG_VERSION").exists():
        major = int((cluster / "PG_VERSION").read_text())
        if major != binaries.major:
            raise DatabaseError(
                f"{cluster} was made by PostgreSQL {major}, the programs found are version {binaries.major}: "
                "use the same major version, or pg_upgrade the folder"
            )
        return
    fresh = cluster.with_name(f"{cluster.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    if account.drop:
        os.chown(fresh, account.uid, account.gid)
    has_builtin = binaries.major >= _FIRST_WITH_BUILTIN_LOCALE
    locale = ("--locale-provider=builtin", "--locale=C.UTF-8") if has_builtin else ("--locale=C",)
    with entry(fresh, account) as (path, fds):
        flags = ("-U", "postgres", "-A", "trust", "--encoding=UTF8", "--no-instructions", *locale)
        made = subprocess.run(  # noqa: S603 (our own programs, our own arguments)
            [binaries.folder / "initdb", "-D", path, *flags],
            capture_output=True,
            text=True,
            pass_fds=fds,
            cwd="/",
            check=False,
            **as_user(account),
        )
    if made.returncode != 0:
        raise DatabaseError(f"initdb failed in {fresh}:\n{made.stderr or made.stdout}")
    fresh.rename(cluster)


@contextlib.contextmanager
def entry(folder: Path, account: Account) -> Iterator[tuple[str, Sequence[int]]]:
    """A path by which the account reaches `folder`, and the descriptors its process must inherit for it.

    Below a folder closed to the account (a temporary folder of root, a private home) the way in is an open
    descriptor: no permission of any folder above has to change.
    """
    if not account.drop or can_enter(folder, account.uid, account.gid):
        yield str(folder.resolve()), ()
        return
    if not Path("/proc/self/fd").exists():
        raise DatabaseError(f"user {account.uid} cannot enter {folder}: choose a data folder that is open to it")
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{fd}", (fd,)
    finally:
        os.close(fd)


def take_over(cluster: Path, sockets: Path) -> None:
    """Stop a server that outlived its Pakt process on this folder, and forget a dead one's pid file.

    Only a process whose working folder is this very cluster is signalled.

    Raises:
        DatabaseError: the old server does not stop.
    """
    process = _running_on(cluster)
    if process is not None:
        log.warning("stopping the PostgreSQL %s that an earlier process left on %s", process.pid, cluster)
        for sign in (signal.SIGINT, signal.SIGQUIT):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(sign)
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(STOP_WITHIN)
                break
        else:
            raise DatabaseError(f"process {process.pid} still runs on {cluster} and does not stop")
    forget_dead_server(cluster, sockets)


def forget_dead_server(cluster: Path, sockets: Path) -> None:
    """Remove the lock files of a server that is dead, a zombie nobody reaps, or someone else's process by now.

    PostgreSQL itself takes such a process for a live server. Nothing is removed while any process works in the folder.
    """
    stale = [path for path in (cluster / "postmaster.pid", *sockets.glob(".s.PGSQL.*.lock")) if _names_a_process(path)]
    if stale and not any(_works_in(process, cluster) for process in psutil.process_iter()):
        for path in stale:
            path.unlink(missing_ok=True)


def _names_a_process(lock_file: Path) -> bool:
    """Whether the process id in a lock file of PostgreSQL exists; a file of none is PostgreSQL's own to clear."""
    pid = _first_number(lock_file)
    return pid is not None and psutil.pid_exists(pid)


def server_pid(cluster: Path) -> int | None:
    """The process id in the folder's postmaster.pid, or None."""
    return _first_number(cluster / "postmaster.pid")


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _running_on(cluster: Path) -> psutil.Process | None:
    pid = server_pid(cluster)
    if pid is None or pid == os.getpid():
        return None
    try:
        process = psutil.Process(pid)
        return process if _works_in(process, cluster) else None
    except psutil.NoSuchProcess:
        return None


def _works_in(process: psutil.Process, cluster: Path) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == cluster.resolve()
    except psutil.Error:
        return False


class User(TypedDict, total=False):
    """Keyword arguments of subprocess calls that say as whom a process runs; none when it runs as ourselves."""

    user: int
    group: int
    extra_groups: list[int]


def as_user(account: Account) -> User:
    """The account as arguments of a subprocess call."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account.drop else {}
