"""Batches over HTTP: each item is answered as a request of its own would be, and a bad one changes only itself."""

from typing import Any

import httpx
import msgspec
import pytest

from domain.kernel.manifest import Scope
from services.bootstrap import System
from services.gateway.batch_route import MOST
from tests.services.gateway.client import PROBLEM, Caller
from tests.services.gateway.scenario import opened
from tests.support.clients import MEMBER, OTHER_MEMBER, bearer, mandated, registered, unmandated
from tests.support.system import project

BASE = "/v1/tenants/mj"
BATCH = f"{BASE}/contributions/batch"


async def head(system: System, slug: str = "mj") -> int:
    return await system.store.head((await system.handler.authority.tenant(slug)).tenant_id)


def item(key: str, consultation: object, mandate: object, of: object = MEMBER, **said: Any) -> dict[str, Any]:
    command = {"consultation_id": str(consultation), "organisation_id": str(of), "language": "sq", "body": "Teksti"}
    return {"idempotency_key": key, "mandate_id": str(mandate), "command": command | {"channel": "api"} | said}


async def batch(caller: Caller, client: dict[str, str], items: list[Any], path: str = BATCH) -> httpx.Response:
    return await caller.client.post(path, json={"items": items}, headers=client)


async def test_contributions_of_several_members_in_one_request(system: System, caller: Caller) -> None:
    consultation = await opened(system, "mj")
    client = bearer(system, client_id := await registered(system, Scope.CONTRIBUTIONS))
    mandates = [await mandated(system, client_id, member) for member in (MEMBER, OTHER_MEMBER)]
    items = [
        item("a", consultation, mandates[0]),
        item("b", consultation, mandates[1], OTHER_MEMBER),
        item("c", consultation, mandates[0], OTHER_MEMBER),  # another member's mandate
        item("d", consultation, mandates[0], body=""),
        item("e", consultation, mandates[0], unknown=1),
        {"command": {}},
        item("b", consultation, mandates[1], OTHER_MEMBER),  # the same again
        item("b", consultation, mandates[1], OTHER_MEMBER, body="Tjetër"),  # the key of another request
        item("k k", consultation, mandates[0]),
        item("f", consultation, consultation),  # no mandate of this client
        {name: value for name, value in item("g", consultation, "").items() if name != "mandate_id"},
        item("h", consultation, mandates[0]),
    ]
    before = await head(system)

    answer = await batch(caller, client, items)

    told = answer.json()["items"]
    statuses = [201, 201, 422, 422, 422, 422, 201, 422, 400, 422, 422, 201]
    assert [one["status"] for one in told] == statuses, answer.text
    assert [told[n]["problem"].get("rule") for n in (2, 9, 10)] == ["client.mandate"] * 3
    assert told[3]["problem"]["errors"][0]["pointer"] == "/body"
    assert told[5]["problem"]["errors"][0]["pointer"] == "/idempotency_key"
    assert (told[6]["answer"], told[7]["problem"]["type"]) == (told[1]["answer"], "/problems/idempotency-key-reused")
    assert all(("problem" in one) is (one["status"] >= 400) for one in told)
    positions = [told[n]["answer"]["first_position"] for n in (0, 1, 11)]
    assert positions == sorted(positions)
    assert await head(system) == before + 6
    assert len({told[n]["answer"]["receipt_code"] for n in (0, 1, 11)}) == 3
    good = [items[n] for n in (0, 1, 11)]
    again = [await batch(caller, client, good) for _ in range(2)]
    assert again[0].content == again[1].content
    assert [one["answer"] for one in again[0].json()["items"]] == [told[n]["answer"] for n in (0, 1, 11)]
    assert (again[0].headers["idempotent-replayed"], "idempotent-replayed" in answer.headers) == ("true", False)
    assert await head(system) == before + 6
    await project(system, "mj")
    own = (await caller.get(f"{BASE}/me/contributions", **client)).json()["items"]
    assert {one["organisation_id"] for one in own} == {str(MEMBER), str(OTHER_MEMBER)}
    other = bearer(system, await registered(system, Scope.CONTRIBUTIONS, title="Another"))
    theirs = f"{BASE}/contributions/{told[0]['answer']['stream_id']}"
    assert [(await caller.get(theirs, **one)).status_code for one in (client, other)] == [200, 404]


