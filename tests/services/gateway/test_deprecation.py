"""Addresses that will go: what every answer of theirs says, what their description says, and the changelog."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar, Router

from services.gateway import app as application
from services.gateway.app import create_command_app
from services.gateway.changelog import Change, changes
from services.gateway.command_route import TENANT
from services.gateway.deprecation import DEPRECATED, Deprecated
from services.gateway.health import Health
from services.gateway.query_route import open_query, parameters_only
from services.gateway.schema import described
from tests.services.gateway.memory import BOXES, ROUTES, MemorySystem
from tests.services.gateway.test_permissions import addresses

SINCE, SUNSET = datetime(2026, 7, 1, tzinfo=UTC), datetime(2027, 7, 1, 12, tzinfo=UTC)
GOING = Deprecated(SINCE, SUNSET, "/v2/health")
LINKS = '</v1/changelog>; rel="deprecation"; type="application/json", </v2/health>; rel="successor-version"'


@open_query("/v1/old", shows=Health, deprecated=GOING, operation_id="Old", sync_to_thread=False)
def old() -> Health:
    """What will go."""
    return Health("old")


@open_query("/v1/new", shows=Health, operation_id="New", sync_to_thread=False)
def new() -> Health:
    """What stays."""
    return Health("new")


@pytest.fixture
async def client(memory: MemorySystem) -> AsyncIterator[httpx.AsyncClient]:
    """Two queries, and commands of which opening a box will go."""
    routes = [msgspec.structs.replace(one, deprecated=GOING) if one.path == "/boxes" else one for one in ROUTES]
    handlers = application._commands(memory, routes)
    made = application._application(
        [Router(TENANT, route_handlers=handlers), Router("/", route_handlers=[old, new], guards=[parameters_only])], []
    )
    transport = httpx.ASGITransport(made, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://pakt") as calling:
        yield calling


def said(answer: httpx.Response) -> tuple[str | None, str | None, str | None]:
    headers = answer.headers
    return headers.get("deprecation"), headers.get("sunset"), headers.get("link")


async def test_every_answer_of_a_query_that_will_go_says_so(client: httpx.AsyncClient) -> None:
    for path, status in (("/v1/old", 200), ("/v1/old?nonsense=1", 400)):
        answer = await client.get(path)
        assert answer.status_code == status
        assert said(answer) == (f"@{int(SINCE.timestamp())}", "Thu, 01 Jul 2027 12:00:00 GMT", LINKS), path
        assert parsedate_to_datetime(answer.headers["sunset"]) == SUNSET


async def test_every_answer_of_a_command_that_will_go_says_so(client: httpx.AsyncClient, memory: MemorySystem) -> None:
    asked: tuple[tuple[str, dict[str, str], int], ...] = (
        (BOXES, memory.headers("k"), 201),
        (f"{BOXES}/", memory.headers("k"), 201),
        (BOXES, {}, 401),
    )
    for path, headers, status in asked:
        answer = await client.post(path, json={}, headers=headers)
        assert answer.status_code == status, answer.text
        assert said(answer) == (f"@{int(SINCE.timestamp())}", "Thu, 01 Jul 2027 12:00:00 GMT", LINKS), path


async def test_what_stays_says_nothing(client: httpx.AsyncClient, memory: MemorySystem) -> None:
    stays = await client.get("/v1/new")
    slip = await client.post("/v1/tenants/opm/slips", json={}, headers=memory.headers("s"))
    nowhere = await client.get("/v1/nowhere")

    assert [said(one) for one in (stays, slip, nowhere)] == [(None, None, None)] * 3


async def test_the_description_says_what_will_go(client: httpx.AsyncClient) -> None:
    drawn = (await client.get("/openapi.json")).json()["paths"]

    for operation in (drawn["/v1/old"]["get"], drawn["/v1/tenants/{tenant}/boxes"]["post"]):
        assert operation["deprecated"] is True
        assert all(
            answer["headers"].keys() >= {"Deprecation", "Sunset", "Link"} for answer in operation["responses"].values()
        )
    assert not drawn["/v1/new"]["get"]["deprecated"]
    assert "Deprecation" not in str(drawn["/v1/new"]["get"]["responses"])


def test_an_end_that_is_not_known_is_not_said() -> None:
    assert {name for name, _ in Deprecated(SINCE).headers()} == {b"deprecation", b"link"}


def test_nothing_is_gone_before_it_is_deprecated() -> None:
    with pytest.raises(ValueError, match="deprecated only from"):
        Deprecated(SUNSET, SINCE)


async def test_the_changelog_is_everybodys(memory: MemorySystem) -> None:
    transport = httpx.ASGITransport(create_command_app(memory, ROUTES))
    async with httpx.AsyncClient(transport=transport, base_url="http://pakt") as calling:
        shown = (await calling.get("/v1/changelog")).json()
        refused = await calling.get("/v1/changelog?since=2026")

    assert refused.status_code == 400
    assert msgspec.convert(shown["changes"], tuple[Change, ...]) == changes()
    assert shown["version"] == changes()[0].version


def test_changes_stand_newest_first() -> None:
    days = [change.date for change in changes()]
    assert days == sorted(days, reverse=True)
    assert all(change.what.strip() for change in changes())


async def test_the_changelog_names_what_there_is(app: Litestar) -> None:
    drawn = described(app)["paths"]
    there = {operation["operationId"] for item in drawn.values() for operation in item.values()}

    gone = {name for change in changes() if change.kind == "removed" for name in change.operations}
    named = {name for change in changes() for name in change.operations}
    assert named - gone <= there
    assert not gone & there


async def test_the_changelog_knows_every_group_of_addresses_and_what_stands_in_none(app: Litestar) -> None:
    drawn = described(app)["paths"]
    operations = [operation for item in drawn.values() for operation in item.values()]
    groups = {tag for operation in operations for tag in operation.get("tags", ())}

    assert {group for change in changes() for group in change.groups} == groups


async def test_the_changelog_warned_of_everything_that_will_go(app: Litestar) -> None:
    warned = {name: change for change in changes() if change.kind == "deprecated" for name in change.operations}
    going = dict(_going(app))

    assert going.keys() <= warned.keys()
    for name, deprecated in going.items():
        assert (warned[name].date, warned[name].sunset, warned[name].successor) == (
            deprecated.since.date(),
            deprecated.sunset.date() if deprecated.sunset else None,
            deprecated.successor,
        ), name


def _going(app: Litestar) -> Iterator[tuple[Any, Deprecated]]:
    for _, _, handler in addresses(app):
        if found := handler.opt.get(DEPRECATED):
            yield handler.operation_id, found
