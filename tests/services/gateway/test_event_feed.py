"""The event feed over HTTP: pages, streams, cursors, and what a token adds."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar import Litestar

from domain.kernel.manifest import Scope
from domain.webhooks.commands import DisableEndpoint
from domain.webhooks.vocabulary import DisabledBecause
from infra.identity.tokens import LEEWAY_SECONDS, ClientClaims, TokenIssuer
from infra.tlog.merkle import HASH_BYTES
from services.bootstrap import System
from services.feed import seats
from services.feed.cloud_event import BATCH_MEDIA_TYPE, MEDIA_TYPE
from tests.services.egress.telling import as_client, endpoint_of
from tests.services.feed.test_cloud_event import SCHEMA
from tests.services.feed.test_follower import OPENED, PLANNED, SECRET, append, tenant_of
from tests.services.gateway.client import PROBLEM, STRANGER, Caller
from tests.services.gateway.test_log import seal
from tests.support.clients import bearer, changed, registered, revoked

FEED = "/v1/feed"


async def page(caller: Caller, path: str = FEED, **headers: str) -> tuple[list[dict[str, Any]], str]:
    """The events of a page, and the cursor after it."""
    answer = await caller.get(path, **headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(BATCH_MEDIA_TYPE)
    for event in answer.json():
        SCHEMA.validate(event)
    return answer.json(), answer.headers["pakt-cursor"]


async def all_pages(caller: Caller, path: str = f"{FEED}?limit=50", **headers: str) -> list[dict[str, Any]]:
    """Every event, by following the links of the pages."""
    found: list[dict[str, Any]] = []
    while True:
        answer = await caller.get(path, **headers)
        told = answer.json()
        if not told:
            return found
        found += told
        path = answer.links["next"]["url"]


async def test_anybody_reads_all_pages_of_everything_public_and_nothing_else(system: System, caller: Caller) -> None:
    tenant = await tenant_of(system, "mj")
    await append(system, tenant, OPENED, PLANNED, SECRET, OPENED)

    told = await all_pages(caller)

    own = [one for one in told if one["tenant"] == "mj"]
    assert [one["type"] for one in own[-2:]] == [f"xk.pakt.{OPENED}"] * 2
    assert {one["tenant"] for one in told} >= {"mj", "opm"}
    assert len({(one["tenant"], one["epoch"], one["sequence"]) for one in told}) == len(told)
    last = {one["tenant"]: "0" * 16 for one in told}
    for one in told:
        assert one["previous"] == last[one["tenant"]]
        last[one["tenant"]] = one["sequence"]


async def test_lines_where_they_are_asked_for(system: System, caller: Caller) -> None:
    batch, _ = await page(caller, f"{FEED}?limit=5")
    answer = await caller.get(f"{FEED}?limit=5", accept="application/x-ndjson")

    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert [json.loads(line) for line in answer.text.splitlines()] == batch


async def test_what_a_page_is_asked_for(system: System, caller: Caller) -> None:
    stream = uuid4()
    await append(system, await tenant_of(system, "mj"), OPENED, OPENED, stream=stream)
    await append(system, await tenant_of(system, "mflt"), OPENED, "publications.DocumentWithdrawn.v1")

    subjects, _ = await page(caller, f"{FEED}?subject={stream}")
    types, _ = await page(caller, f"{FEED}?type=publications.*&tenant=mj,mflt")

    assert [(one["subject"], one["streamversion"]) for one in subjects] == [(str(stream), 1), (str(stream), 2)]
    assert [(one["type"], one["tenant"]) for one in types] == [("xk.pakt.publications.DocumentWithdrawn.v1", "mflt")]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("wait=31", "wait"),
        ("type=", "type"),
        ("type=consultations.*,consultations.*", "type"),
        (f"type={SECRET}", "type"),
        ("type=nothing.*", "type"),
        ("tenant=mj,,opm", "tenant"),
        ("subject=7", "subject"),
        ("from=3", "from"),
        ("cursor=", "cursor"),
        ("cursor=AAAA", "cursor"),
        ("cursor=%C3%A9", "cursor"),
        (f"cursor={'A' * 12_001}", ""),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_name(caller: Caller, query: str, parameter: str) -> None:
    for path in (FEED, f"{FEED}/stream"):
        if path == FEED or ("limit" not in query and "wait" not in query):
            answer = await caller.get(f"{path}?{query}")

            assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
            assert not parameter or parameter in answer.text


async def test_a_feed_of_nowhere_is_not_there(caller: Caller) -> None:
    assert (await caller.get(f"{FEED}?tenant=nowhere")).status_code == 404
    assert (await caller.get(f"{FEED}/stream?tenant=opm,nowhere")).status_code == 404


async def test_a_cursor_that_is_cut_altered_or_somebody_elses_is_refused(system: System, caller: Caller) -> None:
    one, other = await registered(system, Scope.FEED), await registered(system, Scope.FEED)
    _, cursor = await page(caller, f"{FEED}?limit=3", **bearer(system, one))
    forged = TokenIssuer.open(system.settings.data / "other" / "tokens.jwk")
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    altered = base64.urlsafe_b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).rstrip(b"=").decode()
    refused = [
        (cursor[:-1], one),
        (cursor[4:], one),
        (altered, one),
        (cursor + "AA", one),
        (cursor, other),
        (cursor, None),
    ]

    for sent, client in refused:
        headers = {} if client is None else bearer(system, client)
        answer = await caller.get(f"{FEED}?cursor={sent}", **headers)
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "cursor")
        streamed = await caller.get(f"{FEED}/stream", **headers, **{"last-event-id": sent})
        assert (streamed.status_code, streamed.json()["header"]) == (400, "Last-Event-ID")
    assert (await caller.get(f"{FEED}?cursor={cursor}&type=consultations.*", **bearer(system, one))).status_code == 400
    token = f"Bearer {forged.issue_to_client(one, tuple(Scope))}"
    assert (await caller.get(f"{FEED}?cursor={cursor}", authorization=token)).status_code == 401
    again, _ = await page(caller, f"{FEED}?cursor={cursor}&limit=3", **bearer(system, one))
    assert again


async def test_a_grant_adds_and_a_lost_one_takes_away(system: System, caller: Caller) -> None:
    client = await registered(system, Scope.FEED, tenants=["mj"])
    tenant = await tenant_of(system, "mj")
    _, cursor = await page(caller, f"{FEED}?cursor=now", **bearer(system, client))
    await append(system, tenant, PLANNED, OPENED)

    told, cursor = await page(caller, f"{FEED}?cursor={cursor}", **bearer(system, client))
    assert [one["type"] for one in told] == [f"xk.pakt.{PLANNED}", f"xk.pakt.{OPENED}"]
    position = int(told[0]["sequence"])
    address = f"{FEED}/events/mj/1/{position}"
    assert (await caller.get(address, **bearer(system, client))).json()["id"] == told[0]["id"]

    await changed(system, client, Scope.FEED, tenants=["mflt"])
    await append(system, tenant, PLANNED, OPENED)
    told, _ = await page(caller, f"{FEED}?cursor={cursor}", **bearer(system, client))
    assert [one["type"] for one in told] == [f"xk.pakt.{OPENED}"]
    assert (await caller.get(address, **bearer(system, client))).status_code == 404


async def test_one_event_by_its_place(system: System, caller: Caller) -> None:
    tenant = await tenant_of(system, "mj")
    await append(system, tenant, OPENED, SECRET)
    head = await system.store.head(tenant)

    shown = await caller.get(f"{FEED}/events/mj/1/{head - 1}")

    assert shown.headers["content-type"].startswith(MEDIA_TYPE)
    SCHEMA.validate(shown.json())
    assert int(shown.json()["sequence"]) == head - 1
    assert "previous" not in shown.json()
    known = await caller.get(f"{FEED}/events/mj/1/{head - 1}", **{"if-none-match": shown.headers["etag"]})
    assert known.status_code == 304
    for missing in (f"mj/1/{head}", f"mj/2/{head - 1}", f"mj/1/{head + 1}", "mj/1/0", "nowhere/1/1", f"mj/1/{1 << 63}"):
        assert (await caller.get(f"{FEED}/events/{missing}")).status_code == 404


async def test_who_waits_gets_what_comes(system: System, caller: Caller) -> None:
    tenant = await tenant_of(system, "mj")
    _, cursor = await page(caller, f"{FEED}?cursor=now")
    waiting = asyncio.ensure_future(page(caller, f"{FEED}?cursor={cursor}&wait=20"))
    await asyncio.sleep(0.1)
    assert not waiting.done()

    await append(system, tenant, OPENED)
    told, cursor = await waiting

    assert [one["type"] for one in told] == [f"xk.pakt.{OPENED}"]
    assert await page(caller, f"{FEED}?cursor={cursor}") == ([], cursor)


class Frame(dict[str, str]):
    """One server-sent event by its fields."""


@asynccontextmanager
async def listening(app: Litestar, path: str, headers: dict[str, str]) -> AsyncIterator[asyncio.Queue[Frame]]:
    """Frames of a stream as they come; leaving ends the connection."""
    frames, left = asyncio.Queue[Frame](), asyncio.Event()
    bare, _, query = path.partition("?")
    scope: Any = {
        "type": "http", "method": "GET", "path": bare, "raw_path": bare.encode(), "query_string": query.encode(),
        "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("pakt", 80), "client": ("127.0.0.1", 1),
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()], "state": {},
    }  # fmt: skip

    async def receive() -> Any:
        await left.wait()
        return {"type": "http.disconnect"}

    async def sent(message: Any) -> None:
        for block in message.get("body", b"").decode().split("\n\n"):
            lines = [line.partition(": ") for line in block.splitlines() if line and not line.startswith(":")]
            if lines:
                await frames.put(Frame({name: value for name, _, value in lines}))

    serving = asyncio.ensure_future(app(scope, receive, sent))
    try:
        assert await frames.get() == {"retry": "2000"}
        yield frames
    finally:
        left.set()
        await asyncio.wait_for(serving, 20)


async def test_a_stream_catches_up_goes_on_and_is_resumed_anywhere(
    system: System, app: Litestar, caller: Caller
) -> None:
    tenant = await tenant_of(system, "mj")
    await append(system, tenant, *[OPENED] * 5)
    path = f"{FEED}/stream?tenant=mj"
    async with listening(app, path, {}) as frames:
        past = [await asyncio.wait_for(frames.get(), 20) for _ in range(5)]
        await append(system, tenant, OPENED)
        live = await asyncio.wait_for(frames.get(), 20)
    sequences = [json.loads(one["data"])["sequence"] for one in [*past, live]]

    for n in (0, 3, 5):
        sent = [*past, live][n]["id"]
        async with listening(app, path, {"last-event-id": sent}) as frames:
            rest = [await asyncio.wait_for(frames.get(), 20) for _ in sequences[n + 1 :]]
            assert [json.loads(one["data"])["sequence"] for one in rest] == sequences[n + 1 :]
    batch, _ = await page(caller, f"{FEED}?tenant=mj&cursor={past[2]['id']}")
    assert [one["sequence"] for one in batch] == sequences[3:]


async def test_a_stream_ends_what_it_tells_when_the_grant_ends(system: System, app: Litestar) -> None:
    client = await registered(system, Scope.FEED, tenants=["mj"])
    tenant = await tenant_of(system, "mj")
    async with listening(app, f"{FEED}/stream?cursor=now", bearer(system, client)) as frames:
        await append(system, tenant, PLANNED)
        assert json.loads((await asyncio.wait_for(frames.get(), 20))["data"])["type"] == f"xk.pakt.{PLANNED}"

        await changed(system, client, Scope.SCORES, tenants=["mj"])
        await append(system, tenant, PLANNED, OPENED)
        assert json.loads((await asyncio.wait_for(frames.get(), 20))["data"])["type"] == f"xk.pakt.{OPENED}"


def short(system: System, client: UUID, seconds: float) -> dict[str, str]:
    """A token of the system's own issuer that ends in so many seconds; its leeway of five is over at once."""
    token = system.tokens.issue_to_client(client, tuple(Scope), seconds - LEEWAY_SECONDS)
    return {"authorization": f"Bearer {token}"}


