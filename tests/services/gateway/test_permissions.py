"""Every address says who may use it; every command has an address; no tenant sees another."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from litestar import Litestar, get
from litestar.routes import HTTPRoute

from domain.catalogue import COMMANDS as EVERY_COMMAND
from domain.catalogue import DOMAINS
from domain.kernel.manifest import Role
from infra.identity.tokens import TokenIssuer
from services.bootstrap import System
from services.gateway import app as application
from services.gateway.command_route import COMMAND, ENDPOINT, TENANT
from services.gateway.permissions import PERSONAL, QUERIES
from services.gateway.routes import COMMANDS
from tests.services.gateway.audits import looks
from tests.services.gateway.client import PROBLEM, Caller
from tests.services.gateway.examples import body_of
from tests.services.gateway.open_addresses import OPEN
from tests.services.gateway.scenario import adopted_plan, opened, planned
from tests.support.system import official, project

OWN, OTHER = "mj", "mesti"
NOWHERE = "0192f3c0-0000-7000-8000-0000000000bb"
STREAMING = {"/v1/tenants/{tenant:str}/events/stream", "/v1/feed/stream"}
"""Addresses that need no token. A change here is a reviewed act."""


def addresses(app: Litestar) -> Iterator[tuple[str, str, Any]]:
    for route in app.routes:
        assert isinstance(route, HTTPRoute), route
        for method, (found, _) in route.route_handler_map.items():
            if method != "OPTIONS":
                yield method, route.path, found


def filled(path: str, tenant: str, identifier: str = NOWHERE) -> str:
    values = {"tenant:str": tenant, "id:uuid": identifier, "sha256:str": "0" * 64, "code:str": "x", "path:path": "x"}
    values |= {
        "position:int": "1",
        "slug:str": tenant,
        "epoch:int": "1",
        "number:int": "0",
        "year:int": "2025",
        "half:int": "1",
    }
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path


async def ask(caller: Caller, method: str, path: str, handler: Any, headers: dict[str, str]) -> httpx.Response:
    """A request that is well formed, so that only the right decides."""
    sent = {"x-request-id": NOWHERE, "idempotency-key": str(uuid4())} | headers
    if COMMAND in handler.opt:
        return await caller.client.request(method, path, headers=sent, json=body_of(handler.opt[COMMAND].command))
    if handler.opt.get("query") == "file_upload":
        sent |= {"content-type": "application/pdf"}
        return await caller.client.request(method, path, headers=sent, content=b"%PDF-1.7")
    return await caller.client.request(method, path, headers=sent)


def test_every_command_that_people_may_send_has_an_address() -> None:
    permitted = {command: roles for domain in DOMAINS for command, roles in domain.permissions.items()}
    inward = {command for domain in DOMAINS for command in domain.inward}
    sendable = {
        command for command, roles in permitted.items() if roles - {Role.CLOCK, Role.SEED, Role.OPERATOR, Role.IMPORTER}
    } - inward
    routed = {route.command for route in COMMANDS}

    assert {command.__name__ for command in sendable - routed} == set()
    assert routed <= set(EVERY_COMMAND.values())
    assert len({route.path for route in COMMANDS}) == len(COMMANDS) == len(routed)


async def test_where_a_command_says_its_work_can_be_read_it_can(app: Litestar) -> None:
    readable = {path.removeprefix(TENANT) for method, path, _ in addresses(app) if method == "GET"}

    assert {route.reads.replace("{id}", "{id:uuid}") for route in COMMANDS if route.reads} <= readable


async def test_every_command_is_found_in_front_as_the_framework_would_find_it(app: Litestar) -> None:
    assert isinstance(app, application.Application)
    assert app.endpoints is not None
    for method, path, handler in addresses(app):
        scope: Any = {"method": method, "path": filled(path, OWN)}
        assert app.endpoints.find(scope) is handler.opt.get(ENDPOINT), path
        if COMMAND in handler.opt:
            expected = {"tenant": OWN} | ({"id": UUID(NOWHERE)} if "{id:uuid}" in path else {})
            assert scope["path_params"] == expected
            for other in (f"{scope['path']}/", scope["path"].replace(NOWHERE, "x"), "/v1/tenants", "/v1"):
                spelled: Any = {"method": method, "path": other}
                assert app.endpoints.find(spelled) is None or other == scope["path"]


async def test_every_address_says_who_may_use_it(app: Litestar) -> None:
    asked = set()
    for _, path, handler in addresses(app):
        is_open, is_command = bool(handler.opt.get("open")), COMMAND in handler.opt
        asked.add(handler.opt.get("query"))
        assert is_open + is_command + (handler.opt.get("query") in {*QUERIES, PERSONAL}) == 1, path
        assert is_open == (path in OPEN), path
        if not is_open and not is_command and handler.opt["query"] != PERSONAL:
            assert any(guard.__qualname__.startswith("seated") for guard in handler.resolve_guards()), path

    assert set(QUERIES) | {PERSONAL} == asked - {None}


def test_an_address_without_a_right_does_not_start() -> None:
    @get("/forgotten")
    async def forgotten() -> str:
        return "everything"

    with pytest.raises(RuntimeError, match="GET /forgotten has no permission"):
        application._application([forgotten], [])


async def test_without_a_token_nothing_but_what_is_open(system: System, app: Litestar, caller: Caller) -> None:
    forger = {"authorization": f"Bearer {_forged(system)}"}
    for method, path, handler in addresses(app):
        if path in OPEN:
            continue
        for headers in ({}, forger, {"authorization": "Bearer "}, {"x-tenant": OWN, "x-user": "admin"}):
            answer = await ask(caller, method, filled(path, OWN), handler, headers)
            assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated"), (method, path)


async def test_a_token_of_another_key_is_told_whose_are_taken_and_what_to_do(system: System, caller: Caller) -> None:
    """After the key was replaced, or with another data folder, every token that people hold is of another key."""
    answer = await caller.get("/v1/me", authorization=f"Bearer {_forged(system)}")

    problem = answer.json()
    assert (problem["reason"], problem["issuer"], problem["key_id"]) == ("unknown_key", "pakt", system.tokens.key_id)
    assert "Get a new token" in problem["detail"]
    assert system.tokens.key_id in problem["detail"]


def _forged(system: System) -> str:
    """A token with every claim right, signed by somebody else's key."""
    other = TokenIssuer.open(system.settings.data / "other" / "tokens.jwk")
    return other.issue(official(OWN, "administrator").person_id, "Mallory", 600)


