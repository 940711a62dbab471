"""Webhooks arrive: signed, in order, with the event's id, to whoever may see the event at that moment."""

import os
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
import standardwebhooks

from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Scope
from domain.webhooks.commands import (
    AmendEndpoint,
    DisableEndpoint,
    EnableEndpoint,
    PingEndpoint,
    RemoveEndpoint,
    RequestDeliveries,
    RotateEndpointSecret,
)
from domain.webhooks.vocabulary import MOST_ENDPOINTS, DisabledBecause, EndpointStage
from infra.database.scope import scope
from services.bootstrap import System
from services.egress.retry_after import LONGEST, seconds_asked
from services.egress.run import SCHEDULE
from services.egress.subject import Subject
from tests.services.egress.telling import (
    ALLOWED,
    MJ,
    as_client,
    attempts,
    endpoint,
    endpoint_of,
    happen,
    settled,
    told,
    until,
)
from tests.services.feed.test_follower import OPENED, PLANNED, append, tenant_of
from tests.support import receiver as r
from tests.support.clients import changed, registered, revoked
from tests.support.postgres import Cluster
from tests.support.system import seeded_system

STREAM = ("tenants.*", "webhooks.EndpointSecretRotated.v1")
ENDPOINTS = int(os.environ.get("PAKT_WEBHOOK_ENDPOINTS", "100"))


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, egress_allow=ALLOWED) as made:
        yield made


@pytest.fixture
async def receiver() -> AsyncIterator[r.Receiver]:
    async with r.Receiver(r.answering(204)).running() as made:
        yield made


def positions(receiver: r.Receiver) -> list[int]:
    return [int(msgspec.json.decode(one.body)["sequence"]) for one in receiver.received]


async def test_events_arrive_signed_and_those_of_a_stream_in_order(system: System, receiver: r.Receiver) -> None:
    client = await registered(system)
    before = await happen(system)
    endpoint_id = await endpoint_of(system, receiver.url, client_id=client, tenants=(MJ, "national"), types=STREAM)
    other = await endpoint_of(system, "https://93.184.215.14", client_id=client, types=("grants.*",))
    made = [await as_client(system, client, RotateEndpointSecret(), other) for _ in range(8)]
    made.append(await happen(system))

    async with told(system):
        await until(lambda: settled(system))

    rotated = [one for one in receiver.received if b"EndpointSecretRotated" in one.body]
    assert [msgspec.json.decode(one.body)["data"]["generation"] for one in rotated] == [*range(2, 10)]
    assert len(receiver.received) == len(made)
    assert {one.headers["webhook-id"] for one in receiver.received} == {str(one.events[0].id) for one in made}
    assert str(before.events[0].id) not in {one.headers["webhook-id"] for one in receiver.received}
    secret = str(system.endpoint_keys.secret(endpoint_id, 1))
    for one in receiver.received:
        assert one.headers["content-type"] == "application/cloudevents+json"
        standardwebhooks.Webhook(secret).verify(one.body, one.headers)
    assert await attempts(system, endpoint_id) == [(1, 204, "")] * 9


async def test_two_secrets_sign_while_one_is_replaced(system: System, receiver: r.Receiver) -> None:
    client = await registered(system)
    endpoint_id = await endpoint_of(system, receiver.url, client_id=client)
    await as_client(system, client, RotateEndpointSecret(), endpoint_id)
    await happen(system)

    async with told(system):
        await until(lambda: receiver.received)

    [one] = receiver.received
    for generation in (1, 2):
        secret = str(system.endpoint_keys.secret(endpoint_id, generation))
        standardwebhooks.Webhook(secret).verify(one.body, one.headers)
    versions = [part.split(",")[0] for part in one.headers["webhook-signature"].split(" ")]
    assert versions == ["v1", "v1", "v1a", "v1a"]


async def test_a_failed_try_is_made_again_under_the_same_id(system: System, receiver: r.Receiver) -> None:
    receiver.behaves = r.answering(500)
    endpoint_id = await endpoint_of(system, receiver.url)
    await happen(system)

    async with told(system):
        await until(lambda: len(receiver.received) >= 2)
        receiver.behaves = r.answering(200)
        await until(lambda: settled(system))

    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
    assert (await endpoint(system, endpoint_id)).stage is EndpointStage.ACTIVE
    assert (await attempts(system, endpoint_id))[-1][1] == 200


