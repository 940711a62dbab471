"""The whole system over two servers: half of the institutions on each, one gateway, figures of all."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from domain.kernel.ids import NATIONAL_SLUG
from domain.tenants.seed import demo_people
from infra.database.interface import MAIN_NODE
from services.audit.verify import verify
from services.bootstrap import System
from services.doctor import inside
from services.epochs import Epochs
from services.parts import START, Part
from services.work.failures import Failures
from services.worker.policies import Policies
from services.worker.standing import Standing
from tests.services.conftest import application
from tests.services.gateway.client import Caller, callers
from tests.services.gateway.scenario import opened
from tests.support.nodes import EAST, TestNodes

WITHIN = 60.0


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WITHIN):
        while not await true():
            await asyncio.sleep(0.1)


async def shown(caller: Caller, path: str, **headers: str) -> set[str]:
    answer = await caller.get(path, **headers)
    assert answer.status_code == 200, answer.text
    return {item["consultation_id"] for item in answer.json()["items"]}


async def test_institutions_of_two_servers_are_one_state(system: System, nodes: TestNodes) -> None:
    known = (await system.handler.authority.national(fresh=True)).institutions
    places = {slug: nodes.placement(one.tenant_id) for slug, one in known.items()}
    assert places[NATIONAL_SLUG] == MAIN_NODE
    assert abs(sum(place == EAST for place in places.values()) - len(places) / 2) < 2
    staffed = [one.tenant for one in demo_people() if one.role == "drafting_officer" and one.tenant != NATIONAL_SLUG]
    near, far = (next(slug for slug in staffed if places[slug] == node) for node in (MAIN_NODE, EAST))
    async with AsyncExitStack() as stack:
        for part in (Part.PROJECTOR, Part.SEALER):
            await stack.enter_async_context(START[part](system))
        app = await stack.enter_async_context(application(system))
        caller = await stack.enter_async_context(callers(app, system.tokens))
        ids = {slug: str(await opened(system, slug)) for slug in (near, far)}

        async def all_shown() -> bool:
            return await shown(caller, "/v1/public/consultations") == {*ids.values()}

        await until(all_shown)
        await _is_read_everywhere(caller, ids)
        await _stands_where_it_should(nodes, {slug: known[slug].tenant_id for slug in ids})
        await _is_sealed(system, far)
        await _is_worked_on(system)


async def _is_read_everywhere(caller: Caller, ids: dict[str, str]) -> None:
    """Each institution sees its own; what is open is found by its id; the past of all is that of each."""
    moment = f"?as_of={datetime.now(UTC).isoformat().replace('+00:00', 'Z')}"
    assert await shown(caller, f"/v1/public/consultations{moment}") == {*ids.values()}
    for slug, consultation_id in ids.items():
        found = await caller.get(f"/v1/public/consultations/{consultation_id}")
        assert (found.status_code, found.json()["tenant"]) == (200, slug)
        for role in ("drafting_officer", "auditor"):
            own = caller.bearer(slug, role)
            assert await shown(caller, f"/v1/tenants/{slug}/consultations", **own) == {consultation_id}
            assert await shown(caller, f"/v1/tenants/{slug}/consultations{moment}", **own) == {consultation_id}
        officer = caller.bearer(slug, "drafting_officer")
        path = f"/v1/tenants/{slug}/consultations/{consultation_id}"
        amended = await caller.post(f"{path}/amend", {"complex": True}, **officer)
        assert amended.status_code == 409, amended.text  # it is open: decided on its log, wherever that is


async def _stands_where_it_should(nodes: TestNodes, tenants: dict[str, int]) -> None:
    """A log on its own node; read models there, and all of them at home."""
    near, far = tenants.values()
    found = {}
    for name, part in nodes.parts.items():
        async with part.connect() as connection:
            logs = await connection.fetch(
                "SELECT DISTINCT tenant_id FROM es.event WHERE tenant_id = ANY ($1)", [near, far]
            )
            models = await connection.fetch("SELECT tenant_id FROM rm.consultation_register ORDER BY 1")
            found[name] = [{row[0] for row in logs}, {row[0] for row in models}]
    assert found == {MAIN_NODE: [{near}, {near, far}], EAST: [{far}, {far}]}


async def _is_sealed(system: System, slug: str) -> None:
    async def sealed() -> bool:
        [one, *_] = await verify(system, slug)
        assert one.faults == ()
        return one.sealed == one.entries > 0

    await until(sealed)
    assert await Epochs(system).rewound() == []


async def _is_worked_on(system: System) -> None:
    """What looks at all tenants looks at both servers."""
    failures = Failures(system.engine.connections, system.auditing)
    far = next(iter(await system.store.ends()))
    await Policies(system, failures).run_once()
    await Standing(system).look()
    tenants = [*await system.store.ends()]
    elsewhere = next(tenant for tenant in tenants if system.database.placement(tenant) == EAST)
    for tenant in (far, elsewhere):
        await failures.record(tenant, "test", "subject", "why")
    assert {one.tenant_id for one in await failures.all(tenants)} >= {far, elsewhere}
    findings = [finding async for finding in inside(system)]
    assert {finding.what for finding in findings} >= {"institutions", "read models", "seals", "parked streams"}
