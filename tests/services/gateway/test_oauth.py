"""The authorization server by its RFCs: tokens (6749, 9068), keys (7517), revocation (7009), metadata (8414), quotas."""

import asyncio
import base64
from typing import Any
from urllib.parse import quote_plus
from uuid import UUID, uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from domain.clients import commands as c
from domain.kernel.manifest import Scope
from infra.identity.token_keys import retire, rotate
from infra.identity.tokens import CLIENT_SECONDS
from services.bootstrap import System
from services.gateway.authorization import WRONG_PER_MINUTE
from services.gateway.client_secret import PREFIX, is_well_formed, new_secret
from services.settings import token_key_file
from tests.services.gateway.client import Caller
from tests.support import clients

BASE = "/v1/tenants/opm/api-clients"
LATER = "2100-01-01T00:00:00Z"


async def secret_of(caller: Caller, client_id: UUID, key: str = "", **asked: str) -> dict[str, Any]:
    headers = caller.bearer("opm", "administrator") | {"idempotency-key": key or str(uuid4())}
    answer = await caller.client.post(f"{BASE}/{client_id}/secrets", json=asked, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    told: dict[str, Any] = answer.json()
    return told


async def asked(caller: Caller, form: dict[str, str], path: str = "/oauth/token", **headers: str) -> httpx.Response:
    return await caller.client.post(path, data=form, headers=headers)


def basic(client_id: object, secret: str) -> str:
    named = f"{quote_plus(str(client_id))}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(named.encode()).decode()}"


def form_of(client_id: UUID, secret: str, **more: str) -> dict[str, str]:
    return {"grant_type": "client_credentials", "client_id": str(client_id), "client_secret": secret} | more


@pytest.fixture
async def client_id(system: System) -> UUID:
    return await clients.registered(system, Scope.FEED, Scope.SCORES)


@pytest.fixture
async def secret(caller: Caller, client_id: UUID) -> str:
    return str((await secret_of(caller, client_id))["secret"])


async def test_a_client_gets_a_token_that_others_can_verify(
    caller: Caller, system: System, client_id: UUID, secret: str
) -> None:
    metadata = (await caller.get("/.well-known/oauth-authorization-server")).json()
    assert metadata["token_endpoint"] == f"{metadata['issuer']}/oauth/token"
    keys = KeySet.import_key_set((await caller.get("/oauth/jwks")).json())

    for form, headers in (
        ({"grant_type": "client_credentials"}, {"authorization": basic(client_id, secret)}),
        (form_of(client_id, secret), {}),
    ):
        answer = await asked(caller, form, **headers)
        told = answer.json()
        assert (answer.status_code, told["token_type"], told["expires_in"]) == (200, "Bearer", CLIENT_SECONDS)
        assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
        token = jwt.decode(told["access_token"], keys, algorithms=["Ed25519"])
        assert token.header["typ"] == "at+jwt"
        claims = token.claims
        assert (claims["iss"], claims["aud"], claims["scope"]) == (metadata["issuer"], "pakt-api", "feed scores")
        assert claims["sub"] == claims["client_id"] == str(client_id)
        assert claims["exp"] - claims["iat"] == CLIENT_SECONDS
        assert system.tokens.read(told["access_token"])


async def test_a_client_asks_for_less_and_never_for_more(caller: Caller, client_id: UUID, secret: str) -> None:
    less = await asked(caller, form_of(client_id, secret, scope="scores"))
    assert less.json()["scope"] == "scores"

    for scope in ("scores witness", "nothing", "FEED", "feed\u00a0scores"):
        more = await asked(caller, form_of(client_id, secret, scope=scope))
        assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": str(uuid4())}, 401, "invalid_client"),
        ({"client_id": "x"}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_secret": new_secret()}, 401, "invalid_client"),
    ],
)
async def test_what_is_wrong_is_said_as_the_rfc_says_it(
    caller: Caller, client_id: UUID, secret: str, change: dict[str, str], status: int, error: str
) -> None:
    answer = await asked(caller, form_of(client_id, secret) | change)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["content-type"] == "application/json"
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert secret not in answer.text


async def test_malformed_requests_are_refused(caller: Caller, client_id: UUID, secret: str) -> None:
    right = {"authorization": basic(client_id, secret), "content-type": "application/x-www-form-urlencoded"}
    grant = "grant_type=client_credentials"
    cases: list[tuple[str, dict[str, str], int]] = [
        (f"{grant}&{grant}", right, 400),
        (f"{grant}&client_secret={secret}", right, 400),
        (f"{grant}&client_id={uuid4()}", right, 400),
        (grant, right | {"content-type": "application/json"}, 400),
        ("grant_type=%ff", right, 400),
        (f"{grant}&x={'a' * 9_000}", right, 413),
        (grant, right | {"authorization": "Basic !!!"}, 401),
        (grant, right | {"authorization": f"Basic {base64.b64encode(str(client_id).encode()).decode()}"}, 401),
        (grant, right | {"authorization": f"Bearer {secret}"}, 401),
        (grant, right | {"authorization": basic(client_id, secret + "x")}, 401),
    ]
    for sent, headers, status in cases:
        answer = await caller.client.post("/oauth/token", content=sent, headers=headers)
        assert answer.status_code == status, (sent[:80], answer.text)
    assert (await caller.client.post("/oauth/token", content=grant, headers=right)).status_code == 200