async def test_the_last_try_disables_with_a_reason_and_drops_what_waits(system: System, receiver: r.Receiver) -> None:
    receiver.behaves = r.redirecting("http://169.254.169.254/latest")
    endpoint_id = await endpoint_of(system, receiver.url)
    for _ in range(3):
        await happen(system)

    async with told(system):
        await until(lambda: settled(system))

    found = await endpoint(system, endpoint_id)
    assert (found.stage, found.disabled_because) == (EndpointStage.DISABLED, DisabledBecause.FAILING)
    tried = Counter(one.headers["webhook-id"] for one in receiver.received)
    assert max(tried.values()) == 4
    assert {one[1:] for one in await attempts(system, endpoint_id)} == {(302, "")}
    later = await happen(system)
    async with told(system):
        await until(lambda: settled(system))
    assert str(later.events[0].id) not in {one.headers["webhook-id"] for one in receiver.received}


async def test_gone_disables_at_once_and_enabling_begins_anew(system: System, receiver: r.Receiver) -> None:
    receiver.behaves = r.answering(410)
    client = await registered(system)
    endpoint_id = await endpoint_of(system, receiver.url, client_id=client)
    missed = [await happen(system)]
    async with told(system):
        await until(lambda: settled(system))
        assert (await endpoint(system, endpoint_id)).disabled_because is DisabledBecause.GONE
        assert len(receiver.received) == 1
        missed.append(await happen(system))
        await until(lambda: settled(system))
        assert len(receiver.received) == 1

        receiver.behaves, receiver.received = r.answering(200), []
        await as_client(system, client, EnableEndpoint(), endpoint_id)
        later = await happen(system)
        await until(lambda: positions(receiver) == [later.first_position])
        first, last = missed[0].first_position, missed[-1].first_position
        await as_client(system, client, RequestDeliveries(tenant=MJ, first=first, last=last), endpoint_id)
        await until(lambda: settled(system) if len(receiver.received) >= 3 else False)

    again = {one.headers["webhook-id"] for one in receiver.received[1:]}
    assert again == {str(one.events[0].id) for one in missed}
    assert len(receiver.received) == 3


async def test_a_ping_goes_to_its_endpoint_alone(system: System, receiver: r.Receiver) -> None:
    client = await registered(system)
    endpoint_id = await endpoint_of(system, f"{receiver.url}/one", client_id=client)
    await endpoint_of(system, f"{receiver.url}/two", client_id=client, types=("*",), tenants=("national",))
    await as_client(system, client, PingEndpoint(), endpoint_id)

    async with told(system):
        await until(lambda: settled(system))

    pings = [one.path for one in receiver.received if b"EndpointPinged" in one.body]
    assert pings == ["/one"]


async def test_a_busy_receiver_is_left_alone_for_as_long_as_it_asks(system: System, receiver: r.Receiver) -> None:
    receiver.behaves = r.answering(429, "Retry-After: 3600")
    endpoint_id = await endpoint_of(system, receiver.url)
    await happen(system)

    async with told(system):
        await until(lambda: attempts(system, endpoint_id))
        await until(lambda: _put_off(system))

    assert await attempts(system, endpoint_id) == [(1, 429, "")]


async def _put_off(system: System) -> bool:
    tenant_id = (await system.handler.authority.tenant(MJ)).tenant_id
    async with system.reading.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
        left = await connection.fetchval(
            "SELECT extract(epoch FROM due_at - now()) FROM es.work WHERE kind = 'webhook'"
        )
    return left is not None and 3500 < left <= 3600


@pytest.mark.parametrize("how", ["scope", "institutions", "revoked", "disabled", "removed"])
async def test_who_may_see_it_is_asked_when_it_is_sent(system: System, receiver: r.Receiver, how: str) -> None:
    client = await registered(system)
    endpoint_id = await endpoint_of(system, receiver.url, client_id=client)
    await happen(system)
    if how == "scope":
        await changed(system, client)
    elif how == "institutions":
        elsewhere = AmendEndpoint(url=receiver.url, types=("tenants.*",), tenants=("prizren",))
        await as_client(system, client, elsewhere, endpoint_id)
    elif how == "revoked":
        await revoked(system, client)
    elif how == "disabled":
        await as_client(system, client, DisableEndpoint(reason=DisabledBecause.REQUESTED), endpoint_id)
    else:
        await as_client(system, client, RemoveEndpoint(), endpoint_id)

    async with told(system):
        await until(lambda: settled(system))

    assert receiver.received == []


