"""Bad input, in every place of every command: a problem document each, never a crash, and nothing stored."""

import json
import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from domain.kernel.command import Command
from services.bootstrap import System
from services.gateway.command_route import CommandRoute
from services.gateway.routes import COMMANDS
from tests.services.gateway.client import PROBLEM, Caller
from tests.services.gateway.examples import body_of, places
from tests.support.system import project

TENANT = "mj"
STREAM = "0192f3c0-0000-7000-8000-0000000000aa"
HOLE = "@@hole@@"
SHARE = int(os.environ.get("PAKT_MALFORMED_SHARE", "6"))
"""Each place is given every sixth value, others than the place before; `make qualify` gives every one."""
NO_JSON = (
    "[" * 5_000,
    '{"a":' * 5_000,
    '{"a":',
    '"\\ud800"',
    '"\\udc00 text"',
    '"\u0001"',
    "1e400",
    "-1e400",
    "NaN",
    "Infinity",
    '{"a":1,"a":2}',
    "'single'",
    "// comment",
)
"""What no body may hold, wherever: refused before anybody asks what the place is for."""
VALUES = (
    '"\\u0000"',
    '"nul \\u0000 within"',
    "1234567890123456789012345",
    "9007199254740993",
    "-9223372036854775809",
    "-0",
    "1.5",
    '""',
    '" "',
    "null",
    "true",
    "[]",
    "{}",
    "[[]]",
    '"\u202eevil\u2066"',
    '"\u200b"',
    '"e\u0308"',
    '"=cmd|calc"',
    '"0001-01-01"',
    '"9999-12-31"',
    '"2027-02-29"',
    '"0001-01-01T00:00:00Z"',
    '"9999-12-31T23:59:59+14:00"',
    '"2027-03-28T02:30:00"',
    '"' + "x" * 300_000 + '"',
)
BODIES = (
    b"",
    b" ",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"{}}",
    b"\xff\xfe{}",
    b'{"a": "\xff"}',
    b'{"a": "\xed\xa0\x80"}',
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
    b'{"a":1,"a":1}',
    b'{"unknown": 1}',
    b"\x1f\x8b\x08\x00",
    b"[" * 100_000,
)


def address(route: CommandRoute) -> str:
    return f"/v1/tenants/{TENANT}{route.path.format(id=STREAM)}"


def holes(command: type[Command]) -> Iterator[str]:
    """Bodies as texts with one hole, in every place."""
    whole = body_of(command)
    for path in places(whole):
        copied = json.loads(json.dumps(whole))
        at: Any = copied
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = HOLE
        yield json.dumps(copied)


async def heads(system: System) -> list[int]:
    institutions = (await system.handler.authority.national()).institutions
    return [await system.store.head(one.tenant_id) for one in institutions.values()]


