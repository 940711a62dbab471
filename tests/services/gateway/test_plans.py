"""Consultation plans over HTTP: found again without their id, as they were, and by everybody once adopted."""

import asyncio
from uuid import UUID

from domain.consultations import commands as c
from domain.kernel.text import text
from services.bootstrap import System
from tests.services.gateway.client import PROBLEM, Caller
from tests.services.gateway.scenario import adopted_plan, drafted_plan
from tests.support.system import project, send

TENANT, OTHER = "mj", "mesti"
BASE = f"/v1/tenants/{TENANT}"
PUBLIC = "/v1/public/plans"
TITLE = {code: {"text": "Plani", "status": "authentic"} for code in ("sq", "sr", "en")}


async def test_a_plan_that_was_drafted_is_read_where_the_answer_says(system: System, caller: Caller) -> None:
    officer = caller.bearer(TENANT, "consultation_coordinator")
    sent = await caller.post(f"{BASE}/plans", {"year": 2026, "title": TITLE}, **officer)
    assert (sent.status_code, sent.headers["location"]) == (201, f"{BASE}/plans/{sent.json()['stream_id']}"), sent.text

    where = f"{sent.headers['location']}?at_least={sent.headers['pakt-position']}"
    reading = asyncio.ensure_future(caller.get(where, **officer))
    await project(system, TENANT)
    found = await reading

    assert (found.status_code, found.headers["etag"].split(".")[0]) == (200, '"1')
    assert found.headers["cache-control"] == "private, no-cache"
    plan = found.json()
    assert (plan["plan_id"], plan["year"], plan["state"], plan["items"]) == (
        sent.json()["stream_id"],
        2026,
        "draft",
        [],
    )
    assert plan.keys() & {"tenant_id", "items_in_force"} == set()
    again = await caller.get(where, **officer, **{"if-none-match": found.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_what_was_read_can_be_required_of_a_command(system: System, caller: Caller) -> None:
    plan_id = await drafted_plan(system, TENANT)
    await project(system, TENANT)
    officer = caller.bearer(TENANT, "consultation_coordinator")
    read = await caller.get(f"{BASE}/plans/{plan_id}", **officer)
    move = {"item_id": read.json()["items"][0]["item_id"], "to_quarter": 4, "reason": TITLE}
    headers = officer | {"if-match": read.headers["etag"]}

    done = await caller.post(f"{BASE}/plans/{plan_id}/move-item", move, **headers)
    stale = await caller.post(f"{BASE}/plans/{plan_id}/move-item", move | {"to_quarter": 1}, **headers)

    assert (done.status_code, stale.status_code) == (200, 412), (done.text, stale.text)


async def test_a_plan_is_found_without_its_id(system: System, caller: Caller) -> None:
    made = {year: str(await drafted_plan(system, TENANT, year)) for year in (2027, 2025)}
    made[2026] = str(await adopted_plan(system, TENANT, 2026))
    await project(system, TENANT)
    auditor = caller.bearer(TENANT, "auditor")

    async def years(filters: str) -> list[int]:
        return [item["year"] for item in (await caller.get(f"{BASE}/plans?{filters}", **auditor)).json()["items"]]

    assert await years("") == [2027, 2026, 2025]
    assert await years("state=draft") == [2027, 2025]
    [found] = (await caller.get(f"{BASE}/plans?year=2026", **auditor)).json()["items"]
    assert (found["plan_id"], found["state"], found["adoption"]["decision_no"]) == (made[2026], "adopted", "1/2026")
    assert found["consulted"]["remarks"] == 2
    path, seen = f"{BASE}/plans?limit=2", []
    while path:
        page = await caller.get(path, **auditor)
        seen += [item["plan_id"] for item in page.json()["items"]]
        path = page.headers.get("link", "").removeprefix("<").partition(">")[0]
    assert seen == [made[2027], made[2026], made[2025]]
    assert (await caller.get(f"{BASE}/plans/{made[2025]}", **caller.bearer(OTHER, "auditor"))).status_code == 404


async def test_a_plan_as_it_was(system: System, caller: Caller) -> None:
    plan_id = await adopted_plan(system, TENANT)
    before = await project(system, TENANT)
    auditor = caller.bearer(TENANT, "auditor")
    where = f"{BASE}/plans/{plan_id}"
    [item] = (await caller.get(where, **auditor)).json()["items"]
    reason = text(**dict.fromkeys(("sq", "sr", "en"), "Buxheti"))
    drop = c.DropPlanItem(item_id=UUID(item["item_id"]), reason=reason)
    await send(system, TENANT, "consultation_coordinator", drop, plan_id)
    await project(system, TENANT)

    now = (await caller.get(where, **auditor)).json()
    then = (await caller.get(f"{where}?as_of={before}", **auditor)).json()
    [listed] = (await caller.get(f"{BASE}/plans?as_of={before}", **auditor)).json()["items"]

    assert (now["state"], now["amended"], now["items"][0]["dropped_reason"]["sq"]["text"]) == (
        "amended",
        True,
        "Buxheti",
    )
    assert (then["state"], then["amended"], then["items"]) == ("adopted", False, [item])
    assert listed == then
    for past in ("as_of=2020-01-01T00:00:00Z", "known_at=2020-01-01T00:00:00Z"):
        assert (await caller.get(f"{where}?{past}", **auditor)).status_code == 404
        assert (await caller.get(f"{BASE}/plans?{past}", **auditor)).json()["items"] == []


async def test_plans_in_force_are_public_and_drafts_are_not(system: System, caller: Caller) -> None:
    await drafted_plan(system, TENANT, 2027)
    mine, theirs = await adopted_plan(system, TENANT), await adopted_plan(system, OTHER, 2025)
    for tenant in (TENANT, OTHER):
        await project(system, tenant)

    async def found(filters: str = "") -> list[str]:
        return [item["plan_id"] for item in (await caller.get(f"{PUBLIC}?{filters}")).json()["items"]]

    everything = await caller.get(PUBLIC)
    assert await found() == [str(mine), str(theirs)]
    assert await found(f"tenant={OTHER}") == [str(theirs)]
    assert await found("year=2026") == [str(mine)]
    assert await found(f"tenant={OTHER}&year=2026") == await found("year=2027") == []
    first = (await caller.get(f"{PUBLIC}?limit=1")).json()
    assert [item["plan_id"] for item in first["items"]] == [str(mine)]
    assert await found(f"limit=1&cursor={first['next_cursor']}") == [str(theirs)]
    assert everything.headers["cache-control"] == "public, max-age=15"
    [shown, _] = everything.json()["items"]
    assert (shown["tenant"], shown["state"], shown["items"][0]["quarter"]) == (TENANT, "adopted", 3)
    again = await caller.get(PUBLIC, **{"if-none-match": everything.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_what_the_list_does_not_know_is_refused(caller: Caller) -> None:
    auditor = caller.bearer(TENANT, "auditor")
    for path in (f"{PUBLIC}?state=draft", f"{PUBLIC}?year=26", f"{BASE}/plans?unit=x", f"{BASE}/plans?as_of=never"):
        answer = await caller.get(path, **auditor)
        assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM), path
    assert (await caller.get(f"{PUBLIC}?tenant=nobody")).status_code == 404


async def test_plans_are_counted_in_the_overviews_now_and_then(system: System, caller: Caller) -> None:
    plan_id = await adopted_plan(system, TENANT)
    await drafted_plan(system, OTHER, 2027)
    for tenant in (TENANT, OTHER):
        await project(system, tenant)
    auditor = caller.bearer(TENANT, "auditor")
    [item] = (await caller.get(f"{BASE}/plans/{plan_id}", **auditor)).json()["items"]
    head = await system.store.head((await system.handler.authority.tenant(TENANT)).tenant_id)
    move = c.MovePlanItem(item_id=UUID(item["item_id"]), to_quarter=4, reason=text(sq="Më vonë", sr="Kasnije"))
    await send(system, TENANT, "consultation_coordinator", move, plan_id)
    drop = c.DropPlanItem(item_id=UUID(item["item_id"]), reason=text(sq="Jo", sr="Ne"))
    await send(system, TENANT, "consultation_coordinator", drop, plan_id)
    await project(system, TENANT)

    async def counted(query: str) -> dict[str, object]:
        return (await caller.get(f"{BASE}/overview{query}", **auditor)).json()["further"]["plans"]

    nothing = {"plans": 0, "by_state": {}, "items": 0, "moved": 0, "dropped": 0}
    adopted = {"plans": 1, "by_state": {"adopted": 1}, "items": 1, "moved": 0, "dropped": 0}
    amended = {"plans": 1, "by_state": {"amended": 1}, "items": 1, "moved": 1, "dropped": 1}
    assert await counted("") == amended
    assert await counted(f"?as_of={head}") == adopted
    assert await counted("?year=2025") == nothing
    nation = (await caller.get("/v1/national/overview", **caller.bearer("opm", "ogg_supervisor"))).json()
    assert nation["further"]["plans"] == amended | {"plans": 2, "by_state": {"amended": 1, "draft": 1}}