async def last(frames: asyncio.Queue[Frame]) -> Frame:
    """The frame that says that the token is over."""
    async with asyncio.timeout(20):
        while True:
            frame = await frames.get()
            if "event" in frame:
                return frame


async def test_a_stream_ends_with_its_token_and_a_new_one_goes_on_from_there(
    system: System, app: Litestar, caller: Caller
) -> None:
    client, tenant = await registered(system, Scope.FEED, tenants=["mj"]), await tenant_of(system, "mj")
    path = f"{FEED}/stream?tenant=mj"
    async with listening(app, f"{path}&cursor=now", short(system, client, 3)) as frames:
        await append(system, tenant, PLANNED)
        told = await asyncio.wait_for(frames.get(), 20)
        over = await last(frames)
        await append(system, tenant, PLANNED, OPENED)
        await asyncio.sleep(1.2)
        assert frames.empty()

    assert (over["event"], json.loads(over["data"])) == ("token-ended", {"reason": "expired"})
    assert over["id"] == told["id"]
    async with listening(app, path, bearer(system, client) | {"last-event-id": over["id"]}) as frames:
        rest = [json.loads((await asyncio.wait_for(frames.get(), 20))["data"]) for _ in range(2)]
    assert [one["type"] for one in rest] == [f"xk.pakt.{PLANNED}", f"xk.pakt.{OPENED}"]
    assert rest[0]["previous"] == json.loads(told["data"])["sequence"]


