"""An installation and two witnesses, each a process of its own: every log becomes public, and stays it when one dies."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from infra.tlog.note import Verifier
from tests.services.witness.logs import Running
from tests.support.running import Up, pakt

pytestmark = pytest.mark.journey
WITHIN = 40.0


class World:
    """A running installation, and its witnesses."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        data = folder / "data"
        assert pakt("seed", data=data).returncode == 0
        assert pakt("keys", "make", data=data).returncode == 0
        (key,) = json.loads(pakt("keys", "list", "--json", data=data).stdout)
        self.witnesses = {
            name: Running(folder / name, name=f"witness.example/{name}", prefix=Verifier.parse(key["vkey"]))
            for name in ("w1", "w2")
        }
        for one in self.witnesses.values():
            stack.callback(one.end)
        told = ", ".join(f"{one.url} {one.cosigner}" for one in self.witnesses.values())
        self.environment = {"PAKT_WITNESSES": told}
        self.up = Up(data, environment=self.environment)
        stack.callback(self.up.stop)

    def audit(self, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
        done = pakt("audit", "witnesses", *arguments, "--json", data=self.up.data, environment=self.environment)
        return done.returncode, json.loads(done.stdout)

    def until(self, fits: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        deadline = time.monotonic() + WITHIN
        while True:
            code, held = self.audit()
            assert code == 0
            if fits(held):
                return held
            assert time.monotonic() < deadline, [one for one in held if one["size"] != one["public"]] or len(held)
            time.sleep(0.5)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(tmp_path_factory.mktemp("witnessed"), stack)


def test_every_log_and_the_national_one_become_public(world: World) -> None:
    wanted = {"pakt.localhost/heads/1", "pakt.localhost/mj/1", "pakt.localhost/opm/1"}  # heads, after the others

    held = world.until(
        lambda held: wanted < {one["origin"] for one in held} and all(one["size"] == one["public"] > 0 for one in held)
    )

    assert all(one["lacking"] == [] for one in held)


def test_what_they_cosigned_is_what_is_held(world: World) -> None:
    code, seen = world.audit("--compare")

    assert code == 0
    assert {one["problem"] for one in seen} == {""}
    assert {one["witness"] for one in seen} == {"witness.example/w1", "witness.example/w2"}
    assert len({one["origin"] for one in seen}) > 5


def test_a_witness_that_is_gone_is_told_and_the_rest_goes_on(world: World) -> None:
    world.witnesses["w2"].end(signal.SIGKILL)
    with world.up.client("mj", "consultation_coordinator") as client:
        sent = client.post("/plans", json={"year": 2031, "title": {"sq": {"text": "Plani"}, "sr": {"text": "Plan"}}},
                           headers={"Idempotency-Key": "after"})  # fmt: skip
        assert sent.status_code == 201, sent.text

    def behind(held: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one for one in held if one["origin"] == "pakt.localhost/mj/1" and one["size"] > one["public"]]

    (mj,) = behind(
        world.until(lambda held: bool(behind(held)) and behind(held)[0]["lacking"] == ["witness.example/w2"])
    )
    assert mj["public"] > 0
    code, seen = world.audit("--compare")
    assert code == 1
    assert any("cannot be asked" in one["problem"] for one in seen)
