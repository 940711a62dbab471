"""The command path over HTTP: keys, versions, bodies, and what comes back."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.kernel.ids import NATIONAL_TENANT, event_id
from infra.clock import FixedClock
from infra.eventstore.codec import decode_metadata
from tests.services.gateway.client import PROBLEM
from tests.services.gateway.memory import BOXES, MemorySystem

NOBODYS = "0192f3c0-0000-7000-8000-0000000000cc"


async def opened(client: httpx.AsyncClient, memory: MemorySystem, key: str = "open") -> str:
    answer = await client.post(BOXES, json={}, headers=memory.headers(key))
    assert answer.status_code == 201
    return str(answer.json()["stream_id"])


async def put(client: httpx.AsyncClient, memory: MemorySystem, key: str = "put") -> str:
    box = await opened(client, memory)
    answer = await client.post("/v1/tenants/opm/slips", json={"box_id": box, "text": "t"}, headers=memory.headers(key))
    return str(answer.json()["stream_id"])


async def test_a_creating_command_is_answered_with_where_it_is(client: httpx.AsyncClient, memory: MemorySystem) -> None:
    answer = await client.post(BOXES, json={"label": "a"}, headers=memory.headers("k"))

    stream_id = UUID(answer.json()["stream_id"])
    [stored] = await memory.store.read_stream(NATIONAL_TENANT, stream_id)
    assert answer.status_code == 201
    assert answer.json() == {
        "tenant": "opm",
        "stream_id": str(stream_id),
        "version": 1,
        "first_position": 1,
        "last_position": 1,
        "events": [{"type": "trial.BoxOpened.v1", "position": 1, "id": str(event_id(stored.command_id, stream_id, 1))}],
    }
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["pakt-position"] == "1"
    assert answer.headers["location"] == f"{BOXES}/{stream_id}"
    assert "idempotent-replayed" not in answer.headers


async def test_a_request_has_come_in_once_all_of_it_has(memory: MemorySystem) -> None:
    """Not when it begins: nobody holds a deadline open with half a request."""
    clock = FixedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    memory.handler.clock = clock
    whole, sent = clock.at + timedelta(minutes=10), [b'{"label": ', b'"a"}']

    async def receive() -> dict[str, Any]:
        if len(sent) == 1:
            clock.at = whole
        return {"type": "http.request", "body": sent.pop(0), "more_body": bool(sent)}

    async def send(message: Any) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    statuses: list[int] = []
    headers = [(key.encode(), value.encode()) for key, value in memory.headers("k").items()]
    scope = {"type": "http", "method": "POST", "path": BOXES, "raw_path": BOXES.encode(), "query_string": b""}
    scope |= {"headers": [*headers, (b"content-type", b"application/json"), (b"host", b"pakt")], "http_version": "1.1"}
    assert memory.app is not None
    await memory.app(scope | {"scheme": "http", "root_path": "", "asgi": {"version": "3.0"}}, receive, send)

    [stored] = await memory.store.read_log(NATIONAL_TENANT, 0, 1)
    assert statuses == [201]
    assert stored.occurred_at == whole


async def test_a_repeat_gets_the_same_bytes(client: httpx.AsyncClient, memory: MemorySystem) -> None:
    first = await client.post(BOXES, json={"label": "a"}, headers=memory.headers("k"))
    again = await client.post(BOXES, json={"label": "a"}, headers=memory.headers("k"))

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert {k: again.headers[k] for k in ("etag", "location", "pakt-position")} == {
        k: first.headers[k] for k in ("etag", "location", "pakt-position")
    }
    assert await memory.store.head(NATIONAL_TENANT) == 1


async def test_a_repeat_in_another_spelling_is_the_same_request(
    client: httpx.AsyncClient, memory: MemorySystem
) -> None:
    headers = memory.headers("k", **{"content-type": "application/json; charset=UTF-8"})
    first = await client.post(BOXES, content=b'{"label":"a"}', headers=headers)
    again = await client.post(BOXES, content=b' {\n "label" : "\\u0061" } ', headers=headers)

    assert again.content == first.content


async def test_a_key_for_another_request_is_refused(client: httpx.AsyncClient, memory: MemorySystem) -> None:
    await client.post(BOXES, json={"label": "a"}, headers=memory.headers("k"))
    other = await client.post(BOXES, json={"label": "b"}, headers=memory.headers("k"))

    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert await memory.store.head(NATIONAL_TENANT) == 1


async def test_a_key_is_its_senders_own(client: httpx.AsyncClient, memory: MemorySystem) -> None:
    mine = await client.post(BOXES, json={"label": "a"}, headers=memory.headers("k"))
    token = memory.tokens.issue(uuid4(), "Someone else", 60)
    theirs = await client.post(
        BOXES, json={"label": "b"}, headers={"authorization": f"Bearer {token}", "idempotency-key": "k"}
    )

    assert theirs.status_code == 201
    assert theirs.json()["stream_id"] != mine.json()["stream_id"]


@pytest.mark.parametrize("key", [None, "", " ", "a b", "k" * 256, "ç"])
async def test_every_command_needs_a_key(client: httpx.AsyncClient, memory: MemorySystem, key: str | None) -> None:
    headers = {k: v.encode("latin-1") for k, v in memory.headers(key or "").items()}
    if key is None:
        del headers["idempotency-key"]
    answer = await client.post(BOXES, json={}, headers=headers)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == PROBLEM
    assert await memory.store.head(NATIONAL_TENANT) == 0


async def test_fifty_sends_of_twenty_keys_have_twenty_outcomes(client: httpx.AsyncClient, memory: MemorySystem) -> None:
    slip = await put(client, memory)
    before = await memory.store.head(NATIONAL_TENANT)

    async def send(key: int) -> httpx.Response:
        return await client.post(
            f"/v1/tenants/opm/slips/{slip}/mark", json={"mark": key}, headers=memory.headers(f"mark-{key}")
        )

    answers = await asyncio.gather(*(send(n % 20) for n in range(50 * 20)))

    by_key: dict[int, set[tuple[int, bytes, str]]] = {}
    for n, answer in enumerate(answers):
        by_key.setdefault(n % 20, set()).add((answer.status_code, answer.content, answer.headers["etag"]))
    assert all(len(outcomes) == 1 for outcomes in by_key.values())
    assert {status for outcomes in by_key.values() for status, _, _ in outcomes} == {200}
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 20
    assert await memory.store.head(NATIONAL_TENANT) == before + 20


async def test_a_stale_version_is_a_failed_precondition(client: httpx.AsyncClient, memory: MemorySystem) -> None:
    slip = await put(client, memory)
    path = f"/v1/tenants/opm/slips/{slip}/mark"
    await client.post(path, json={}, headers=memory.headers("1", **{"if-match": '"1"'}))
    stale = await client.post(path, json={}, headers=memory.headers("2", **{"if-match": '"1"'}))
    again = await client.post(path, json={}, headers=memory.headers("1", **{"if-match": '"1"'}))
    read = await client.post(path, json={}, headers=memory.headers("3", **{"if-match": '"2.0123456789abcdef"'}))
    anything = await client.post(path, json={}, headers=memory.headers("4", **{"if-match": "*"}))

    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/version-conflict")
    assert (stale.json()["expected"], stale.json()["actual"]) == (1, 2)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    assert [read.status_code, anything.status_code] == [200, 200]


@pytest.mark.parametrize("tag", ["1", 'W/"1"', '"0"', '"1', '"x"', '"1", "2"', '"99999999999999999999"', "", "*x"])
async def test_an_entity_tag_that_is_none_of_ours(client: httpx.AsyncClient, memory: MemorySystem, tag: str) -> None:
    slip = await put(client, memory)
    path = f"/v1/tenants/opm/slips/{slip}/mark"
    answer = await client.post(path, json={}, headers=memory.headers("1", **{"if-match": tag}))

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-header")


async def test_a_refusal_leaves_nothing_and_names_its_rule(client: httpx.AsyncClient, memory: MemorySystem) -> None:
    box = await opened(client, memory)
    before = await memory.store.head(NATIONAL_TENANT)
    answer = await client.post(f"{BOXES}/{box}/close", json={"slips": 3}, headers=memory.headers("c"))

    assert (answer.status_code, answer.json()["rule"]) == (422, "trial.count")
    assert answer.headers["content-type"] == PROBLEM
    assert await memory.store.head(NATIONAL_TENANT) == before


@pytest.mark.parametrize(
    "path",
    [
        f"{BOXES}/{NOBODYS}/close",
        f"/v1/tenants/nobody/boxes/{NOBODYS}/close",
        f"{BOXES}/not-a-uuid/close",
        f"{BOXES}/%00/close",
        f"{BOXES}/..%2f..%2f/close",
        f"{BOXES}//close",
        "/v1/tenants/%00/boxes",
        "/v1/tenants/%ff/boxes",
        "/v1/tenants/OPM/boxes",
        "/nothing",
    ],
)
async def test_what_is_not_there_is_always_the_same(client: httpx.AsyncClient, memory: MemorySystem, path: str) -> None:
    request_id = str(uuid4())
    body = {"slips": 0} if path.endswith("/close") else {}
    answer = await client.post(path, json=body, headers=memory.headers("k", **{"x-request-id": request_id}))

    assert answer.status_code == 404
    assert answer.json() == {
        "type": "/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is nothing here under this address.",
        "instance": f"urn:uuid:{request_id}",
    }


async def test_a_method_that_is_not_there_is_told_which_are(client: httpx.AsyncClient) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answer = await client.request(method, BOXES)
        assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")
        assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", "Bearer x.y.z", "Basic dTpw", "bearer\t", "Bearer  two"]
)
async def test_nobody_gets_in_without_a_token(
    client: httpx.AsyncClient, memory: MemorySystem, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    answer = await client.post(BOXES, json={}, headers=headers | {"idempotency-key": "k"})

    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")
    assert answer.headers["www-authenticate"].startswith('Bearer realm="pakt"')
    assert await memory.store.head(NATIONAL_TENANT) == 0


async def test_a_token_in_the_address_or_the_body_counts_for_nothing(
    client: httpx.AsyncClient, memory: MemorySystem
) -> None:
    token = memory.headers("k")["authorization"].removeprefix("Bearer ")
    answer = await client.post(f"{BOXES}?access_token={token}", json={}, headers={"idempotency-key": "k"})

    assert answer.status_code == 401


@pytest.mark.parametrize("sent", ["0192f3c0-0000-7000-8000-00000000000a", "{0192F3C0-0000-7000-8000-00000000000A}"])
async def test_a_request_keeps_the_id_it_came_with(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.get("/healthz", headers={"x-request-id": sent})

    assert answer.headers["x-request-id"] == "0192f3c0-0000-7000-8000-00000000000a"


@pytest.mark.parametrize("sent", ["", "1", "<script>", "x" * 5_000])
async def test_a_request_id_that_is_no_uuid_is_not_repeated(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.get("/healthz", headers={"x-request-id": sent})

    assert UUID(answer.headers["x-request-id"]).version == 8


async def test_a_crash_is_a_problem_and_its_log_says_nothing_of_persons(
    client: httpx.AsyncClient, memory: MemorySystem, caplog: pytest.LogCaptureFixture
) -> None:
    memory.store._logs.clear()  # the store no longer knows the tenant: something no caller can cause
    broken = memory.store.append
    memory.store.append = None  # type: ignore[assignment,method-assign]
    try:
        answer = await client.post(BOXES, json={"label": "Besa Krasniqi"}, headers=memory.headers("k"))
    finally:
        memory.store.append = broken  # type: ignore[method-assign]

    assert answer.status_code in {500, 503}
    assert answer.headers["content-type"] == PROBLEM
    assert "Besa" not in caplog.text
    assert "Besa" not in answer.text


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",) * 2,
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", ""),
        ("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", ""),
        ("Besa Krasniqi", ""),
        ("", ""),
    ],
)
async def test_a_trace_is_kept_and_nothing_else_that_calls_itself_one(
    client: httpx.AsyncClient, memory: MemorySystem, sent: str, stored: str
) -> None:
    await client.post(BOXES, json={}, headers=memory.headers("k", traceparent=sent))
    [event] = await memory.store.read_log(NATIONAL_TENANT, 0, 10)

    assert decode_metadata(event.metadata).traceparent == stored


async def test_another_spelling_of_an_address_is_answered_alike(
    client: httpx.AsyncClient, memory: MemorySystem
) -> None:
    first = await client.post(BOXES, json={}, headers=memory.headers("k"))
    again = await client.post(f"{BOXES}/", json={}, headers=memory.headers("k"))

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert set(again.headers) - {"idempotent-replayed"} == set(first.headers)


async def test_answers_are_json_of_the_documented_shape(client: httpx.AsyncClient, memory: MemorySystem) -> None:
    drawn = (await client.get("/openapi.json")).json()
    posted = drawn["paths"]["/v1/tenants/{tenant}/boxes"]["post"]

    assert drawn["openapi"] == "3.1.0"
    assert posted["security"] == [{"bearer": []}]
    assert {p["name"]: p["required"] for p in posted["parameters"]} == {"tenant": True, "Idempotency-Key": True}
    assert posted["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/OpenBox"}
    assert drawn["components"]["schemas"]["OpenBox"]["additionalProperties"] is False
    assert set(posted["responses"]["201"]["headers"]) == {"ETag", "Pakt-Position", "Idempotent-Replayed", "Location"}
    assert {"400", "401", "404", "413", "415", "422", "503"} <= set(posted["responses"])
    assert json.dumps(posted["responses"]["422"]).count("application/problem+json") == 1
