"""The scenarios of an Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header), over a real address.

Each is judged as the file states it. A request that comes while the first one with its key still runs is told so (409)
once it has waited for the answer in vain; where the first ends in time, it is given that one's answer.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from domain.kernel.manifest import Scope
from infra.database.interface import Role as DatabaseRole
from services.bootstrap import System
from tests.services.gateway.client import PROBLEM, Caller
from tests.support.clients import bearer, registered

FILE = Path("../shared/data/http/idempotency.json")
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the scenarios (../shared/data/http) are not here")
SCENARIOS: list[dict[str, Any]] = json.loads(FILE.read_text())["scenarios"] if FILE.exists() else []
TITLE = {code: {"text": words} for code, words in (("sq", "Grupi"), ("sr", "Grupa"))}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one["name"])
async def test_a_scenario(system: System, caller: Caller, scenario: dict[str, Any]) -> None:
    """As stated. What is held is held by the log's own lock, as a slow database would."""
    system.handler.patience = 0.3
    mj = (await system.handler.authority.tenant("mj")).tenant_id
    before = await system.store.head(mj)
    answers: dict[int, httpx.Response] = {}
    held: dict[int, asyncio.Task[httpx.Response]] = {}
    async with AsyncExitStack() as holding:
        for n, step in enumerate(scenario["steps"]):
            if step.get("hold"):
                await holding.enter_async_context(_locked(system, mj))
            sent = asyncio.ensure_future(_post(caller, step))
            if step.get("hold"):
                held[n] = sent
                await asyncio.sleep(0.1)
                continue
            answers[n] = await sent
            if not held:
                assert await system.store.head(mj) - before == scenario["expect"][n]["effects"]
    answers |= {n: await sent for n, sent in held.items()}

    for n, expected in enumerate(scenario["expect"]):
        _judge(answers, n, expected)
    assert await system.store.head(mj) - before == scenario["expect"][-1]["effects"]


async def test_a_repeat_waits_for_the_answer_of_a_first_request_that_ends_in_time(
    system: System, caller: Caller
) -> None:
    mj = (await system.handler.authority.tenant("mj")).tenant_id
    before, step = await system.store.head(mj), {"key": "k1", "body": {"amount": 10}}
    async with _locked(system, mj):
        sent = [asyncio.ensure_future(_post(caller, step)) for _ in range(10)]
        await asyncio.sleep(0.3)
    answers = await asyncio.gather(*sent)

    assert {(one.status_code, one.content) for one in answers} == {(201, answers[0].content)}
    assert sum("idempotent-replayed" in one.headers for one in answers) == 9
    assert await system.store.head(mj) - before == 1


async def test_who_is_told_that_the_first_still_runs_is_told_when_to_come_back(system: System, caller: Caller) -> None:
    system.handler.patience = 0.1
    mj = (await system.handler.authority.tenant("mj")).tenant_id
    step = {"key": "k1", "body": {"amount": 10}}
    async with _locked(system, mj):
        first = asyncio.ensure_future(_post(caller, step))
        await asyncio.sleep(0.1)
        told = await _post(caller, step)
    done = await first

    assert (told.status_code, told.json()["type"]) == (409, "/problems/request-still-running")
    assert told.headers["retry-after"] == "1"
    assert (await _post(caller, step)).content == done.content


@asynccontextmanager
async def _locked(system: System, tenant_id: int) -> AsyncIterator[None]:
    """Within it nothing can be appended to the log."""
    connection = await asyncpg.connect(**system.database.dsn(DatabaseRole.ADMIN))
    try:
        async with connection.transaction():
            await connection.execute("SELECT 1 FROM es.tenant_lock WHERE tenant_id = $1 FOR UPDATE", tenant_id)
            yield
    finally:
        await connection.close()


def _judge(answers: dict[int, httpx.Response], n: int, expected: dict[str, Any]) -> None:
    given = answers[n]
    if "same_response_as" in expected:
        first = answers[expected["same_response_as"]]
        assert (given.status_code, given.content) == (first.status_code, first.content)
    elif expected["status"] == "2xx":
        assert given.is_success, given.text
    else:
        assert given.status_code == expected["status"], given.text
        assert (given.headers["content-type"] == PROBLEM) is expected["problem"]


async def _post(caller: Caller, step: dict[str, Any]) -> httpx.Response:
    """One step: what the scenario calls an amount is for how many people there is room."""
    call = {"purpose": "event", "title": TITLE, "task": TITLE, "places": step["body"]["amount"], "until": "2199-12-31"}
    key = {} if step["key"] is None else {"idempotency-key": step["key"]}
    officer = caller.bearer("mj", "consultation_coordinator")
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
