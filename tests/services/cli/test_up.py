"""`pakt up`: it says when it is ready, stops when it is told, and refuses what cannot work."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.running import ROOT, Up, pakt

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = Up(tmp_path_factory.mktemp("up") / "data")
    yield running
    if running.process.poll() is None:
        running.stop()


def test_it_serves_when_it_says_so(system: Up) -> None:
    assert system.said == f"ready {system.url}"
    # The description of the API is drawn when it is asked for: seconds, on a machine that is busy.
    with httpx.Client(base_url=system.url, timeout=60) as client:
        found = [client.get(path).status_code for path in ("/healthz", "/readyz", "/openapi.json", "/")]
    assert found == [200] * 4


def test_whoever_tries_it_out_is_told_where_things_are_and_that_their_machine_may_be_called(system: Up) -> None:
    where, called = system.told

    assert {f"{system.url}/docs", str(system.data / "credentials.json")} <= set(where.split())
    assert "webhooks may reach this machine" in called


def test_credentials_are_there_for_their_owner_only(system: Up) -> None:
    path = system.data / "credentials.json"
    credentials = json.loads(path.read_bytes())

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {frozenset(one) for one in credentials} == {frozenset({"tenant", "role", "name", "token"})}
    assert system.client("mj", "auditor").get("/consultations").status_code == 200


def test_a_second_one_on_the_folder_is_refused(system: Up) -> None:
    second = pakt("up", "--port", "0", data=system.data)

    assert (second.returncode, "another `pakt up` runs on" in second.stderr) == (3, True)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = pakt("up", "--port", str(port), data=tmp_path)

    assert (refused.returncode, f"port {port} of 127.0.0.1 is in use" in refused.stderr) == (3, True)


def test_a_part_of_its_own_joins_the_running_database(system: Up) -> None:
    worker = Up(system.data, process="worker")

    assert worker.said == "ready"
    assert worker.stop(signal.SIGINT) == 0
    assert httpx.get(f"{system.url}/readyz").status_code == 200


def test_it_stops_cleanly_and_comes_back_with_everything(system: Up) -> None:
    before = system.client("mj", "administrator").get("/audit").json()
    children = psutil.Process(system.process.pid).children(recursive=True)
    assert system.stop() == 0
    psutil.wait_procs(children, timeout=10)
    assert [child.pid for child in children if child.is_running()] == []

    again = Up(system.data)
    try:
        assert again.client("mj", "administrator").get("/audit").json() == before
    finally:
        assert again.stop() == 0


def test_make_run_is_the_same(tmp_path: Path) -> None:
    recipe = subprocess.run(
        ["make", "-n", "run", f"DATA={tmp_path}", "PORT=4711"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},  # may run below a make
    )

    assert recipe.stdout.splitlines()[-1] == f".venv/bin/pakt up --data {tmp_path} --port 4711"
    assert Path(sys.executable).name.startswith("python")


def test_lost_keys_are_not_replaced_in_silence(tmp_path: Path) -> None:
    Up(tmp_path).stop()
    for key in (tmp_path / "keys").glob("*.key"):
        key.rename(key.with_suffix(".away"))

    refused = pakt("up", "--port", "0", data=tmp_path)

    assert refused.returncode == 3
    assert "lacks the keys of" in refused.stderr
    assert list((tmp_path / "keys").glob("*.key")) == []


@pytest.mark.parametrize("looks", [("audit", "replay", "--tenant", "mj"), ("epoch", "check"), ("keys", "list")])
def test_a_look_at_a_mistaken_folder_makes_nothing(looks: tuple[str, ...], tmp_path: Path) -> None:
    looked = pakt(*looks, data=tmp_path / "typo")

    assert (looked.returncode, "holds no database" in looked.stderr) == (3, True)
    assert not (tmp_path / "typo").exists()


def test_the_doctor_makes_nothing(tmp_path: Path) -> None:
    examined = pakt("doctor", data=tmp_path / "typo")

    assert examined.returncode == 1
    assert "is --data right?" in " ".join(examined.stdout.split())
    assert not (tmp_path / "typo").exists()