async def test_a_secret_is_told_once(caller: Caller, client_id: UUID, system: System) -> None:
    first = await secret_of(caller, client_id, "one", expires_at=LATER)
    again = await secret_of(caller, client_id, "one", expires_at=LATER)

    assert is_well_formed(first["secret"])
    assert again == first | {"secret": None}
    headers = caller.bearer("opm", "administrator") | {"idempotency-key": "one"}
    other = await caller.client.post(f"{BASE}/{client_id}/secrets", json={}, headers=headers)
    assert other.json()["type"] == "/problems/idempotency-key-reused"
    log = await system.store.read_log(1, 0, 10_000)
    assert not [event for event in log if first["secret"].encode() in event.data]
    shown = (await caller.get(f"{BASE}/{client_id}", **caller.bearer("opm", "auditor"))).json()
    assert first["secret"] not in str(shown)
    assert [one["secret_id"] for one in shown["secrets"]] == [first["secret_id"]]


async def test_two_at_once_with_one_key_make_one_secret(caller: Caller, client_id: UUID) -> None:
    made = await asyncio.gather(*(secret_of(caller, client_id, "same") for _ in range(4)))

    assert len({one["secret_id"] for one in made}) == 1
    assert len([one for one in made if one["secret"] is not None]) == 1


async def test_only_the_nations_administrator_makes_secrets(caller: Caller, client_id: UUID) -> None:
    for tenant, role, status in (("opm", "registrar", 403), ("mj", "administrator", 404), ("opm", "auditor", 403)):
        path = f"/v1/tenants/{tenant}/api-clients/{client_id}/secrets"
        answer = await caller.post(path, {}, **caller.bearer(tenant, role))
        assert answer.status_code == status, (tenant, role, answer.text)


async def test_secrets_change_over_without_a_gap(caller: Caller, system: System, client_id: UUID, secret: str) -> None:
    second = await secret_of(caller, client_id)
    third = await caller.post(f"{BASE}/{client_id}/secrets", {}, **caller.bearer("opm", "administrator"))
    assert third.json()["rule"] == "client.secrets"
    for one in (secret, second["secret"]):
        assert (await asked(caller, form_of(client_id, one))).status_code == 200

    first = (await caller.get(f"{BASE}/{client_id}", **caller.bearer("opm", "administrator"))).json()["secrets"][0]
    await clients.administered(system, c.RetireClientSecret(secret_id=UUID(first["secret_id"])), client_id)

    assert (await asked(caller, form_of(client_id, secret))).status_code == 401
    assert (await asked(caller, form_of(client_id, second["secret"]))).status_code == 200


async def test_wrong_secrets_are_bounded_and_stop_nobody(caller: Caller, client_id: UUID, secret: str) -> None:
    for _ in range(2):  # once more where a minute began meanwhile
        told = [await asked(caller, form_of(client_id, new_secret())) for _ in range(WRONG_PER_MINUTE + 1)]
        if told[-1].status_code == 429:
            break

    assert [one.status_code for one in told] == [401] * WRONG_PER_MINUTE + [429]
    assert 1 <= int(told[-1].headers["retry-after"]) <= 60
    assert (await asked(caller, form_of(client_id, secret))).status_code == 200


async def test_a_revoked_token_is_over_and_others_go_on(caller: Caller, client_id: UUID, secret: str) -> None:
    one, two = [(await asked(caller, form_of(client_id, secret))).json()["access_token"] for _ in "12"]
    reads = "/v1/tenants/mj/measures"
    before = [(await caller.get(reads, authorization=f"Bearer {token}")).status_code for token in (one, two)]
    assert 401 not in before

    ended = await asked(caller, {"token": one}, "/oauth/revoke", authorization=basic(client_id, secret))

    assert (ended.status_code, ended.content) == (200, b"")
    refused = await caller.get(reads, authorization=f"Bearer {one}")
    assert (refused.status_code, refused.json()["reason"]) == (401, "revoked")
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    assert (await caller.get(reads, authorization=f"Bearer {two}")).status_code == before[1]
    again = await asked(caller, {"token": one}, "/oauth/revoke", authorization=basic(client_id, secret))
    assert again.status_code == 200