async def test_what_a_grant_opens_is_told_while_it_stands(system: System, receiver: r.Receiver) -> None:
    mine = await registered(system, Scope.WEBHOOKS, Scope.FEED, tenants=["opm", MJ])
    elsewhere = await registered(system, Scope.WEBHOOKS, Scope.FEED, tenants=["opm", "prizren"])
    loses = await registered(system, Scope.WEBHOOKS, Scope.FEED, tenants=["opm", MJ])
    narrower = await registered(system, Scope.WEBHOOKS, tenants=["opm", MJ])
    for client, path in ((mine, "/mine"), (elsewhere, "/elsewhere"), (loses, "/loses"), (narrower, "/narrower")):
        await endpoint_of(system, f"{receiver.url}{path}", client_id=client, types=(PLANNED, OPENED))
    tenant_id = await tenant_of(system, MJ)

    async with told(system):
        await append(system, tenant_id, PLANNED)
        await until(lambda: settled(system))
        first = sorted(one.path for one in receiver.received)
    receiver.received = []
    await append(system, tenant_id, PLANNED, OPENED)
    await changed(system, loses, Scope.WEBHOOKS, Scope.FEED, tenants=["opm", "prizren"])
    async with told(system):
        await until(lambda: settled(system))

    assert first == ["/loses", "/mine"]
    granted = [one.path for one in receiver.received if PLANNED.encode() in one.body]
    public = sorted(one.path for one in receiver.received if OPENED.encode() in one.body)
    assert "/mine" in granted
    assert not {"/loses", "/elsewhere"} & set(granted)
    assert public == ["/elsewhere", "/loses", "/mine", "/narrower"]


async def test_one_event_for_many_endpoints(system: System, receiver: r.Receiver) -> None:
    made: set[UUID] = set()
    while len(made) < ENDPOINTS:
        client = await registered(system)
        for _ in range(min(MOST_ENDPOINTS, ENDPOINTS - len(made))):
            made.add(await endpoint_of(system, f"{receiver.url}/{len(made)}", client_id=client))
    await happen(system)

    async with told(system):
        await until(lambda: len({one.path for one in receiver.received}) == ENDPOINTS, 20 + ENDPOINTS / 20)
        await until(lambda: settled(system))

    assert len(made) == len(receiver.received) == ENDPOINTS


async def test_a_long_event_names_an_address_in_place_of_its_data(
    system: System, receiver: r.Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.egress.delivery.MOST_BYTES", 200)
    await endpoint_of(system, receiver.url)
    made = await happen(system)

    async with told(system):
        await until(lambda: receiver.received)

    told_of = msgspec.json.decode(receiver.received[0].body)
    assert "data" not in told_of
    assert told_of["dataref"].endswith(f"/v1/feed/events/{MJ}/1/{made.first_position}")


def test_the_schedule_takes_seventy_five_hours() -> None:
    pauses = [SCHEDULE(failed) for failed in range(1, 10)]

    assert SCHEDULE(10) is None
    usual = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
    assert sum(usual) == 75 * 3600 + 35 * 60 + 5
    assert all(pause is not None and 0.8 * one <= pause <= 1.2 * one for pause, one in zip(pauses, usual, strict=True))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 0), ("120", 120), (" 7 ", 7), ("999999999", LONGEST), ("99999999999999", 0), ("-5", 0), ("soon", 0), ("１", 0),
        ("Fri, 27 Nov 2026 09:01:00 GMT", 60), ("Fri, 27 Nov 2026 08:00:00 GMT", 0), ("Fri, 27 Nov 2099 08:00:00 GMT", LONGEST),
    ],
)  # fmt: skip
def test_how_long_a_receiver_asks_to_be_left_alone(header: str, seconds: float) -> None:
    assert seconds_asked(header, datetime(2026, 11, 27, 9, 0, tzinfo=UTC)) == seconds


def test_a_subject_is_read_as_it_was_written() -> None:
    for subject in (Subject(UUID(int=1), NATIONAL_TENANT, 1, 7), Subject(UUID(int=2), 3, 2, 9, 12)):
        assert Subject.parse(str(subject)) == subject
