"""Who is told of what, as the national log stands."""

from datetime import UTC, datetime

import msgspec
import pytest

from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import derived_id
from domain.tenants.commands import RegisterInstitution
from infra.eventstore.interface import StoredEvent
from services.bootstrap import System
from services.feed import visibility
from services.feed.visibility import PUBLIC, sight_of
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
    assert visibility.OWN.isdisjoint(PUBLIC | visibility.GRANTED)
    assert {"transparency.EpochBegun.v1"} <= PUBLIC