async def test_drafts_are_submitted_and_taken_back_together(system: System, caller: Caller) -> None:
    consultation = await opened(system, "mj")
    client = bearer(system, client_id := await registered(system, Scope.CONTRIBUTIONS))
    mandate = await mandated(system, client_id)
    said = {"consultation_id": str(consultation), "organisation_id": str(MEMBER), "language": "sq", "body": "Teksti"}
    on = {"mandate_id": str(mandate)}
    drafts = [{"idempotency_key": f"d{n}", "command": said} | on for n in range(2)]
    made = (await batch(caller, client, drafts, f"{BASE}/contributions/drafts/batch")).json()["items"]
    streams = [one["answer"]["stream_id"] for one in made]
    named = {"consultation_id": str(consultation)}
    submit = [{"idempotency_key": f"s{n}", "stream_id": s, "command": named} | on for n, s in enumerate(streams)]
    stale = submit[0] | {"idempotency_key": "s9", "if_match": 1}
    unnamed = {"idempotency_key": "s8", "command": named} | on

    answer = await batch(caller, client, [*submit, stale, unnamed], f"{BASE}/contributions/submit/batch")

    told = answer.json()["items"]
    assert [one["status"] for one in told] == [200, 200, 412, 422]
    assert told[3]["problem"]["errors"][0]["pointer"] == "/stream_id"
    await unmandated(system, mandate)
    back = [{"idempotency_key": f"w{n}", "stream_id": s, "command": named} | on for n, s in enumerate(streams)]
    taken = (await batch(caller, client, back, f"{BASE}/contributions/withdraw/batch")).json()["items"]
    assert [one["status"] for one in taken] == [422, 422]
    assert {one["problem"]["rule"] for one in taken} == {"client.mandate"}
    renewed = await mandated(system, client_id)
    back = [one | {"mandate_id": str(renewed)} for one in back]
    taken = (await batch(caller, client, back, f"{BASE}/contributions/withdraw/batch")).json()["items"]
    assert [one["status"] for one in taken] == [200, 200]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b'{"items": ', 400),
        (b'{"items": {}}', 400),
        (b'{"items": [], "more": 1}', 400),
        (b'{"items": []}', 422),
        (b'{"items": [{}], "items": [{}]}', 400),
        (b'{"items": [], "items": [{}]}', 400),
        (b'{"items": [{}], "items": []}', 400),
        (b'{"items": [{}], "\\u0069tems": [{}]}', 400),
        (msgspec.json.encode({"items": [{}] * (MOST + 1)}), 422),
        (b'{"items": ["' + b"x" * (9 << 20) + b'"]}', 413),
    ],
)
async def test_what_is_no_batch_changes_nothing(system: System, caller: Caller, content: bytes, status: int) -> None:
    client, before = bearer(system, await registered(system, Scope.CONTRIBUTIONS)), await head(system)

    answer = await caller.client.post(BATCH, content=content, headers=client | {"content-type": "application/json"})

    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert await head(system) == before


async def test_where_a_client_has_no_grant_there_is_nothing(system: System, caller: Caller) -> None:
    narrow = bearer(system, await registered(system, Scope.CONTRIBUTIONS, tenants=("prizren",)))

    answers = [await batch(caller, narrow, [{}], path) for path in (BATCH, BATCH.replace("mj", "no-such-tenant"))]

    assert [one.status_code for one in answers] == [404, 404]
    assert (await caller.client.post(BATCH, json={"items": [{}]})).status_code == 401
    feeding = bearer(system, client_id := await registered(system, Scope.FEED, title="Feed"))
    consultation, mandate = await opened(system, "mj"), await mandated(system, client_id)
    [told] = (await batch(caller, feeding, [item("a", consultation, mandate)])).json()["items"]
    assert told["status"] == 403


async def test_a_client_is_no_contributor_itself(system: System, caller: Caller) -> None:
    """Even on a member's mandate it speaks for that member, and for nobody in its own name."""
    consultation = await opened(system, "mj")
    client_id = await registered(system, Scope.CONTRIBUTIONS)
    on = bearer(system, client_id, mandate_id=await mandated(system, client_id))
    said = {"consultation_id": str(consultation), "language": "sq", "body": "Teksti", "channel": "api"}

    refused = await caller.post(f"{BASE}/contributions", said, **on)

    assert (refused.status_code, refused.json()["rule"]) == (422, "contribution.mandate")
    for_member = await caller.post(f"{BASE}/contributions", said | {"organisation_id": str(MEMBER)}, **on)
    assert for_member.status_code == 201, for_member.text


async def test_a_person_may_send_a_batch_too(system: System, caller: Caller) -> None:
    consultation = await opened(system, "mj")
    said = {"consultation_id": str(consultation), "language": "sq", "body": "Teksti"}
    items = [{"idempotency_key": f"k{n}", "command": said} for n in range(2)]

    answer = await batch(caller, caller.token(), items)

    assert [one["status"] for one in answer.json()["items"]] == [201, 201]


async def test_however_a_batch_is_laid_out_its_items_are_read(caller: Caller) -> None:
    """Between its parts may stand what JSON lets stand there; in its texts whatever."""
    item = b'{"idempotency_key": "k", "command": {"a": "\\"items\\": [{}]"}}'
    content = b' {\n"items" :\r[\t' + item + b" ,\n" + item + b"\n] }\n"
    person = caller.bearer("mj", "consultation_coordinator")

    answer = await caller.client.post(BATCH, content=content, headers=person | {"content-type": "application/json"})

    assert answer.status_code == 200, answer.text
    assert [one["status"] for one in answer.json()["items"]] == [422, 422]