async def test_a_persons_stream_ends_with_the_token_too(system: System, app: Litestar, caller: Caller) -> None:
    token = {"authorization": f"Bearer {system.tokens.issue(STRANGER, 'Besa', 3 - LEEWAY_SECONDS)}"}
    async with listening(app, f"{FEED}/stream?cursor=now", token) as frames:
        assert json.loads((await last(frames))["data"]) == {"reason": "expired"}


@pytest.mark.parametrize("how", ["token", "client"])
async def test_a_stream_ends_when_its_token_or_its_client_is_revoked(
    system: System, app: Litestar, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("services.gateway.standing_token.LOOK_AFTER", 0.2)
    client = await registered(system, Scope.FEED)
    token = bearer(system, client)
    async with listening(app, f"{FEED}/stream?cursor=now", token) as frames:
        if how == "client":
            await revoked(system, client)
        else:
            claims = system.tokens.read(token["authorization"].removeprefix("Bearer "))
            assert isinstance(claims, ClientClaims)
            await system.uses.end(claims.token_id, datetime.fromtimestamp(claims.expires_at, UTC))
        assert json.loads((await last(frames))["data"]) == {"reason": "revoked"}


async def test_who_waits_for_a_page_is_told_that_the_token_is_over(system: System, caller: Caller) -> None:
    client = await registered(system, Scope.FEED)
    _, cursor = await page(caller, f"{FEED}?cursor=now", **bearer(system, client))

    answer = await asyncio.wait_for(caller.get(f"{FEED}?cursor={cursor}&wait=20", **short(system, client, 3)), 10)

    assert (answer.status_code, answer.json()["reason"]) == (401, "expired")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert await page(caller, f"{FEED}?cursor={cursor}", **bearer(system, client)) == ([], cursor)


async def test_a_full_feed_says_when_to_come_again(
    system: System, app: Litestar, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "MOST", 2)
    path = f"{FEED}/stream?cursor=now"
    async with listening(app, path, {}), listening(app, path, {}):
        refused = await caller.get(path)
        assert (refused.status_code, refused.headers["content-type"]) == (503, PROBLEM)
        assert refused.json()["type"] == "/problems/overloaded"
        assert int(refused.headers["retry-after"]) > 0
        assert (await caller.get(f"{FEED}?limit=1")).status_code == 200
    async with listening(app, path, {}):
        pass


async def test_a_client_is_told_of_what_is_its_own_and_no_other(system: System, caller: Caller) -> None:
    client, other = await registered(system), await registered(system, title="Another")
    own = await endpoint_of(system, "https://93.184.215.14/in", client_id=client)
    await endpoint_of(system, "https://93.184.215.14/in", client_id=other)
    await as_client(system, client, DisableEndpoint(reason=DisabledBecause.REQUESTED), own)

    async def told(**headers: str) -> list[tuple[str, str]]:
        found, _ = await page(caller, f"{FEED}?type=webhooks.*&tenant=opm", **headers)
        return [(one["subject"], one["type"].removeprefix("xk.pakt.webhooks.")) for one in found]

    assert await told(**bearer(system, client)) == [
        (str(own), "EndpointRegistered.v1"),
        (str(own), "EndpointDisabled.v1"),
    ]
    assert [name for _, name in await told(**bearer(system, other))] == ["EndpointRegistered.v1"]
    assert await told() == await told(**bearer(system, client, Scope.SCORES)) == []


async def test_each_event_told_is_proved_by_the_public_tree(system: System, caller: Caller) -> None:
    """Whoever follows needs to trust nobody: the leaf of every event is in the tree of the published checkpoint."""
    await append(system, await tenant_of(system, "mj"), *[OPENED, SECRET] * 3)
    await seal(system, "mj")
    told = [one for one in await all_pages(caller) if one["tenant"] == "mj"]
    size = int((await caller.get("/v1/public/log/mj/1/checkpoint")).text.splitlines()[1])
    tile = (await caller.get(f"/v1/public/log/mj/1/tile/0/000.p/{size}")).content
    leaves = [tile[n : n + HASH_BYTES] for n in range(0, len(tile), HASH_BYTES)]

    assert told
    assert all(base64.b64decode(one["leafhash"]) == leaves[int(one["sequence"]) - 1] for one in told)
