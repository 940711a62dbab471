"""Who is told of what, as the national log stands."""

from datetime import UTC, datetime

import msgspec
import pytest

from domain.catalogue import DOMAINS
from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Scope
from domain.tenants.commands import RegisterInstitution
from infra.eventstore.interface import StoredEvent
from services.bootstrap import System
from services.feed.visibility import GRANTED, OWN, PUBLIC, sight_of
from tests.support.clients import acting, changed, registered, revoked
from tests.support.system import send

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def stored(tenant_id: int, type_name: str, **payload: object) -> StoredEvent:
    data = msgspec.json.encode(payload)
    return StoredEvent(tenant_id, 1, 1, derived_id("s"), 1, type_name, AT, AT, None, None, b"{}", data, None)


async def test_anybody_is_told_what_is_public_of_institutions_that_are_real(system: System) -> None:
    sight = await sight_of(system.handler.authority, None)
    institutions = (await system.handler.authority.national()).institutions
    real = {one.tenant_id for one in institutions.values() if not one.sandbox}
    sandboxes = {one.tenant_id for one in institutions.values() if one.sandbox}

    assert set(sight.institutions) == real
    assert sandboxes
    assert all(sight.sees(stored(tenant, "transparency.EpochBegun.v1")) for tenant in real)
    assert not any(sight.sees(stored(tenant, "transparency.EpochBegun.v1")) for tenant in sandboxes)
    assert not any(sight.sees(stored(tenant, "tenants.MandateGranted.v1")) for tenant in real)


async def test_a_sandbox_is_followed_when_it_is_named(system: System) -> None:
    institutions = (await system.handler.authority.national()).institutions
    sandbox = next(one for one in institutions.values() if one.sandbox)

    sight = await sight_of(system.handler.authority, None, [sandbox.slug])

    assert set(sight.institutions) == {sandbox.tenant_id}
    assert sight.sees(stored(sandbox.tenant_id, "transparency.EpochBegun.v1"))
    assert not sight.sees(stored(1, "transparency.EpochBegun.v1"))


async def test_nobody_follows_what_does_not_exist(system: System) -> None:
    with pytest.raises(StreamNotFound):
        await sight_of(system.handler.authority, None, ["opm", "nowhere"])


async def test_a_new_institution_is_followed_at_once_when_that_is_asked_fresh(system: System) -> None:
    before = await sight_of(system.handler.authority, None)
    command = RegisterInstitution(
        slug="mv", code="MV", kind="ministry", names={"sq": "MV", "sr": "MV", "en": "MV"}, languages=("sq", "sr")
    )
    await send(system, "opm", "ogg_supervisor", command)

    after = await sight_of(system.handler.authority, None, fresh=True)

    assert len(after.institutions) == len(before.institutions) + 1


def test_an_older_version_of_an_event_is_told_as_the_newest_is() -> None:
    assert OWN.isdisjoint(PUBLIC | GRANTED)
    assert PUBLIC.isdisjoint(GRANTED)
    for domain in DOMAINS:
        for old, new in ((one.old, one.new) for one in domain.upcasts):
            assert [old in kind for kind in (PUBLIC, GRANTED, OWN)] == [new in kind for kind in (PUBLIC, GRANTED, OWN)]


PLANNED = "consultations.ConsultationPlanned.v1"
OPENED = "consultations.ConsultationOpened.v1"


async def tenant_of(system: System, slug: str) -> int:
    return (await system.handler.authority.tenant(slug)).tenant_id


async def test_a_client_is_told_what_is_granted_where_its_grant_reaches(system: System) -> None:
    client = await registered(system, Scope.FEED, tenants=["municipalities", "mj"])
    ministry, other, town = [await tenant_of(system, slug) for slug in ("mj", "mflt", "prizren")]

    sight = await sight_of(system.handler.authority, acting(client), fresh=True)

    assert [sight.sees(stored(one, PLANNED)) for one in (ministry, other, town)] == [True, False, True]
    assert [sight.sees(stored(one, OPENED)) for one in (ministry, other, town)] == [True] * 3
    assert not sight.sees(stored(ministry, "consultations.ContributionDrafted.v1"))


async def test_without_the_scope_in_grant_and_token_a_client_is_anybody(system: System) -> None:
    authority = system.handler.authority
    may, may_not = await registered(system, Scope.FEED, Scope.SCORES), await registered(system, Scope.SCORES)
    ministry = await tenant_of(system, "mj")
    sights = [
        await sight_of(authority, acting(may, Scope.SCORES), fresh=True),
        await sight_of(authority, acting(may_not), fresh=True),
        await sight_of(authority, acting(derived_id("unknown")), fresh=True),
    ]

    assert [sight.sees(stored(ministry, PLANNED)) for sight in sights] == [False] * 3
    assert [sight.sees(stored(ministry, OPENED)) for sight in sights] == [True] * 3


async def test_what_is_taken_from_a_grant_is_lost_at_once_when_that_is_asked_fresh(system: System) -> None:
    authority = system.handler.authority
    client = await registered(system, Scope.FEED)
    ministry = await tenant_of(system, "mj")
    event = stored(ministry, PLANNED)
    assert (await sight_of(authority, acting(client), fresh=True)).sees(event)

    await changed(system, client, Scope.FEED, tenants=["mflt"])
    assert not (await sight_of(authority, acting(client), fresh=True)).sees(event)

    await changed(system, client, Scope.FEED)
    assert (await sight_of(authority, acting(client), fresh=True)).sees(event)
    await revoked(system, client)
    assert not (await sight_of(authority, acting(client), fresh=True)).sees(event)
