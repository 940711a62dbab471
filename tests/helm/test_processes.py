"""Each process as a pod of the chart runs it: the chart's settings, keys that nobody can write, nothing else kept."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.helm.chart import Helm, containers, manifests, of_kind
from tests.support.postgres import TestDatabase
from tests.support.running import ROOT, pakt
from tests.support.s3 import s3_server

pytestmark = pytest.mark.slow
READY_WITHIN = 60.0
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mounted(keys: Path) -> list[str]:
    """What makes the folder read-only for one process, root's included, where the system lets us."""
    words = ["unshare", "--mount", "sh", "-c", READ_ONLY, str(keys)]
    able = (
        shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
    )
    return words if able else []


@contextmanager
def process(arguments: list[str], environment: dict[str, str], log: Path) -> Iterator[Callable[[], None]]:
    """The process, begun; call what comes to wait until it is ready. It has to end well when it is told to."""
    data, port = Path(environment["PAKT_DATA"]), free_port()
    own = {"PAKT_HEALTH_PORT": str(port), "PAKT_PORT": str(free_port())}
    command = [*mounted(data / "keys"), sys.executable, "-m", "services.cli", *arguments]
    with log.open("wb") as said:
        running = subprocess.Popen(command, cwd=ROOT, env=environment | own, stdout=said, stderr=said)
        try:
            yield lambda: until_ready(running, port, log)
        finally:
            running.terminate()
            code = running.wait(60)
    assert code == 0, log.read_text()


def until_ready(running: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert running.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


@pytest.fixture
def environment(helm4: Helm, database: TestDatabase, tmp_path: Path) -> Iterator[dict[str, str]]:
    """That of the chart's pods, at this machine's addresses."""
    rendered = manifests(helm4.template("one-server"))
    (settings,) = (one["data"] for one in of_kind(rendered, "ConfigMap"))
    with s3_server() as address:
        yield (
            {name: value for name, value in os.environ.items() if not name.startswith("PAKT_")}
            | settings
            | {
                "PAKT_DATA": str(tmp_path / "data"),
                "PAKT_HOST": "127.0.0.1",
                "PAKT_DATABASE_URL": database.of_processes,
                "AWS_ENDPOINT_URL": address,
                "AWS_ALLOW_HTTP": "true",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
            }
        )


def test_all_of_them_run_on_a_mounted_secret_and_keep_nothing(
    helm4: Helm, environment: dict[str, str], tmp_path: Path
) -> None:
    data = Path(environment["PAKT_DATA"])
    assert pakt("keys", "prepare", data=data).returncode == 0
    keys = {path.name: path.read_bytes() for path in (data / "keys").iterdir()}
    rendered = manifests(helm4.template("one-server"))
    commands = [containers(one["spec"]["template"])[0]["args"] for one in of_kind(rendered, "Deployment")]
    (migration,) = of_kind(rendered, "Job")
    migrate = [sys.executable, "-m", "services.cli", *containers(migration["spec"]["template"])[0]["args"]]
    administrator = {"PAKT_DATABASE_URL": environment["PAKT_DATABASE_URL"].replace("//nobody_here@", "//postgres@")}
    subprocess.run(migrate, env=environment | administrator, cwd=ROOT, check=True)

    with ExitStack() as stack:
        begun = [process(command, environment, tmp_path / f"{command[0]}.log") for command in commands]
        for ready in [stack.enter_context(one) for one in begun]:
            ready()

    assert len(commands) == 5
    assert [path.name for path in data.iterdir()] == ["keys"]
    assert {path.name: path.read_bytes() for path in (data / "keys").iterdir()} == keys
