"""Schemathesis over every documented address: no 5xx, no answer that is not documented, nothing that breaks a schema.

`PAKT_FUZZ_CASES` is the number of generated cases (CI takes 3,000, a qualification 100,000); each comes with the token of another demo person.
"""

import asyncio
import itertools
import math
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import httpx
import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity
from litestar import Litestar
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.bootstrap import System
from services.gateway.schema import described
from tests.services.gateway.client import PROBLEM, Caller
from tests.services.gateway.scenario import opened, planned
from tests.support.system import project

CASES = int(os.environ.get("PAKT_FUZZ_CASES", "400"))
ENOUGH_TO_CREATE = 5_000
"""Cases after which chance alone no longer explains that nothing was begun."""
TENANT = "mj"
ENDLESS = ("/events/stream", "/feed/stream")
"""Feeds never end by themselves; tests of their own look at them."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ROLES = ("administrator", "drafting_officer", "consultation_coordinator", "legal_officer", "auditor")


@pytest.mark.slow
async def test_no_generated_request_breaks_anything(system: System, app: Litestar, caller: Caller) -> None:
    known = [str(await opened(system, TENANT)), str(await planned(system, TENANT, "Tjetër"))]
    await project(system, TENANT)
    people = itertools.cycle([caller.bearer(TENANT, role) for role in ROLES] + [caller.token(), {}])
    schema = schemathesis.openapi.from_dict(described(app))
    operations = [one.ok() for one in schema.get_all_operations() if not one.ok().path.endswith(ENDLESS)]
    seen: Counter[int] = Counter()
    failures: list[str] = []
    loop = asyncio.get_running_loop()

    def send(case: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(_call(case, caller, next(people), known), loop).result(30)

    def run() -> None:
        each = math.ceil(CASES / len(operations))
        for operation in operations:
            try:
                _fuzz(operation, each, send, seen)
            except BaseExceptionGroup as group:
                failures.extend(f"{operation.label}: {error}" for error in group.exceptions)
            except Exception as error:
                failures.append(f"{operation.label}: {error}")

    projecting = asyncio.create_task(_project_always(system))
    await asyncio.to_thread(run)
    projecting.cancel()
    print(f"\nfuzz: {seen.total()} cases over {len(operations)} operations, by status {dict(sorted(seen.items()))}")
    assert failures == []
    assert seen.total() >= CASES * 0.9
    assert {200, 400, 401, 404, 422} <= set(seen)
    assert 201 in seen or CASES < ENOUGH_TO_CREATE
    assert not [status for status in seen if status >= 500]


async def _project_always(system: System) -> None:
    """What commands stored becomes visible, as beside any gateway: who asks for a position else waits for nothing."""
    while True:
        await project(system, TENANT)
        await asyncio.sleep(0.1)


def _fuzz(operation: Any, cases: int, send: Any, seen: Counter[int]) -> None:
    modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    for mode in modes:
        if mode is schemathesis.GenerationMode.NEGATIVE and not _can_be_wrong(operation):
            continue

        @hypothesis.settings(
            max_examples=math.ceil(cases / 2),
            deadline=None,
            database=None,
            derandomize=True,
            verbosity=Verbosity.quiet,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def one(case: Any) -> None:
            try:
                response = send(case)
            except httpx.InvalidURL:
                hypothesis.reject()  # longer than 64 KiB: the client sends no such address, and the server reads none
            seen[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)
            if response.status_code >= 400:
                # OAuth says errors in a form of its own (RFC 6749, section 5.2)
                kinds = {PROBLEM, "application/json"} if operation.path.startswith("/oauth/") else {PROBLEM}
                assert response.headers["content-type"] in kinds or response.status_code == 503

        one()


def _can_be_wrong(operation: Any) -> bool:
    return bool(operation.body or operation.query or operation.headers)


async def _call(case: Any, caller: Caller, person: dict[str, str], known: list[str]) -> Any:
    parameters = dict(case.path_parameters or {})
    if "tenant" in parameters:
        parameters["tenant"] = TENANT
    if "id" in parameters and len(str(parameters["id"])) % 2 == 0:
        parameters["id"] = known[crc32(str(parameters["id"]).encode()) % len(known)]
    case.path_parameters = parameters
    sent = case.as_transport_kwargs(base_url="http://pakt")
    headers = {k: v for k, v in dict(sent.get("headers") or {}).items() if k.lower() != "authorization"} | person
    request = {name: sent[name] for name in ("params", "json", "data") if sent.get(name) is not None}
    if isinstance(request.get("data"), (bytes, str)):
        request["content"] = request.pop("data")
    return await caller.client.request(sent["method"], sent["url"], headers=_sendable(headers), **request)


def _sendable(headers: dict[str, str]) -> Iterator[tuple[bytes, bytes]] | list[tuple[bytes, bytes]]:
    return [
        (name.encode("latin-1", "replace"), str(value).encode("latin-1", "replace")) for name, value in headers.items()
    ]
