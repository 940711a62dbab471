"""What institutions may use: set by an event, counted over gateways, refused with what to do, shown to who administers."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from domain.kernel.manifest import Scope
from domain.tenants.commands import SetInstitutionQuota
from domain.tenants.events import InstitutionQuotaSet
from domain.tenants.quotas import USUAL, Resource
from infra.work.interface import Work
from services import budgets
from services.bootstrap import System
from services.gateway.institution_quota import MEGABYTE
from services.work.relay import Relay, Relayed
from tests.services.gateway.audits import stored
from tests.services.gateway.client import Caller
from tests.support import clients
from tests.support.system import project

MJ, MESTI, OPM = "mj", "mesti", "opm"
SETTING = f"/v1/tenants/{OPM}/institutions/quota"
PDF = b"%PDF-1.7\n" + b"x" * 400_000 + b"\n%%EOF\n"


async def limited(system: System, resource: Resource, limit: int, slug: str = MJ) -> None:
    await clients.administered(system, SetInstitutionQuota(slug=slug, resource=resource, limit=limit))


async def shown(caller: Caller, slug: str = MJ) -> dict[str, Any]:
    answer = await caller.get(f"/v1/tenants/{slug}/quotas", **caller.bearer(slug, "administrator"))
    assert answer.status_code == 200, answer.text
    assert answer.json()["tenant"] == slug
    return {one["resource"]: one for one in answer.json()["quotas"]}


async def listed(caller: Caller, slug: str, **headers: str) -> Any:
    return await caller.get(f"/v1/tenants/{slug}/me", **(caller.bearer(slug, "administrator") | headers))


async def test_a_national_administrator_sets_a_quota_and_nobody_elses_counts(system: System, caller: Caller) -> None:
    asked = {"slug": MJ, "resource": "requests", "limit": 77}
    for slug, role, status in (
        (MJ, "administrator", 404),
        (OPM, "drafting_officer", 403),
        (OPM, "administrator", 200),
    ):
        where = SETTING.replace(OPM, slug)
        answer = await caller.post(where, asked, **caller.bearer(slug, role))
        assert answer.status_code == status, (slug, role, answer.text)
    nobody = await caller.post(SETTING, asked | {"slug": "nobody"}, **caller.bearer(OPM, "administrator"))
    nothing = await caller.post(SETTING, asked | {"limit": 0}, **caller.bearer(OPM, "administrator"))

    assert (nobody.status_code, nothing.status_code) == (422, 422)
    assert len([one for one in await stored(system, OPM) if one.type_name == InstitutionQuotaSet.TOPIC]) == 1
    mine, others = await shown(caller), await shown(caller, MESTI)
    assert (mine["requests"]["limit"], mine["requests"]["is_set"], mine["requests"]["per"]) == (77, True, "minute")
    assert (others["requests"]["limit"], others["requests"]["is_set"]) == (USUAL[Resource.REQUESTS], False)
    assert set(mine) == set(Resource)


async def test_use_is_for_who_administers_the_institution(caller: Caller) -> None:
    for slug, role, status in ((MJ, "auditor", 200), (MJ, "drafting_officer", 403), (MESTI, "administrator", 404)):
        answer = await caller.get(f"/v1/tenants/{MJ}/quotas", **caller.bearer(slug, role))
        assert answer.status_code == status, (slug, role)


async def test_an_institution_at_its_limit_is_told_when_to_come_back_and_the_others_notice_nothing(
    system: System, caller: Caller
) -> None:
    await limited(system, Resource.REQUESTS, 20)
    answers = await asyncio.gather(*(listed(caller, slug) for _ in range(40) for slug in (MJ, MESTI)))
    mine, others = answers[::2], answers[1::2]
    refused = [one for one in mine if one.status_code == 429]

    assert {one.status_code for one in others} == {200}
    assert len(refused) >= 20, "of two minutes, if one ended meanwhile"
    assert refused[0].json()["type"] == "/problems/institution-quota-exceeded"
    assert refused[0].json()["limit"] == 20
    wait = int(refused[0].headers["retry-after"])
    assert 1 <= wait <= 60
    assert refused[0].headers["ratelimit-policy"] == '"institution-requests";q=20;w=60'
    assert refused[0].headers["ratelimit"] == f'"institution-requests";r=0;t={wait}'
    assert not [one for one in others if "ratelimit" in one.headers], "nor how much others have left"
    command = await caller.post(
        f"/v1/tenants/{MJ}/languages",
        {"languages": ["sq", "sr"], "decision_no": "1"},
        **caller.bearer(MJ, "legal_officer"),
    )
    assert command.status_code == 429


async def test_who_was_refused_is_refused_without_being_looked_at_and_nobody_else_is(
    system: System, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "AGAIN", 60.0)
    await limited(system, Resource.REQUESTS, 20)
    await asyncio.gather(*(listed(caller, MJ) for _ in range(41)))
    here = f"/v1/tenants/{MJ}"

    for refused in (
        await caller.get(f"{here}/me"),
        await caller.get(f"{here}/nothing-is-here"),
        await caller.post(f"{here}/languages", {}, authorization="Bearer x"),
    ):
        assert (refused.status_code, refused.json()["type"]) == (429, "/problems/institution-quota-exceeded")
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["ratelimit-policy"] == '"institution-requests";q=20;w=60'
        assert refused.json()["instance"] == f"urn:uuid:{refused.headers['x-request-id']}"
    assert (await caller.get(f"{here}x/me")).status_code == 401
    assert (await caller.get(f"/v1/public/tenants/{MJ}/consultations")).status_code != 429
    assert (await listed(caller, MESTI)).status_code == 200


async def test_who_may_not_ask_uses_nothing_up(system: System, caller: Caller) -> None:
    await limited(system, Resource.REQUESTS, 5)
    stranger = caller.bearer(MESTI, "drafting_officer")
    strange = [await caller.get(f"/v1/tenants/{MJ}/quotas", **stranger) for _ in range(8)]
    nobody = [await caller.get(f"/v1/tenants/{MJ}/quotas") for _ in range(8)]

    assert {one.status_code for one in nobody} == {401}
    assert {one.status_code for one in strange} == {404}
    assert (await shown(caller))["requests"]["used"] <= 2, "it alone has asked"


async def test_commands_of_who_may_not_send_them_use_nothing_up(system: System, caller: Caller) -> None:
    await limited(system, Resource.REQUESTS, 5)
    client = await clients.registered(system, Scope.CONTRIBUTIONS, tenants=(MESTI,))
    where, sent = f"/v1/tenants/{MJ}/languages", {"languages": ["sq", "sr"], "decision_no": "1"}
    strangers = [
        caller.bearer(MESTI, "legal_officer"),
        caller.bearer(MJ, "auditor"),
        clients.bearer(system, client),
        caller.token(),
    ]
    refused = [
        await caller.post(where, body, **stranger)
        for stranger in strangers
        for body in (sent, {"languages": []}, {})
        for _ in range(5)
    ]
    voice = {
        "consultation_id": str(uuid4()),
        "language": "sq",
        "body": "Jo",
        "contributor": {"name": "A", "email": "a@b.org"},
    }
    outside = [await caller.post(f"/v1/tenants/{MJ}/contributions", voice, **strangers[2]) for _ in range(8)]
    single, known = caller.bearer(MESTI, "legal_officer"), caller.bearer(MJ, "legal_officer")
    unknown = await caller.post(where.replace(MJ, "nobody"), sent, **single)
    there = await caller.post(where, sent, **single)

    assert {one.status_code for one in refused} <= {403, 404, 422}
    assert {one.status_code for one in outside} == {404}
    told = [one.headers.get("ratelimit", "") for one in refused]
    assert not [one for one in told if "institution" in one], "nor are they told how much is left"
    assert (unknown.status_code, unknown.json()["title"]) == (there.status_code, there.json()["title"])
    assert (await shown(caller))["requests"]["used"] <= 1
    assert [(await caller.post(where, {}, **known)).status_code for _ in range(2)] == [422, 422]
    assert (await shown(caller))["requests"]["used"] >= 3, "who may send it uses it, refused or not"


async def test_a_body_that_never_comes_holds_nothing(system: System, caller: Caller) -> None:
    await limited(system, Resource.REQUESTS, 5)
    waiting, over = asyncio.Event(), asyncio.Event()

    async def never() -> AsyncIterator[bytes]:
        waiting.set()
        await over.wait()
        yield b"{}"

    where = f"/v1/tenants/{MJ}/languages"
    headers = caller.bearer(MESTI, "legal_officer") | {"idempotency-key": "x", "content-type": "application/json"}
    sending = asyncio.ensure_future(caller.client.post(where, content=never(), headers=headers))
    await waiting.wait()
    used = (await shown(caller))["requests"]["used"]
    over.set()

    assert (await sending).status_code in {400, 404, 422}
    assert used <= 1


async def test_what_anybody_may_ask_or_send_is_used_by_members_and_by_what_is_done(
    system: System, caller: Caller
) -> None:
    await limited(system, Resource.REQUESTS, 5)
    looked = [await caller.get(f"/v1/tenants/{MJ}/rules", **caller.token()) for _ in range(8)]
    nothing = [await caller.post(f"/v1/tenants/{MJ}/contributions", {}, **caller.token()) for _ in range(8)]

    assert {one.status_code for one in looked} == {200}
    assert {one.status_code for one in nothing} == {422}
    assert (await shown(caller))["requests"]["used"] <= 1
    assert [(await listed(caller, MJ)).status_code for _ in range(3)] == [200] * 3
    assert (await shown(caller))["requests"]["used"] >= 4


async def test_lists_are_taken_whole_as_often_as_the_quota_says(system: System, caller: Caller) -> None:
    await limited(system, Resource.EXPORTS, 2)
    where, bulk = f"/v1/tenants/{MJ}/failed-work", {"accept": "text/csv"}
    asker = caller.bearer(MJ, "administrator")
    taken = [(await caller.get(where, **(asker | bulk))).status_code for _ in range(3)]

    assert taken == [200, 200, 429]
    assert (await caller.get(where, **asker)).status_code == 200, "pages are no exports"
    other = await caller.get(where.replace(MJ, MESTI), **(caller.bearer(MESTI, "administrator") | bulk))
    assert other.status_code == 200
    assert (await shown(caller))["exports"]["used"] >= 2


async def test_files_have_room_until_the_quota_is_full(system: System, caller: Caller) -> None:
    await limited(system, Resource.STORAGE, 1)

    async def uploaded(data: bytes, slug: str = MJ) -> int:
        headers = caller.bearer(slug, "drafting_officer") | {"content-type": "application/pdf"}
        answer = await caller.client.post(f"/v1/tenants/{slug}/files", content=data, headers=headers)
        if answer.status_code == 403:
            assert answer.json()["type"] == "/problems/institution-quota-full"
        return int(answer.status_code)

    second, third = PDF.replace(b"x" * 9, b"y" * 9, 1), PDF.replace(b"x" * 9, b"z" * 9, 1)
    assert [await uploaded(one) for one in (PDF, PDF, second, third, second)] == [201, 201, 201, 403, 201]
    assert await uploaded(third, MESTI) == 201
    assert (await shown(caller))["storage"]["used"] == 1
    assert await system.eraser.uploads.stored((await system.handler.authority.tenant(MJ)).tenant_id) < MEGABYTE


async def test_endpoints_that_name_the_institution_are_as_many_as_its_quota_says(
    system: System, caller: Caller
) -> None:
    await limited(system, Resource.WEBHOOKS, 1)
    client = await clients.registered(system, Scope.WEBHOOKS, Scope.FEED)
    bearer = clients.bearer(system, client)

    async def told(key: str, *tenants: str, where: str = "", **more: str) -> Any:
        body = {"url": "https://civikos.example/x", "types": ["consultations.*"], "tenants": tenants} | more
        answer = await caller.post(
            f"/v1/tenants/{OPM}/webhook-endpoints{where}", body, **(bearer | {"idempotency-key": key})
        )
        await project(system, OPM)
        return answer

    first = await told("first", MJ)
    assert first.status_code == 201, first.text
    full = await told("second", MESTI, MJ)
    assert (full.status_code, full.json()["resource"]) == (403, "webhooks")
    assert (await told("first", MJ)).json() == first.json(), "what was done is answered again"
    amended = await told("amend", MJ, MESTI, where=f"/{first.json()['stream_id']}/amend")
    assert amended.status_code == 200, "itself it does not count"
    assert (await told("third", "all")).status_code == 201
    assert (await shown(caller))["webhooks"]["used"] == 1


async def test_work_that_follows_waits_in_the_log_while_as_much_waits_as_may(system: System) -> None:
    tenant_id = (await system.handler.authority.tenant(MJ)).tenant_id
    await limited(system, Resource.JOBS, 1)
    await system.works.add([Work(tenant_id, "webhook", "1:1")])

    async def follow(tenant: int, events: Any) -> list[Work]:
        return [Work(tenant, "webhook", f"{tenant}:{one.position}") for one in events]

    class Told:
        def tell(self, works: Any) -> None:
            assert works

    relay = Relay(system, [Relayed("test", follow)], Told())  # type: ignore[arg-type]
    other = (await system.handler.authority.tenant(MESTI)).tenant_id
    for tenant in (tenant_id, other):
        await relay.attend(tenant)
    assert (relay.reached(tenant_id), relay.reached(other)) == (0, await system.store.head(other))
    [held] = await system.works.claim([Work(tenant_id, "webhook", "1:1")], 60)
    await system.works.end_all([held])
    await relay.attend(tenant_id)

    assert relay.reached(tenant_id) == await system.store.head(tenant_id)
