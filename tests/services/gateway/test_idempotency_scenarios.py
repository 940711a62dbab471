"""The scenarios of an Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header), over a real address.

Of a request that comes while the first one with its key still runs, the draft says 409. Here it waits its turn instead
and is given the first one's answer: the caller learns more, and the effect is one all the same.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.kernel.manifest import Scope
from services.bootstrap import System
from tests.services.gateway.client import PROBLEM, Caller
from tests.support.clients import bearer, registered

FILE = Path("../shared/data/http/idempotency.json")
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the scenarios (../shared/data/http) are not here")
SCENARIOS: list[dict[str, Any]] = json.loads(FILE.read_text())["scenarios"] if FILE.exists() else []
TITLE = {code: {"text": words} for code, words in (("sq", "Grupi"), ("sr", "Grupa"))}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one["name"])
async def test_a_scenario(system: System, caller: Caller, scenario: dict[str, Any]) -> None:
    officer = caller.bearer("mj", "consultation_coordinator")
    mj = (await system.handler.authority.tenant("mj")).tenant_id
    before = await system.store.head(mj)
    running: list[asyncio.Task[httpx.Response]] = []
    answers: list[httpx.Response] = []
    for step, expected in zip(scenario["steps"], scenario["expect"], strict=True):
        sent = asyncio.ensure_future(_post(caller, officer, step))
        if step.get("hold"):
            running.append(sent)
            continue
        answers += [*await asyncio.gather(*running), await sent]
        running.clear()
        assert await system.store.head(mj) - before == expected["effects"]
        if step.get("concurrent"):
            assert (answers[-1].status_code, answers[-1].content) == (201, answers[0].content)
            continue
        _judge(answers, expected)


def _judge(answers: list[httpx.Response], expected: dict[str, Any]) -> None:
    last = answers[-1]
    if "same_response_as" in expected:
        first = answers[expected["same_response_as"]]
        assert (last.status_code, last.content) == (first.status_code, first.content)
    elif expected["status"] == "2xx":
        assert last.is_success, last.text
    else:
        assert last.status_code == expected["status"]
        assert (last.headers["content-type"] == PROBLEM) is expected["problem"]


async def _post(caller: Caller, officer: dict[str, str], step: dict[str, Any]) -> httpx.Response:
    """One step: what the scenario calls an amount is for how many people there is room."""
    call = {"purpose": "event", "title": TITLE, "task": TITLE, "places": step["body"]["amount"], "until": "2199-12-31"}
    key = {} if step["key"] is None else {"idempotency-key": step["key"]}
    return await caller.client.post("/v1/tenants/mj/nomination-calls", json=call, headers=officer | key)


async def test_the_same_holds_of_a_client(system: System, caller: Caller) -> None:
    """Whose keys are its own, whatever other clients call theirs."""
    clients = [bearer(system, await registered(system, Scope.MEMBERS, title=name)) for name in ("One", "Two")]
    path, file = "/v1/tenants/opm/member-directory/sync", b'{"number": "1", "delisted": true}'
    told = {"content-type": "application/x-ndjson", "idempotency-key": "k1"}

    answers = [await caller.client.post(path, content=file, headers=one | told) for one in (*clients, *clients)]

    assert [one.status_code for one in answers] == [200] * 4
    assert [one.json()["sync_id"] for one in answers[:2]] == [one.json()["sync_id"] for one in answers[2:]]
    assert answers[0].json()["sync_id"] != answers[1].json()["sync_id"]