async def test_nobody_revokes_the_tokens_of_others(
    caller: Caller, system: System, client_id: UUID, secret: str
) -> None:
    other = await clients.registered(system, Scope.SCORES)
    theirs = system.tokens.issue_to_client(other, [Scope.SCORES])
    by = {"authorization": basic(client_id, secret)}

    answer = await asked(caller, {"token": theirs}, "/oauth/revoke", **by)
    person = await asked(caller, {"token": system.tokens.issue(uuid4(), "Besa", 60)}, "/oauth/revoke", **by)
    unknown = await asked(caller, {"token": "x.y.z", "token_type_hint": "access_token"}, "/oauth/revoke", **by)
    nothing = await asked(caller, {}, "/oauth/revoke", **by)
    nobody = await asked(caller, {"token": theirs}, "/oauth/revoke")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert (person.status_code, person.json()["error"]) == (400, "unsupported_token_type")
    assert [one.status_code for one in (unknown, nothing, nobody)] == [200, 400, 401]
    assert (await caller.get("/v1/tenants/mj/measures", authorization=f"Bearer {theirs}")).status_code != 401


async def test_a_revoked_client_has_no_token_and_no_answer(
    caller: Caller, system: System, client_id: UUID, secret: str
) -> None:
    token = (await asked(caller, form_of(client_id, secret))).json()["access_token"]

    await clients.revoked(system, client_id)

    assert (await asked(caller, form_of(client_id, secret))).status_code == 401
    answer = await caller.get("/v1/tenants/mj/measures", authorization=f"Bearer {token}")
    assert (answer.status_code, answer.json()["reason"]) == (401, "revoked")


async def test_a_quota_is_told_and_held(caller: Caller, system: System, client_id: UUID) -> None:
    await clients.administered(system, c.SetClientQuota(per_minute=3), client_id)
    await system.handler.authority.national(fresh=True)
    by = clients.bearer(system, client_id)
    for _ in range(2):  # once more where a minute began meanwhile
        told = [await caller.get("/v1/tenants/mj/measures", **by) for _ in range(4)]
        if told[-1].status_code == 429:
            break

    assert [one.headers["ratelimit-policy"] for one in told] == ['"minute";q=3;w=60'] * 4
    assert [one.headers["ratelimit"].partition(";t=")[0] for one in told] == [f'"minute";r={n}' for n in (2, 1, 0, 0)]
    assert told[-1].json()["type"] == "/problems/quota-exceeded"
    assert 1 <= int(told[-1].headers["retry-after"]) <= 60
    command = await caller.post(f"{BASE}", {"title": "x", "scopes": [], "tenants": []}, **by)
    assert (command.status_code, "ratelimit" in command.headers) == (429, True)
    person = await caller.get("/v1/me", **caller.bearer("mj", "administrator"))
    assert "ratelimit" not in person.headers


async def test_the_last_use_is_shown(caller: Caller, system: System, client_id: UUID) -> None:
    async def shown(tenant: str) -> list[dict[str, Any]]:
        listed = await caller.get(f"/v1/tenants/{tenant}/api-clients", **caller.bearer(tenant, "administrator"))
        assert listed.status_code == 200, listed.text
        found: list[dict[str, Any]] = listed.json()["items"]
        return found

    assert [(one["client_id"], one["last_used_at"]) for one in await shown("opm")] == [(str(client_id), None)]

    await caller.get("/v1/tenants/mj/measures", **clients.bearer(system, client_id))

    assert [one["last_used_at"] is not None for one in await shown("opm")] == [True]
    assert [one["client_id"] for one in await shown("mj")] == [str(client_id)]
    await clients.changed(system, client_id, Scope.FEED, tenants=("municipalities",))
    assert await shown("mj") == []


async def test_keys_change_while_tokens_live(caller: Caller, system: System, client_id: UUID, secret: str) -> None:
    old = (await asked(caller, form_of(client_id, secret))).json()["access_token"]
    person, first = system.tokens.issue(uuid4(), "Besa", 600), system.tokens.key_id

    second = rotate(token_key_file(system.settings))

    new = (await asked(caller, form_of(client_id, secret))).json()["access_token"]
    assert [one["kid"] for one in (await caller.get("/oauth/jwks")).json()["keys"]] == [first, second]
    assert (
        jwt.decode(
            new, KeySet([one.public for one in system.tokens.keys.believed.values()]), algorithms=["Ed25519"]
        ).header["kid"]
        == second
    )
    for token in (old, new, person):
        assert system.tokens.read(token)
    retire(token_key_file(system.settings), first)
    system.tokens._verified.clear()  # as after the minute in which a token is looked at again
    for token in (old, person):
        assert (await caller.get("/v1/me", authorization=f"Bearer {token}")).json()["reason"] == "unknown_key"
    assert system.tokens.read(new)


def test_secrets_have_a_form_that_scanners_know() -> None:
    made = {new_secret() for _ in range(200)}

    assert len(made) == 200
    for one in made:
        assert one.startswith(PREFIX)
        assert is_well_formed(one)
    [some, *_] = made
    for n in range(len(PREFIX), len(some)):
        other = "a" if some[n] != "a" else "b"
        assert not is_well_formed(some[:n] + other + some[n + 1 :])
    assert not is_well_formed("")
    assert not is_well_formed(some + "0")
