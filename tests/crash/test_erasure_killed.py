"""`kill -9` of the gateway while it erases: whoever the log calls erased is erased soon, everybody else is not."""

import os
import random
import signal
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.support.running import Up, every, only
from tests.support.subjects import about, erase, person, register_member

KILLS = int(os.environ.get("PAKT_CRASH_ROUNDS", "3"))
TENANT = "mj"
SOON = 10.0
"""Seconds after the last kill within which every erasure is complete: the worker looks twice a second."""

pytestmark = [pytest.mark.crash, pytest.mark.slow]


def test_an_erasure_that_was_begun_is_finished(tmp_path: Path) -> None:
    base = Up(tmp_path, *only("projector", "worker"))
    gateway = Up(tmp_path, process="gateway")
    chance, answered = random.Random(11), set()
    try:
        officer = gateway.client(TENANT, "administrator")
        for number in range(KILLS + 1):
            register_member(officer, number)
        took = _seconds_of(gateway, KILLS)
        for number in range(KILLS):
            asking = threading.Thread(target=_ask, args=(gateway, number, answered))
            asking.start()
            time.sleep(chance.uniform(0.0, 1.5 * took))
            gateway.stop(signal.SIGKILL)
            asking.join()
            gateway = Up(tmp_path, process="gateway")
        client = gateway.client(TENANT, "administrator")
        told = _until_complete(client)
        states = {number: about(client, tmp_path, number)["state"] for number in range(KILLS)}
    finally:
        gateway.stop()
        base.stop()

    erased = {number for number in range(KILLS) if str(person(number)) in told}
    print(
        f"erasure: {KILLS} kills, {len(answered)} answered, {len(erased)} in the log, {len(erased - answered)} unheard"
    )
    assert answered <= erased
    assert erased or KILLS < 10, "every kill came before anything was said: nothing is shown"
    assert states == {number: "erased" if number in erased else "held" for number in range(KILLS)}


def _seconds_of(gateway: Up, number: int) -> float:
    """How long an erasure takes that nobody disturbs: kills are to meet others in the middle, on a slow machine too."""
    began, answered = time.monotonic(), set[int]()
    _ask(gateway, number, answered)
    assert answered == {number}
    return time.monotonic() - began


def _ask(gateway: Up, number: int, answered: set[int]) -> None:
    headers = {"Authorization": f"Bearer {gateway.token(TENANT, 'administrator')}"}
    try:
        with httpx.Client(base_url=f"{gateway.url}/v1/tenants/{TENANT}", headers=headers, timeout=5) as client:
            if erase(client, number).status_code == 201:
                answered.add(number)
    except httpx.TransportError:
        return  # the gateway died: nobody knows


def _until_complete(client: httpx.Client) -> set[str]:
    until = time.monotonic() + SOON
    while True:
        found = every(client, "/erasures")
        if all(one["completed_at"] for one in found):
            return {one["subject_id"] for one in found}
        assert time.monotonic() < until, found
        time.sleep(0.1)
