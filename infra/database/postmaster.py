"""A PostgreSQL server as our direct child: started, watched, restarted when it dies if wanted, stopped cleanly.

Blocking code with one thread of its own, so that it belongs to no event loop.
"""

import contextlib
import logging
import signal
import subprocess
import threading
import time
from pathlib import Path

import msgspec

from infra.database.account import Account
from infra.database.binaries import Binaries
from infra.database.cluster import as_user, entry, forget_dead_server, take_over
from infra.database.interface import DatabaseError

PORT = 5432  # names the socket file; nothing listens on TCP
START_WITHIN = 120.0  # seconds; crash recovery of a large log takes its time
STOP_WITHIN = 30.0
LOOK_EVERY = 0.004
RETRY_AFTER = 0.02
_PASSING = ("already exists", "still in use", "already in use", "shutting down", "starting up")
STATUS_LINE = 7  # of postmaster.pid: "starting", "ready", "stopping"

log = logging.getLogger(__name__)


class Layout(msgspec.Struct, frozen=True):
    """Where one server's things are: its data, its socket folder, its log file."""

    cluster: Path
    sockets: Path
    log_file: Path


class Postmaster:
    """One server over one data folder. The caller holds the folder's lock.

    Without `brought_back` it is launched once: where it ends by itself, it stays away.
    """

    def __init__(
        self,
        binaries: Binaries,
        account: Account,
        layout: Layout,
        settings: dict[str, str],
        *,
        brought_back: bool = True,
    ) -> None:
        self._binaries = binaries
        self._account = account
        self._layout = layout
        self._settings = settings
        self._brought_back = brought_back
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the running server."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the server, wait until it accepts connections, and watch it from now on.

        Raises:
            DatabaseError: it does not come up; the message ends with the last lines of its log.
        """
        take_over(self._layout.cluster, self._layout.sockets)
        self._stopping.clear()
        self._launch_until_ready(time.monotonic() + START_WITHIN)
        if not self._brought_back:
            return
        self._watcher = threading.Thread(target=self._watch, name="postgresql-watcher", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Fast shutdown: sessions end, everything is checkpointed; then the process is gone."""
        self._stopping.set()
        process = self._process
        if process is not None:
            _end(process)
        if self._watcher is not None:
            self._watcher.join(STOP_WITHIN)

    def _watch(self) -> None:
        while (process := self._process) is not None:
            code = process.wait()
            if self._stopping.is_set():
                return
            log.warning("PostgreSQL ended with code %s: starting it again", code)
            try:
                self._launch_until_ready(time.monotonic() + START_WITHIN)
            except DatabaseError:
                log.exception("PostgreSQL does not start again")
                self._stopping.wait(1.0)
            if self._stopping.is_set():  # whoever stops us may have seen only the process that had ended
                if self._process is not None:
                    _end(self._process)
                return

    def _launch_until_ready(self, deadline: float) -> None:
        """Launch until one launch comes up: after a kill -9 the old server's children may still hold its memory."""
        while not self._stopping.is_set():
            self._process = process = self._launch()
            if self._wait_ready(process, deadline):
                return
            if time.monotonic() > deadline:
                _end(process)
                raise DatabaseError(f"PostgreSQL did not start:\n{self._last_words()}")
            if not self._brought_back or self._refused_for_good(process.pid):
                raise DatabaseError(f"PostgreSQL refuses to start:\n{self._last_words()}")
            forget_dead_server(self._layout.cluster, self._layout.sockets)
            self._stopping.wait(RETRY_AFTER)

    def _launch(self) -> subprocess.Popen[bytes]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._layout.sockets),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            **self._settings,
        }
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with entry(self._layout.cluster, self._account) as (path, fds), self._layout.log_file.open("ab") as sink:
            self._log_start = sink.tell()
            return subprocess.Popen(  # noqa: S603 (our own programs, our own arguments)
                [self._binaries.folder / "postgres", "-D", path, *flags],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                pass_fds=fds,
                start_new_session=True,  # a terminal's Ctrl-C is ours to handle: the server goes last
                cwd="/",
                **as_user(self._account),
            )

    def _wait_ready(self, process: subprocess.Popen[bytes], deadline: float) -> bool:
        pid_file = self._layout.cluster / "postmaster.pid"
        while process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                lines = pid_file.read_text().splitlines()
                if len(lines) > STATUS_LINE and lines[0] == str(process.pid) and lines[STATUS_LINE].startswith("ready"):
                    return True
            time.sleep(LOOK_EVERY)
        return False

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self._layout.log_file.read_text(errors="replace").splitlines()[-8:])
        return "(no log)"

    def _refused_for_good(self, pid: int) -> bool:
        """Whether this launch ended for a reason that trying again does not mend."""
        with contextlib.suppress(OSError), self._layout.log_file.open("rb") as log_file:
            log_file.seek(self._log_start)
            lines = log_file.read().decode(errors="replace").splitlines()
            # sessions of the killed server may still be writing their own last words
            fatal = [line for line in lines if "FATAL" in line and (f"[{pid}]" in line or line.startswith("FATAL"))]
            return bool(fatal) and not any(text in line for line in fatal for text in _PASSING)
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_WITHIN)
            return