async def test_another_tenants_closed_addresses_are_not_there(app: Litestar, caller: Caller) -> None:
    """Whoever has no mandate in a tenant is answered as if the tenant did not exist, byte for byte."""
    strangers = [caller.bearer(OWN, "administrator"), caller.bearer(OWN, "auditor"), caller.token()]
    for method, path, handler in addresses(app):
        roles = _roles(handler)
        if "{tenant:str}" not in path or roles is None or Role.SIGNED_IN in roles:
            continue
        for headers in strangers:
            there = await ask(caller, method, filled(path, OTHER), handler, headers)
            nowhere = await ask(caller, method, filled(path, "no-such-tenant"), handler, headers)
            assert there.status_code == 404, (method, path, there.text)
            assert (there.content, _plain(there)) == (nowhere.content, _plain(nowhere)), (method, path)


def _roles(handler: Any) -> frozenset[Role] | None:
    if COMMAND in handler.opt:
        command = handler.opt[COMMAND].command
        return next(domain.permissions[command] for domain in DOMAINS if command in domain.permissions)
    return QUERIES.get(handler.opt.get("query", ""))


def _plain(answer: httpx.Response) -> dict[str, str]:
    return dict(answer.headers)


async def test_another_tenants_things_are_not_there(system: System, app: Litestar, caller: Caller) -> None:
    """An id of another tenant is answered as an id that nobody has, byte for byte, on every address that takes one."""
    theirs = [str(await made(system, OTHER)) for made in (opened, planned, adopted_plan)]
    await project(system, OTHER)
    await project(system, OWN)
    before = await _head(system, OTHER), await _head(system, OWN)
    looked = len(await looks(system, OWN))
    seen = 0
    for method, path, handler in addresses(app):
        if "{id:uuid}" not in path or "{tenant:str}" not in path:
            continue
        for role in ("administrator", "drafting_officer", "consultation_coordinator", "legal_officer", "auditor"):
            headers = caller.bearer(OWN, role)
            nothing = await ask(caller, method, filled(path, OWN), handler, headers)
            for identifier in theirs if nothing.status_code != 403 else theirs[:1]:
                there = await ask(caller, method, filled(path, OWN, identifier), handler, headers)
                assert (there.status_code, there.content) == (nothing.status_code, nothing.content), (role, path)
                assert there.status_code in {400, 403, 404, 422}, (role, path, there.text)
                seen += there.status_code == 404

    assert seen > 100
    looked = len(await looks(system, OWN)) - looked  # what the auditor asked for, and nothing besides
    assert (await _head(system, OTHER), await _head(system, OWN) - looked) == before


