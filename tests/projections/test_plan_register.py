"""Given events of consultation plans, then rows, and what their institution and everybody else is shown of them."""

from datetime import date, timedelta

import pytest

from domain.consultations import events as e
from domain.kernel.text import text, title
from infra.database.interface import Role
from projections import plan_queries
from projections.as_of import Past
from projections.catalogue import PLANS
from projections.engine import Engine
from projections.history import History, Moment
from projections.plan_queries import Filter
from projections.plan_register import ConsultedDraft, PlanAdoption
from projections.public_register import public_plans
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import (
    NOW,
    OTHER_TENANT,
    REGISTRY,
    TENANT,
    Story,
    derived_id,
    item_moved,
    plan_item,
    put_in_force,
)

A, B = derived_id("plan A"), derived_id("plan B")
X, Y, Z = (derived_id("item", n) for n in "XYZ")
WHY = text(sq="Buxheti", sr="Budžet")


def drafted(year: int = 2026) -> e.PlanDrafted:
    return e.PlanDrafted(year=year, title=title(sq=f"Plani {year}", sr=f"Plan {year}"))


def dropped(item_id, reason=WHY) -> e.PlanItemDropped:
    return e.PlanItemDropped(item_id=item_id, reason=reason)


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def test_a_plan_from_draft_to_amendment(database, engine: Engine, story: Story):
    async def row():
        await engine.catch_up(TENANT)
        (found,) = await live_rows(database, PLANS, TENANT)
        return found

    await story.tell(A, drafted(), plan_item(X, unit="Zyra ligjore"), plan_item(Y), at=NOW)
    draft = await row()
    assert (draft.plan_id, draft.year, draft.state, draft.public, draft.version) == (A, 2026, "draft", False, 3)
    assert (draft.title, draft.drafted_at, draft.changed_at) == (title(sq="Plani 2026", sr="Plan 2026"), NOW, NOW)
    assert [(one.item_id, one.act_kind, one.year, one.quarter, one.unit) for one in draft.items] == [
        (X, "law", 2026, 3, "Zyra ligjore"),
        (Y, "law", 2026, 3, ""),
    ]

    consulted, adopted = put_in_force(2)
    await story.tell(A, consulted)
    shown = await row()
    assert (shown.state, shown.public, shown.adoption) == ("consulted", False, None)
    assert shown.consulted == ConsultedDraft(date(2025, 11, 3), date(2025, 11, 24), 4, consulted.summary)

    await story.tell(A, adopted)
    in_force = await row()
    assert (in_force.state, in_force.public, in_force.amended) == ("adopted", True, False)
    assert in_force.adoption == PlanAdoption("1/2026", date(2026, 1, 15), 2)
    assert in_force.items_in_force == in_force.items

    later = NOW + timedelta(days=9)
    slide = e.PlanItemMoved(item_id=X, from_year=2026, from_quarter=3, to_year=2027, to_quarter=1, reason=WHY)
    await story.tell(A, slide, dropped(Y), plan_item(Z, reason=WHY), at=later)
    amended = await row()
    x, y, z = amended.items
    assert (amended.state, amended.amended, amended.version, amended.changed_at) == ("amended", True, 8, later)
    assert (x.year, x.quarter) == (2027, 1)
    assert [(one.from_year, one.from_quarter, one.to_year, one.to_quarter, one.reason, one.at) for one in x.moved] == [
        (2026, 3, 2027, 1, WHY, later)
    ]
    assert (y.dropped_at, y.dropped_reason, z.added_reason, z.dropped_reason) == (later, WHY, WHY, None)
    assert amended.items_in_force == amended.items
    assert amended.adoption == in_force.adoption


@pytest.mark.parametrize("change", [item_moved(X), dropped(X), plan_item(Y, reason=WHY)], ids=lambda one: one.TOPIC)
async def test_a_change_amends_what_is_in_force_and_nothing_else(database, engine: Engine, story: Story, change):
    await story.tell(A, drafted(), plan_item(X), change)
    await story.tell(B, drafted(2027), plan_item(X), *put_in_force(), change)
    await engine.catch_up(TENANT)

    states = {row.plan_id: (row.state, row.amended) for row in await live_rows(database, PLANS, TENANT)}

    assert states == {A: ("draft", False), B: ("amended", True)}


async def test_a_plan_of_history_was_adopted_without_being_consulted_on(database, engine: Engine, story: Story):
    await story.tell(A, drafted(2019), plan_item(X), put_in_force()[1], source="old", source_id="7")
    await engine.catch_up(TENANT)

    (row,) = await live_rows(database, PLANS, TENANT)

    assert (row.state, row.public, row.consulted, row.source, row.source_id) == ("adopted", True, None, "old", "7")


