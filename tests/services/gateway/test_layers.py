"""Isolation with one layer off at a time: what the others still hold back.

The layers: rights from mandates (the handler), the tenant in every predicate (the queries), row-level security below.
"""

import asyncpg
import pytest
from litestar import Litestar

from domain.kernel.errors import NotPermitted, StreamNotFound
from domain.tenants.seed import tenant_ids
from infra.database.interface import Role
from infra.database.scope import scope
from services.bootstrap import System
from services.command_handling.request import Principal, Request
from tests.services.gateway import test_permissions as matrix
from tests.services.gateway.client import STRANGER, Caller
from tests.services.gateway.scenario import adopted_plan, opened
from tests.services.gateway.test_permissions import OTHER, OWN
from tests.support.consultation import answer, contributed
from tests.support.system import project

SECURED = "SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity ORDER BY 1"
LISTS = ("consultations", "plans", "deadlines", "audit", "overview", "me/contributions")


@pytest.fixture
async def secured_tables(system: System) -> list[str]:
    connection = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
    tables = [row[0] for row in await connection.fetch(SECURED)]
    await connection.close()
    assert len(tables) > 10
    return tables


@pytest.fixture
async def without_row_level_security(system: System, secured_tables: list[str]) -> None:
    connection = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
    for table in secured_tables:
        await connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
    assert await connection.fetch(SECURED) == []
    await connection.close()


@pytest.mark.usefixtures("without_row_level_security")
class TestWithoutRowLevelSecurity:
    async def test_another_tenants_things_are_not_there(self, system: System, app: Litestar, caller: Caller) -> None:
        await matrix.test_another_tenants_things_are_not_there(system, app, caller)

    async def test_what_is_named_stays_within_the_tenant(self, system: System, caller: Caller) -> None:
        await matrix.test_what_is_named_in_a_body_or_a_filter_stays_within_the_tenant(system, caller)

    async def test_lists_show_the_tenants_own(self, system: System, caller: Caller) -> None:
        theirs = await opened(system, OTHER)
        await contributed(system, OTHER, theirs)
        plan = await adopted_plan(system, OTHER)
        for tenant in (OWN, OTHER):
            await project(system, tenant)

        for path in LISTS:
            mine = await caller.get(f"/v1/tenants/{OWN}/{path}", **caller.bearer(OWN, "auditor"))
            assert mine.status_code == 200, path
            assert str(theirs) not in mine.text and str(plan) not in mine.text
            if path == "overview":
                assert mine.json()["total"]["consultations"] == 0
            elif path != "audit":
                assert mine.json()["items"] == [], path
        for path, thing in (("consultations", theirs), ("plans", plan)):
            past = await caller.get(f"/v1/tenants/{OWN}/{path}?as_of=1000", **caller.bearer(OWN, "auditor"))
            assert past.status_code == 200 and str(thing) not in past.text


async def test_row_level_security_alone_shows_the_tenants_in_scope_and_no_others(
    system: System, secured_tables: list[str]
) -> None:
    consultation = await opened(system, OTHER)
    await contributed(system, OTHER, consultation)
    await adopted_plan(system, OTHER)
    for tenant in (OWN, OTHER):
        await project(system, tenant)
    own, seen = tenant_ids()[OWN], set()
    for role in (Role.GATEWAY, Role.PROJECTOR, Role.AUDITOR, Role.PUBLIC):
        connection = await asyncpg.connect(**system.database.dsn(role))
        for table in secured_tables:
            async with scope(connection, tenant=own) as scoped:
                try:
                    rows = await scoped.fetch(f"SELECT DISTINCT tenant_id FROM {table}")
                except asyncpg.InsufficientPrivilegeError:
                    continue
            assert {row[0] for row in rows} <= {own}, (role, table)
            seen.add((role, table))
        await connection.close()

    assert len(seen) > 15


async def test_a_stream_of_another_tenant_cannot_be_read_from_the_store(system: System) -> None:
    theirs = await opened(system, OTHER)

    assert await system.store.read_stream(tenant_ids()[OWN], theirs) == []
    assert (await system.store.load(tenant_ids()[OWN], theirs)).runs == []
    assert await system.store.read_tag(tenant_ids()[OWN], f"stream:{theirs}") == []


async def test_without_the_gateway_the_handler_still_asks_for_mandates(system: System) -> None:
    from domain.consultations.commands import WithdrawConsultation
    from domain.kernel.ids import derived_id
    from domain.kernel.text import text

    theirs = await opened(system, OTHER)
    command = WithdrawConsultation(reason=text(sq="x", sr="x"))

    for tenant, expected in ((OTHER, NotPermitted), (OWN, NotPermitted), ("nowhere", StreamNotFound)):
        request = Request(tenant, command, derived_id("test", tenant), Principal(STRANGER), stream_id=theirs)
        with pytest.raises(expected):
            await system.handler.execute(request)
    with pytest.raises(StreamNotFound):  # a coordinator, but of another tenant's stream
        await answer(system, OWN, command, theirs)
