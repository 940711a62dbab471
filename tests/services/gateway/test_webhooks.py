"""Webhook endpoints over HTTP: a client's own, seen by the national administrator, nothing to anybody else."""

from typing import Any
from uuid import uuid4

import pytest

from domain.kernel.manifest import Scope
from services.bootstrap import System
from tests.services.gateway.client import Caller
from tests.support.clients import bearer, registered
from tests.support.system import project

AT = "/v1/tenants/opm/webhook-endpoints"
CHOICE = {"url": "https://civikos.example/in", "types": ["consultations.*"], "tenants": ["all"]}


def sent(system: System, client: Any, *scopes: Scope) -> dict[str, str]:
    return bearer(system, client, *scopes) | {"idempotency-key": f'"{uuid4()}"'}


async def test_an_endpoint_is_its_clients_own(system: System, caller: Caller) -> None:
    client, other = await registered(system), await registered(system, title="Another")
    made = await caller.client.post(AT, json=CHOICE, headers=sent(system, client))
    assert made.status_code == 201, made.text
    address = f"{AT}/{made.json()['stream_id']}"
    await project(system, "opm")

    shown = await caller.client.get(address, headers=bearer(system, client))
    assert (shown.status_code, shown.json()["url"], shown.json()["state"]) == (200, CHOICE["url"], "active")
    secrets = (await caller.client.get(f"{address}/secrets", headers=bearer(system, client))).json()["secrets"]
    assert [(one["generation"], one["secret"][:6], one["public_key"][:5]) for one in secrets] == [
        (1, "whsec_", "whpk_")
    ]
    assert (await caller.client.get(f"{address}/attempts", headers=bearer(system, client))).json()["items"] == []
    assert len((await caller.client.get(AT, headers=bearer(system, client))).json()["items"]) == 1

    assert (await caller.client.get(AT, headers=bearer(system, other))).json()["items"] == []
    for path in ("", "/secrets", "/attempts"):
        assert (await caller.client.get(f"{address}{path}", headers=bearer(system, other))).status_code == 404
    ping = await caller.client.post(f"{address}/ping", json={}, headers=sent(system, other))
    assert ping.status_code == 404

    administrator = caller.bearer("opm", "administrator")
    assert len((await caller.client.get(AT, headers=administrator)).json()["items"]) == 1
    assert (await caller.client.get(f"{address}/secrets", headers=administrator)).status_code == 403


async def test_a_secret_is_replaced_and_both_are_shown(system: System, caller: Caller) -> None:
    client = await registered(system)
    made = await caller.client.post(AT, json=CHOICE, headers=sent(system, client))
    address = f"{AT}/{made.json()['stream_id']}"

    rotated = await caller.client.post(f"{address}/rotate-secret", json={}, headers=sent(system, client))

    assert rotated.status_code == 200, rotated.text
    secrets = (await caller.client.get(f"{address}/secrets", headers=bearer(system, client))).json()["secrets"]
    assert [one["generation"] for one in secrets] == [2, 1]
    assert [one["valid_until"] is None for one in secrets] == [True, False]
    assert len({one["secret"] for one in secrets}) == len({one["public_key"] for one in secrets}) == 2


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"url": "http://civikos.example/in"}, "/url"),
        ({"url": "https://169.254.169.254/latest"}, "/url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "/url"),
        ({"url": "https://civikos.example:0/"}, "/url"),
        ({"url": "https://127.1/"}, "/url"),
        ({"url": "https://2130706433/"}, "/url"),
        ({"url": "https://0x7f.0.0.1/"}, "/url"),
        ({"url": "https://example.0x/"}, "/url"),
        ({"url": "https://127.0.0.1./"}, "/url"),
        ({"url": "https://0/"}, "/url"),
        ({"url": "https://LocalHost./"}, "/url"),
        ({"url": "https://pakt.localhost/"}, "/url"),
        ({"types": ["nothing.*"]}, "/types/0"),
        ({"types": ["*", "consultations.ContributionDrafted.v1"]}, "/types/1"),
        ({"tenants": ["nowhere"]}, "/tenants/0"),
    ],
)
async def test_what_cannot_be_told_is_refused_at_once(
    system: System, caller: Caller, change: dict[str, Any], pointer: str
) -> None:
    client = await registered(system)
    before = await system.store.head(1)

    refused = await caller.client.post(AT, json=CHOICE | change, headers=sent(system, client))

    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert await system.store.head(1) == before


async def test_the_scope_is_needed(system: System, caller: Caller) -> None:
    client = await registered(system)

    refused = await caller.client.post(AT, json=CHOICE, headers=sent(system, client, Scope.FEED))

    assert refused.status_code == 403
    assert refused.json()["scopes"] == ["webhooks"]