async def test_plans_are_found_by_year_and_state(database, engine: Engine, story: Story):
    ids = {year: derived_id("plan", year) for year in (2025, 2027, 2026)}
    for year, stream in ids.items():
        await story.tell(stream, drafted(year), plan_item(derived_id("of", year)), *put_in_force()[: year == 2025])
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:

        async def years(**chosen):
            return [row.year for row in (await plan_queries.plans(connection, Filter(**chosen))).items]

        assert await years() == [2027, 2026, 2025]
        assert await years(year=2026) == [2026]
        assert await years(state="consulted") == [2025]
        assert await years(state="adopted") == []
        first = await plan_queries.plans(connection, limit=2)
        rest = await plan_queries.plans(connection, limit=2, after=first.next)
        assert [[row.year for row in page.items] for page in (first, rest)] == [[2027, 2026], [2025]]
        assert (first.next, rest.next) == ((2026, ids[2026]), None)
        found = await plan_queries.plan(connection, ids[2025])
        assert found is not None and found.year == 2025
        assert await plan_queries.plan(connection, A) is None
    async with reading(database, OTHER_TENANT) as connection:
        assert (await plan_queries.plans(connection)).items == []
        assert await plan_queries.plan(connection, ids[2025]) is None


async def test_the_public_sees_plans_in_force_and_not_how_they_were_drafted(
    database, memory, engine: Engine, story: Story
):
    secret, open_reason = text(sq="Ministri nuk do"), text(sq="Vonesë")
    await story.tell(A, drafted(), plan_item(X), plan_item(Y), item_moved(X, "Fshehtë"), dropped(Y, secret))
    await story.tell(A, *put_in_force())
    await story.tell(A, item_moved(X, "Vonesë", quarters=(4, 2)))
    await story.tell(derived_id("draft"), drafted(2028), plan_item(Z))
    await Story(memory, OTHER_TENANT).tell(B, drafted(2027), plan_item(Z), *put_in_force())
    for tenant_id in (TENANT, OTHER_TENANT):
        await engine.catch_up(tenant_id)
    (own,) = [row for row in await live_rows(database, PLANS, TENANT) if row.plan_id == A]
    assert [len(item.moved) for item in own.items] == [2, 0]
    assert own.items[1].dropped_reason == secret

    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        page = await public_plans(connection)
        assert [(one.tenant, one.year, one.state) for one in page.items] == [
            ("tenant-3", 2027, "adopted"),
            ("tenant-2", 2026, "amended"),
        ]
        (item,) = page.items[1].items
        assert (item.item_id, item.quarter, [one.reason for one in item.moved]) == (X, 2, [open_reason])
        assert [one.plan_id for one in (await public_plans(connection, tenant="tenant-2")).items] == [A]
        assert [one.plan_id for one in (await public_plans(connection, year=2027)).items] == [B]
        assert (await public_plans(connection, tenant="tenant-2", year=2027)).items == []
        first = await public_plans(connection, limit=1)
        assert (await public_plans(connection, limit=1, after=first.next)).items == page.items[1:]
        assert await connection.fetch("SELECT year FROM plan_register WHERE year = 2028") == []
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert [one.plan_id for one in (await public_plans(connection)).items] == [B]
    for forbidden in ("items", "drafted_at"):
        async with reading_in_public(database, TENANT) as connection:
            with pytest.raises(Exception, match="permission denied"):
                await connection.fetch(f"SELECT {forbidden} FROM plan_register")
            await connection.execute("ROLLBACK; BEGIN")


async def test_a_plan_as_it_was(database, memory, engine, story: Story):
    await story.tell(A, drafted(), plan_item(X))
    await story.tell(A, *put_in_force(), at=NOW + timedelta(days=1))
    await story.tell(A, dropped(X), at=NOW + timedelta(days=2))
    await engine.catch_up(TENANT)
    past = Past(database, Role.GATEWAY, History(memory, REGISTRY))
    public = Past(database, Role.PUBLIC, History(memory, REGISTRY))

    for moment, state in (
        (Moment(position=1), "draft"),
        (Moment(as_of=NOW + timedelta(days=1)), "adopted"),
        (Moment(position=5), "amended"),
    ):
        async with past.at(moment, [PLANS], [TENANT]) as then:
            (row,) = (await plan_queries.plans(then)).items
            assert row.state == state
        async with public.at(moment, [PLANS], [TENANT], shared=True) as then:
            assert [one.state for one in (await public_plans(then)).items] == [state] * (state != "draft")
    await past.close()
    await public.close()
