"""Seeding: everything once, however often it is asked for."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from domain.catalogue import REGISTRY
from domain.kernel.deadline import local_day
from domain.kernel.errors import NotPermitted
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Role
from domain.organisations.events import organisation_tag
from domain.organisations.seed import DEMO_ORGANISATIONS, representatives
from domain.organisations.standing import Standing
from domain.organisations.vocabulary import CertificateKind
from domain.tenants.commands import DissolveInstitution, GrantMandate, RegisterMember
from domain.tenants.seed import demo_people, tenant_ids
from infra.database.interface import DatabaseError
from infra.eventstore.codec import restore
from services.command_handling.request import OPERATOR, Request
from services.seeding.appointment import appoint
from services.seeding.credentials import Credential, write_credentials
from services.seeding.seed import every_command, seed
from tests.support.postgres import Cluster
from tests.support.system import empty_system, seeded_system


async def test_every_shipped_institution_is_a_tenant_with_its_people(embedded_cluster: Cluster, tmp_path: Path) -> None:
    async with seeded_system(embedded_cluster, tmp_path) as system:
        institutions = (await system.handler.authority.national(fresh=True)).institutions
        mj = await system.handler.authority.of(institutions["mj"].tenant_id, fresh=True)
        async with system.reading.borrow(1) as connection:
            tenants = await connection.fetch("SELECT slug, tenant_id FROM es.tenant")

    assert {slug: one.tenant_id for slug, one in institutions.items()} == tenant_ids()
    assert dict(tuple(row) for row in tenants) == tenant_ids()
    assert len([one for one in institutions.values() if one.kind == "municipality" and not one.sandbox]) == 38
    assert set(mj.members) == {one.person_id for one in demo_people() if one.tenant == "mj"}


async def test_seeding_again_stores_nothing(embedded_cluster: Cluster, tmp_path: Path) -> None:
    async with seeded_system(embedded_cluster, tmp_path) as system:
        before = [await system.store.head(tenant_id) for tenant_id in tenant_ids().values()]
        again = await seed(system)
        after = [await system.store.head(tenant_id) for tenant_id in tenant_ids().values()]

    assert (again.stored, before) == (0, after)


async def test_without_a_demo_nobody_is_there_until_the_console_appoints_an_administrator(
    embedded_cluster: Cluster, tmp_path: Path
) -> None:
    member = RegisterMember(uuid4(), "Arta Gashi", "arta@example.org")
    today = local_day(datetime.now(UTC))
    async with empty_system(embedded_cluster, tmp_path) as system:
        await seed(system, demo=False)
        again = await seed(system, demo=False)
        authority = system.handler.authority
        people = [len((await authority.of(tenant, fresh=True)).members) for tenant in tenant_ids().values()]
        with pytest.raises(NotPermitted):  # the console makes administrators of people, not institutions
            await system.handler.execute(Request("opm", DissolveInstitution("mj", "1/2027"), uuid4(), OPERATOR))
        await appoint(system, "opm", member, GrantMandate(Role.ADMINISTRATOR, "Decision 1/2027", today))
        tenant = await authority.tenant("prizren")
        held = await authority.mandates(tenant, member.person_id, system.clock.now())
        events = await system.store.read_tag(NATIONAL_TENANT, "governs")
        stands = await system.store.head(NATIONAL_TENANT)
        with pytest.raises(DatabaseError, match="--no-demo"):
            await seed(system)
        after = await system.store.head(NATIONAL_TENANT)

    assert (again.stored, set(people)) == (0, {0})
    assert [one.role for one in held] == [Role.NATIONAL_SUPERVISOR]
    assert restore(REGISTRY, events[-1]).role == Role.ADMINISTRATOR
    assert after == stands


@pytest.mark.parametrize("position", [1, 40, 85])
async def test_an_interrupted_seeding_is_completed(embedded_cluster: Cluster, tmp_path: Path, position: int) -> None:
    async with empty_system(embedded_cluster, tmp_path) as system:
        seeding = asyncio.create_task(seed(system))
        await system.store.wait(NATIONAL_TENANT, position, within=20)
        seeding.cancel()
        with pytest.raises(asyncio.CancelledError):
            await seeding
        again = await seed(system)
        third = await seed(system)

    assert again.stored + again.present == len(list(every_command()))
    assert (again.stored > 0, again.present > 0, third.stored) == (True, True, 0)


async def test_credentials_are_for_the_owner_and_sign_in(embedded_cluster: Cluster, tmp_path: Path) -> None:
    async with seeded_system(embedded_cluster, tmp_path) as system:
        path = tmp_path / "credentials.json"
        write_credentials(path, system.tokens)
        written = msgspec.json.decode(path.read_bytes(), type=list[Credential])
        claims = {(one.tenant, one.role): system.tokens.verify(one.token).person_id for one in written}

    assert path.stat().st_mode & 0o777 == 0o600
    people = (*demo_people(), *representatives())
    assert claims == {(one.tenant, one.signs_in_as): one.person_id for one in people}
    assert len(claims) == len(people), "everybody can be signed in as"
    assert ("", "citizen") in claims


async def test_the_demo_organisations_are_in_good_standing_and_represented(
    embedded_cluster: Cluster, tmp_path: Path
) -> None:
    async with seeded_system(embedded_cluster, tmp_path) as system:
        today, ids = local_day(system.clock.now()), tenant_ids()
        for one in DEMO_ORGANISATIONS:
            known = Standing()
            for stored in await system.store.read_tag(NATIONAL_TENANT, organisation_tag(one.organisation_id)):
                known.apply(stored.stream_id, restore(REGISTRY, stored))
            known.require_in_good_standing(today)
            for kind in CertificateKind:
                known.require_certificate(kind, today)
            assert (known.name, known.municipality) == (one.legal_name, one.municipality)
            for slug in ("opm", "mj", "prizren"):
                tenant = await system.handler.authority.tenant(slug)
                held = await system.handler.authority.mandates(tenant, one.person.person_id, system.clock.now())
                assert [mandate.organisation_id for mandate in held] == [one.organisation_id], ids[slug]
