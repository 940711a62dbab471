"""An auditor replays a ministry: every read model, at the head and in the past, and what somebody changed stands out."""

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from domain.catalogue import REGISTRY
from domain.kernel.errors import HistoryCorrupt, StreamNotFound
from domain.tenants import events as tenants
from domain.tenants.commands import Kind
from infra.database.interface import Role
from infra.database.scope import scope
from projections.auditor_log import AuditorLog
from projections.catalogue import READ_MODELS, ROLL_UPS
from projections.history import Moment
from projections.keeping import Keeper
from services.audit.diff import diff
from services.audit.replay import rebuild_all, replay
from services.audit.snapshots import check_snapshots
from services.bootstrap import System, assemble
from services.settings import Settings
from tests.projections.story import NOW, TENANT, Story, derived_id, tell_at_random

pytestmark = pytest.mark.journey
SLUG, OTHER = "tenant-2", "tenant-3"


@pytest.fixture
def event_types() -> tuple[str, ...]:
    return REGISTRY.names


@pytest.fixture
def told(database, tmp_path):
    """A system whose national log names the tenants and whose ministry has a history."""

    @asynccontextmanager
    async def opened():
        async with assemble(Settings(data=tmp_path), database=database, migrated=True) as system:
            national = Story(system.store, 1)
            await national.tell(
                derived_id("register"),
                tenants.RegisterFounded(),
                *(
                    tenants.InstitutionRegistered(n, slug, f"T{n}", kind, {"sq": slug}, ("sq", "sr"))
                    for n, slug, kind in (
                        (1, "tenant-1", Kind.NATIONAL),
                        (2, SLUG, Kind.MINISTRY),
                        (3, OTHER, Kind.MUNICIPALITY),
                    )
                ),
            )
            await system.engine.catch_up(1)
            await tell_at_random(Story(system.store), seed=41, commands=150)
            await tell_at_random(Story(system.store, 3), seed=42, commands=30)
            yield system

    return opened


async def test_a_replay_leads_to_the_live_rows(told):
    async with told() as system:
        await system.engine.catch_up(TENANT)

        done = await replay(system, SLUG)

        assert done.position == done.head == await system.store.head(TENANT)
        names = [one.name for one in done.read_models]
        assert names == [*(m.name for m in system.engine.models_of(TENANT)), *ROLL_UPS]
        assert [(one.differing_rows, one.unexplained_rows) for one in done.read_models] == [(0, 0)] * len(names)
        again = await replay(system, SLUG)
        assert [one.checksum for one in again.read_models] == [one.checksum for one in done.read_models]
        assert {one.name for one in done.read_models if not one.rows} == {"municipality_overview"}


