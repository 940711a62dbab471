"""`pakt up` as a process of its own, and `pakt` commands beside it: as an operator runs them."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

import httpx
import msgspec

from services.cli.__main__ import run
from services.part_names import Part

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60.0
ENDS_WITHIN = 30.0
SHARED = Path(os.environ.get("PAKT_TEST_DATA", ROOT.parent / "shared" / "data"))
"""Real data that does not ship with Pakt; tests on it are skipped where it is not."""


class Ended(AssertionError):
    """A process ended before it was ready, with the exit code `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(f"it ended with {code}")
        self.code = code


def only(*parts: str) -> list[str]:
    """Options of `pakt up` that leave all other parts to processes of their own."""
    return [option for part in Part if part not in parts for option in ("--without", part.value)]


class Up:
    """A running installation in `data`, or one `process` of it."""

    def __init__(
        self,
        data: Path,
        *arguments: str,
        port: int = 0,
        environment: dict[str, str] | None = None,
        log: IO[bytes] | None = None,
        process: str = "up",
    ) -> None:
        self.data = data
        self._clients: list[httpx.Client] = []
        where = ["--port", str(port)] if process in {"up", "gateway"} else []
        command = [sys.executable, "-m", "services.cli", process, "--data", str(data), *where, *arguments]
        began = time.monotonic()
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | (environment or {})
        )
        self.told: list[str] = []
        """What it said before it was ready."""
        self.said = self._until_ready()
        self.ready_after = time.monotonic() - began
        self.url = self.said.split()[1] if " " in self.said else ""

    def _until_ready(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("ready"):
                return line.strip()
            self.told.append(line.strip())
        with self.process:
            raise Ended(self.process.wait())

    def token(self, tenant: str, role: str) -> str:
        """The demo token of that role there."""
        credentials: list[dict[str, str]] = msgspec.json.decode((self.data / "credentials.json").read_bytes())
        return next(one["token"] for one in credentials if (one["tenant"], one["role"]) == (tenant, role))

    def client(self, tenant: str, role: str) -> httpx.Client:
        """An HTTP client signed in as that role, with the tenant's addresses as its base."""
        headers = {"Authorization": f"Bearer {self.token(tenant, role)}"}
        made = httpx.Client(base_url=f"{self.url}/v1/tenants/{tenant}", headers=headers, timeout=30)
        self._clients.append(made)
        return made

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Its exit code after a signal."""
        for client in self._clients:
            client.close()
        self.process.send_signal(number)
        with self.process:
            return self.process.wait(ENDS_WITHIN)

    def pakt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command on the same folder."""
        return pakt(*arguments, data=self.data)


def pakt(
    *arguments: str, data: Path | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a `pakt` command to its end."""
    folder = ["--data", str(data)] if data else []
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *arguments, *folder],
        cwd=ROOT,
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def called(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Call a `pakt` command within this process, which knows the code already: a second or two sooner."""
    said, complained = (io.TextIOWrapper(io.BytesIO(), write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        code = run([*arguments, "--data", str(data)])
    out, error = (one.buffer.getvalue().decode() for one in (said, complained))  # type: ignore[attr-defined] # as made
    return subprocess.CompletedProcess(list(arguments), code, out, error)


def start_pakt(*arguments: str, data: Path) -> subprocess.Popen[str]:
    """Begin a `pakt` command."""
    command = [sys.executable, "-m", "services.cli", *arguments, "--data", str(data)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def every(client: httpx.Client, path: str, **parameters: Any) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = client.get(path, params={"limit": 200, **parameters} | ({"cursor": cursor} if cursor else {}))
        assert page.status_code == 200, page.text
        items += page.json()["items"]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            return items