async def posted(app: Litestar, path: str, headers: dict[str, str], content: bytes) -> tuple[int, bool]:
    """The status of an answer, and whether it is a problem document; without a client, which takes most of the time."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    length = {"content-length": str(len(content))}
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in (headers | length).items()],
        "client": ("127.0.0.1", 1),
        "server": ("pakt", 80),
    }
    await app(scope, receive, send)
    status, body = sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])
    problem = dict(sent[0]["headers"]).get(b"content-type") == PROBLEM.encode() and 400 <= status < 500
    return status, problem and json.loads(body)["status"] == status


def proper(answer: httpx.Response) -> bool:
    problem = answer.headers.get("content-type") == PROBLEM and 400 <= answer.status_code < 500
    return problem and answer.json()["status"] == answer.status_code


@pytest.mark.parametrize("route", COMMANDS, ids=lambda route: route.command.__name__)
def test_examples_are_what_the_command_takes(route: CommandRoute) -> None:
    import msgspec

    msgspec.convert(body_of(route.command), route.command)
    msgspec.convert(body_of(route.command, whole=False), route.command)


@pytest.mark.slow
async def test_every_value_in_every_place_of_every_command(system: System, app: Litestar, caller: Caller) -> None:
    headers = caller.bearer(TENANT, "auditor") | {"content-type": "application/json"}  # may send none of them
    before, wrong, sent = await heads(system), [], 0
    for route in COMMANDS:
        for place, body in enumerate(holes(route.command)):
            for value in (*VALUES[place % SHARE :: SHARE], *(NO_JSON if place < SHARE else ())):
                sent += 1
                content = body.replace(f'"{HOLE}"', value).encode("utf-8", "surrogatepass")
                key = {"idempotency-key": str(sent)}
                status, problem = await posted(app, address(route), headers | key, content)
                if not problem:
                    wrong.append((status, route.command.__name__, body[:200], value[:40]))

    assert wrong == []
    assert await heads(system) == before
    print(f"malformed: {sent} bodies")
    assert sent > 5_000


async def test_every_body_that_is_none(system: System, caller: Caller) -> None:
    headers = caller.bearer(TENANT, "drafting_officer") | {"content-type": "application/json"}
    before = await heads(system)
    for route in COMMANDS:
        for n, body in enumerate(BODIES):
            answer = await caller.client.post(
                address(route), content=body, headers=headers | {"idempotency-key": f"{n}"}
            )
            assert proper(answer), (route.command.__name__, body[:40], answer.status_code, answer.text[:200])
            assert answer.status_code in {400, 422}, (body[:40], answer.text[:200])

    assert await heads(system) == before


OTHER_TYPES: tuple[dict[str, str], ...] = (
    {"content-type": ""},
    {"content-type": "text/plain"},
    {"content-type": "application/xml"},
    {"content-type": "application/json; charset=utf-16"},
    {"content-type": "application/jsonp"},
    {"content-type": "multipart/form-data; boundary=x"},
    {"content-type": "application/json", "content-encoding": "gzip"},
)


async def test_a_body_of_another_type(caller: Caller) -> None:
    sent = caller.bearer(TENANT, "drafting_officer") | {"idempotency-key": "k"}
    for headers in OTHER_TYPES:
        answer = await caller.client.post(f"/v1/tenants/{TENANT}/consultations", content=b"{}", headers=sent | headers)

        assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media-type"), headers


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_of_ten_megabytes(caller: Caller, *, chunked: bool) -> None:
    async def chunks() -> Any:
        for _ in range(160):
            yield b" " * 65_536

    headers = caller.bearer(TENANT, "drafting_officer") | {"idempotency-key": "k", "content-type": "application/json"}
    content: Any = chunks() if chunked else b" " * 10_485_760
    answer = await caller.client.post(f"/v1/tenants/{TENANT}/consultations", content=content, headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")


async def test_a_title_of_a_megabyte(caller: Caller) -> None:
    title = {"sq": {"text": "x" * 1_000_000, "status": "authentic"}}
    answer = await caller.post(
        f"/v1/tenants/{TENANT}/consultations",
        {"title": title, "act_kind": "law"},
        **caller.bearer(TENANT, "drafting_officer"),
    )

    assert proper(answer)
    assert answer.json()["errors"][0]["pointer"] == "/title/sq/text"


async def test_deep_but_lawful_nesting_is_counted_outside_of_texts(caller: Caller) -> None:
    brackets = {"sq": {"text": "[" * 200 + '"' + "{" * 50, "status": "authentic"}}
    answer = await caller.post(
        f"/v1/tenants/{TENANT}/consultations",
        {"title": brackets, "act_kind": "law"},
        **caller.bearer(TENANT, "drafting_officer"),
    )

    assert answer.status_code == 201


QUERIES = (
    "nope=1",
    "limit=0",
    "limit=201",
    "limit=x",
    "limit=1&limit=2",
    "limit=" + "9" * 400,
    "year=0",
    "year=99999",
    "cursor=",
    "cursor=a",
    "cursor=%00",
    "cursor=" + "A" * 3_000,
    "as_of=",
    "as_of=yesterday",
    "as_of=9999-12-31T23:59:59Z",
    "as_of=0001-01-01T00:00:00Z",
    "as_of=2026-02-30T00:00:00Z",
    "as_of=2026-01-01T00:00:00",
    "as_of=99999999999999999",
    "as_of=-1",
    "known_at=5",
    "at_least=-1",
    "text=%00",
    "text=",
    "text=%ff",
    "text=%ed%a0%80",
    "state=%00",
    "overdue=maybe",
    "open_at=now",
    "text=" + "x" * 10_000,
    "&".join(["p=1"] * 10_000),
    "%",
    "=",
    "limit",
)


async def test_every_kind_of_bad_query(caller: Caller) -> None:
    headers = caller.bearer(TENANT, "auditor")
    for query in QUERIES:
        answer = await caller.client.get(f"/v1/tenants/{TENANT}/consultations?{query}", headers=headers)

        assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM), (query[:60], answer.text[:300])


async def test_a_cursor_is_good_for_its_own_list_only(system: System, caller: Caller) -> None:
    await project(system, TENANT)
    await project(system, "mesti")
    headers = caller.bearer(TENANT, "auditor")
    path = f"/v1/tenants/{TENANT}/audit"
    first = (await caller.client.get(f"{path}?limit=1", headers=headers)).json()
    cursor = first["next_cursor"]
    assert (await caller.client.get(f"{path}?limit=2&cursor={cursor}", headers=headers)).status_code == 200

    other = caller.bearer("mesti", "auditor")
    tampered = [cursor[:n] + ("A" if cursor[n] != "A" else "B") + cursor[n + 1 :] for n in range(len(cursor))]
    wrong = [
        await caller.client.get(f"/v1/tenants/mesti/audit?limit=1&cursor={cursor}", headers=other),
        await caller.client.get(f"{path}?limit=1&order=oldest&cursor={cursor}", headers=headers),
        *[await caller.client.get(f"{path}?limit=1&cursor={one}", headers=headers) for one in tampered],
    ]

    assert {answer.status_code for answer in wrong} == {400}
    assert {answer.json()["errors"][0]["parameter"] for answer in wrong} == {"cursor"}