async def test_the_past_differs_and_is_explained(told):
    async with told() as system:
        head = await system.store.head(TENANT)

        early = await replay(system, SLUG, Moment(position=head // 2))
        empty = await replay(system, SLUG, Moment(as_of=NOW - timedelta(days=1)))

        assert early.position == head // 2
        trail = next(one for one in early.read_models if one.name == "audit_trail")
        assert (trail.rows, trail.differing_rows, trail.live_position) == (head // 2, head - head // 2, head)
        assert sum(one.rows for one in empty.read_models) == 0
        for done in (early, empty):
            assert {one.unexplained_rows for one in done.read_models} == {0}


async def test_what_somebody_changed_is_unexplained_until_rebuilt(told, database):
    async with told() as system:
        await system.engine.catch_up(TENANT)
        async with database.connect() as connection:
            done = await connection.execute(
                "UPDATE rm.consultation_register SET submitted = submitted + 1 WHERE (tenant_id, consultation_id) IN"
                f" (SELECT tenant_id, consultation_id FROM rm.consultation_register WHERE tenant_id = {TENANT}"
                "  AND opens_at IS NOT NULL LIMIT 2)"
            )

        changed = int(done.rpartition(" ")[2])
        found = {one.name: one.unexplained_rows for one in (await replay(system, SLUG)).read_models}

        assert found["consultation_register"] == changed > 0
        assert found["ministry_overview"] > 0
        assert found["audit_trail"] == found["contribution_register"] == 0
        rebuilt = await rebuild_all(system, "ministry_overview", SLUG)
        assert [(one.name, one.differing_rows) for one in rebuilt] == [("consultation_register", changed)]
        assert {one.unexplained_rows for one in (await replay(system, SLUG)).read_models} == {0}


async def test_rebuilding_everything_everywhere(told):
    async with told() as system:
        for tenant_id in (1, 2, 3):
            await system.engine.catch_up(tenant_id)

        done = await rebuild_all(system, "all", None)

        kept = [model for model in READ_MODELS for tenant_id in (1, 2, 3) if model.only_tenant in {None, tenant_id}]
        assert len(done) == len(kept)
        assert {(one.differing_rows, one.parked) for one in done} == {(0, 0)}
        with pytest.raises(KeyError, match="audit_trail"):
            await rebuild_all(system, "no_such_model", None)
        for refused in (rebuild_all(system, "all", "nobody"), replay(system, "nobody")):
            with pytest.raises(StreamNotFound):
                await refused


async def test_the_auditor_reads_named_tenants_and_writes_nothing(told, database):
    async with told() as system:
        log = AuditorLog(system.auditing)
        assert await log.read_log(TENANT, 0, 10_000) == await system.store.read_log(TENANT, 0, 10_000)
        assert await log.head(TENANT) == await system.store.head(TENANT)
        async with database.connect(Role.AUDITOR) as connection, scope(connection, tenants=[3]) as scoped:
            assert await scoped.fetchval(f"SELECT count(*) FROM es.event WHERE tenant_id = {TENANT}") == 0
            with pytest.raises(Exception, match="permission denied"):
                await scoped.execute("DELETE FROM rm.audit_trail")
            await scoped.execute("ROLLBACK; BEGIN")


async def test_a_log_with_a_gap_cannot_be_replayed(told, database):
    async with told() as system:
        await system.engine.catch_up(TENANT)
        async with database.connect() as connection:  # as only a superuser can, with every guard taken away
            await connection.execute(
                "ALTER TABLE es.event DISABLE TRIGGER USER;"
                f"DELETE FROM es.event WHERE tenant_id = {TENANT} AND position = 7"
            )

        with pytest.raises(HistoryCorrupt, match="position 7 is missing"):
            await replay(system, SLUG)
        assert isinstance(system, System)


async def test_an_auditor_reads_what_changed(told):
    async with told() as system:
        head = await system.store.head(TENANT)
        log = await system.store.read_log(TENANT, 0, head)
        middle = log[head // 2]

        late = await diff(system, SLUG, middle.position)
        assert (late.after, late.upto) == (middle.position, head)
        assert {one.stream_id for one in late.aggregates} <= {event.stream_id for event in log[middle.position :]}
        assert await diff(system, SLUG, middle.recorded_at) == late
        assert (await diff(system, SLUG, head, head + 5)).aggregates == []
        with pytest.raises(StreamNotFound):
            await diff(system, "nobody", 0)


TAMPER = (
    ("contribution_register", "UPDATE past.contribution_register SET body = 'x' WHERE since = (SELECT min(since) FROM past.contribution_register)"),
    ("consultation_register", "DELETE FROM past.consultation_register WHERE since = 120"),
    ("deadline_register", "UPDATE past.deadline_register SET until = until - 1 WHERE until IS NOT NULL"),
    ("plan_register", "UPDATE past.boundary SET latest = earliest - interval '1 day' WHERE name = 'plan_register' AND position = 80"),
    ("deadline_register", "UPDATE past.boundary SET checksum = '' WHERE name = 'deadline_register' AND position = 40"),
    ("plan_register", "UPDATE past.plan_register SET since = since + 1 WHERE until IS NULL"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "change"), TAMPER, ids=lambda text: text.split()[0] + text[-9:])
async def test_the_stored_past_is_checked_against_the_log(told, database, name: str, change: str):
    async with told() as system:
        keeper = Keeper(system.engine.connections, system.engine.history, READ_MODELS, span=40)
        while await keeper.step(TENANT):
            pass

        sound = await check_snapshots(system, SLUG)
        assert [one.name for one in sound.read_models] == [m.name for m in system.engine.models_of(TENANT) if m.kept]
        assert all(one.spans > 3 and one.rows and not one.differing_spans for one in sound.read_models), sound

        async with database.connect() as admin:
            await admin.execute(f"SET pakt.tenant = '{TENANT}'; {change}")
        found = {one.name: one for one in (await check_snapshots(system, SLUG)).read_models}
        assert found[name].differing_rows and found[name].first_differing
        assert [other for other, one in found.items() if one.differing_spans] == [name]

        await system.engine.rebuild(TENANT, name)
        while await keeper.step(TENANT):
            pass
        assert await check_snapshots(system, SLUG) == sound