async def _head(system: System, tenant: str) -> int:
    return await system.store.head((await system.handler.authority.tenant(tenant)).tenant_id)


async def test_what_is_named_in_a_body_or_a_filter_stays_within_the_tenant(system: System, caller: Caller) -> None:
    theirs = await opened(system, OTHER)
    headers = caller.bearer(OWN, "consultation_coordinator")
    contribution = {"consultation_id": str(theirs), "language": "sq", "body": "Teksti"}
    unknown = contribution | {"consultation_id": NOWHERE}
    headers |= {"x-request-id": NOWHERE}
    path = f"/v1/tenants/{OWN}/contributions"

    there, nowhere = await caller.post(path, contribution, **headers), await caller.post(path, unknown, **headers)
    assert (there.status_code, there.content) == (404, nowhere.content)

    for tenant in (OWN, OTHER):
        await project(system, tenant)
    for listed in ("deadlines?stream_id=", "audit?q=stream:"):
        answer = await caller.get(f"/v1/tenants/{OWN}/{listed}{theirs}", **headers)
        assert answer.json()["items"] == [], listed


async def test_every_role_gets_what_the_table_says(app: Litestar, caller: Caller) -> None:
    staff = (
        "administrator",
        "drafting_officer",
        "consultation_coordinator",
        "legal_officer",
        "auditor",
        "cso_delegate",
    )
    for method, path, handler in addresses(app):
        query = handler.opt.get("query")
        if query not in QUERIES or path in STREAMING or path.startswith("/v1/national"):
            continue
        for role in staff:
            answer = await ask(caller, method, filled(path, OWN), handler, caller.bearer(OWN, role))
            refused = answer.status_code == 403
            assert refused == (not QUERIES[query] & {role, Role.SIGNED_IN}), (role, path, answer.text)


async def test_the_national_addresses_need_the_national_tenant(app: Litestar, caller: Caller) -> None:
    for method, path, handler in addresses(app):
        if not path.startswith("/v1/national"):
            continue
        mine = await ask(caller, method, path, handler, caller.bearer(OWN, "administrator"))
        national = await ask(caller, method, path, handler, caller.bearer("opm", "ogg_supervisor"))
        assert (mine.status_code, national.status_code) == (404, 200), path


async def test_the_supervisor_sees_every_tenant_and_everybody_else_their_own(caller: Caller) -> None:
    supervisor = caller.bearer("opm", "ogg_supervisor")
    for tenant in (OWN, OTHER, "prishtine"):
        assert (await caller.get(f"/v1/tenants/{tenant}/consultations", **supervisor)).status_code == 200
    me = (await caller.get("/v1/me", **caller.bearer(OWN, "auditor"))).json()
    assert [seat["tenant"] for seat in me["seats"]] == [OWN]
    assert (await caller.get("/v1/me", **caller.token())).json()["seats"] == []


async def test_open_addresses_answer_problems_too(app: Litestar, caller: Caller) -> None:
    for method, path, _handler in addresses(app):
        if path.startswith("/v1/public") and method == "GET":
            answer = await caller.get(filled(path, OWN) + "?nothing=1")
            assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM), path
