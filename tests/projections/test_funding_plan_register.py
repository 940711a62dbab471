"""Given events of funding plans and of calls, then rows, and what everybody is shown of them."""

from datetime import timedelta

import msgspec
import pytest

from domain.grants.events import funding_plan as e
from domain.grants.events import grant_call as g
from infra.database.interface import Role
from projections import funding_plan_queries as queries
from projections.as_of import Past
from projections.catalogue import FUNDING_PLANS
from projections.engine import Engine
from projections.history import History, Moment
from tests.domain.grants import stories as s
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import NOW, OTHER_TENANT, REGISTRY, TENANT, Story, derived_id

CALL, OTHER_CALL = derived_id("call", "A"), derived_id("call", "B")
DROPPED = e.PlanLineDropped(line_id=s.OTHER_LINE, reason=s.REASON)
MORE = e.PlanLineChanged(
    line_id=s.LINE, previous=s.euro(10_000_000), amount=s.euro(12_000_000), purpose="theatre", reason=s.REASON
)


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def told(database, engine: Engine, story: Story, *events, at=None):
    """The row after the events."""
    await story.tell(s.PLAN, *events, at=at)
    await engine.catch_up(TENANT)
    (found,) = await live_rows(database, FUNDING_PLANS, TENANT)
    return found


async def test_a_plan_from_draft_to_report(database, engine: Engine, story: Story):
    row = await told(database, engine, story, *s.DRAFTED_PLAN, at=NOW)
    assert (row.plan_id, row.state, row.public, row.version, row.year) == (s.PLAN, "draft", False, 3, 2026)
    assert (row.title, row.currency, row.publish_due_at) == (s.TITLE, "EUR", s.PUBLISH_DUE.due_at)
    assert [(one.line_id, one.purpose, one.amount, one.called) for one in row.lines] == [
        (s.LINE, "culture", s.euro(10_000_000), s.euro(0)),
        (s.OTHER_LINE, "youth", s.euro(5_000_000), s.euro(0)),
    ]
    assert row.lines_in_force == ()

    row = await told(database, engine, story, s.PLAN_PUBLISHED, at=NOW)
    assert (row.state, row.public, row.amended) == ("published", True, False)
    assert (row.publication.decision_no, row.publication.total, row.publication.late) == (
        "3/2026",
        s.euro(15_000_000),
        False,
    )
    assert row.lines_in_force == row.lines

    later = NOW + timedelta(days=3)
    added = msgspec.structs.replace(s.LINE_ADDED, line_id=derived_id("line"), purpose="sport", reason=s.REASON)
    row = await told(database, engine, story, MORE, DROPPED, added, at=later)
    first, second, third = row.lines
    assert (row.state, row.amended, row.version) == ("amended", True, 7)
    assert (first.amount, first.purpose, first.budget_code) == (s.euro(12_000_000), "theatre", "21200-CULT")
    assert [(one.at, one.previous, one.reason) for one in first.changed] == [(later, s.euro(10_000_000), s.REASON)]
    assert (second.dropped_at, second.dropped_reason, third.added_reason) == (later, s.REASON, s.REASON)
    assert row.lines_in_force == row.lines

    reported = e.FundingPlanReported(files=s.FILES, summary=s.SUMMARY, late=True, due_at=later)
    row = await told(database, engine, story, reported)
    assert (row.state, row.report.late, row.report.files) == ("reported", True, s.FILES)


async def test_what_calls_take_of_each_line(database, engine: Engine, story: Story):
    await story.tell(s.PLAN, *s.PUBLISHED_PLAN)
    both = s.facts(
        plan=msgspec.structs.replace(
            s.funding(1_000_000), lines=(*s.funding(1_000_000).lines, *s.funding(2_000_000, s.OTHER_LINE).lines)
        )
    )
    await story.tell(CALL, *s.OPEN_CALL)
    await story.tell(OTHER_CALL, *s.PREPARED, msgspec.structs.replace(s.PUBLISHED, facts=both))
    row = await told(database, engine, story, MORE)

    assert [(one.called, [call.call_id for call in one.calls]) for one in row.lines] == [
        (s.euro(7_000_000), [CALL, OTHER_CALL]),
        (s.euro(2_000_000), [OTHER_CALL]),
    ]
    assert row.lines_in_force == row.lines
    assert row.version == 5, "the version is that of the plan's own stream"

    for ending in (s.CANCELLED, s.VOIDED):
        await story.tell(CALL if isinstance(ending, g.CallCancelled) else OTHER_CALL, ending)
    await engine.catch_up(TENANT)
    (row,) = await live_rows(database, FUNDING_PLANS, TENANT)
    assert [(one.called, one.calls) for one in row.lines] == [(s.euro(0), ()), (s.euro(0), ())]


async def test_a_call_of_no_plan_touches_none(database, engine: Engine, story: Story):
    await story.tell(CALL, *s.PREPARED, msgspec.structs.replace(s.CANCELLED, plan_id=None))
    before = await told(database, engine, story, *s.PUBLISHED_PLAN)

    assert [one.called for one in before.lines] == [s.euro(0), s.euro(0)]


async def test_plans_are_found_by_year_and_state(database, engine: Engine, story: Story):
    ids = {year: derived_id("funding plan", year) for year in (2025, 2027, 2026)}
    for year, stream in ids.items():
        drafted = msgspec.structs.replace(s.PLAN_DRAFTED, year=year)
        await story.tell(stream, drafted, *((s.LINE_ADDED, s.PLAN_PUBLISHED) if year == 2025 else ()))
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:

        async def years(**chosen):
            page = await queries.funding_plans(connection, queries.Filter(**chosen))
            return [one.year for one in page.items]

        assert await years() == [2027, 2026, 2025]
        assert await years(state="published") == await years(year=2025) == [2025]
        found = await queries.funding_plan(connection, ids[2026])
        assert found is not None and found.year == 2026
        assert await queries.funding_plan(connection, CALL) is None
    async with reading(database, OTHER_TENANT) as connection:
        assert (await queries.funding_plans(connection)).items == []


async def test_everybody_sees_plans_in_force_and_not_how_they_were_drafted(database, engine: Engine, story: Story):
    secret = msgspec.structs.replace(MORE, reason=None)
    await story.tell(s.PLAN, *s.DRAFTED_PLAN, secret, DROPPED, s.PLAN_PUBLISHED)
    await story.tell(derived_id("draft"), msgspec.structs.replace(s.PLAN_DRAFTED, year=2028), s.LINE_ADDED)
    await engine.catch_up(TENANT)

    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        (plan,) = (await queries.public_funding_plans(connection)).items
        assert (plan.tenant, plan.year, plan.state) == ("tenant-2", 2026, "published")
        (line,) = plan.lines
        assert (line.line_id, line.changed) == (s.LINE, ())
        assert (await queries.public_funding_plans(connection, tenant="tenant-3")).items == []
        assert (await queries.public_funding_plans(connection, queries.Filter(year=2028))).items == []
    for forbidden in ("lines", "drafted_at"):
        async with reading_in_public(database, TENANT) as connection:
            with pytest.raises(Exception, match="permission denied"):
                await connection.fetch(f"SELECT {forbidden} FROM funding_plan_register")
            await connection.execute("ROLLBACK; BEGIN")


async def test_a_funding_plan_as_it_was(database, memory, engine, story: Story):
    await story.tell(s.PLAN, *s.PUBLISHED_PLAN, at=NOW)
    await story.tell(CALL, *s.OPEN_CALL, at=NOW + timedelta(days=1))
    await engine.catch_up(TENANT)
    past = Past(database, Role.PUBLIC, History(memory, REGISTRY))

    for moment, called in ((Moment(as_of=NOW), 0), (Moment(position=8), 6_000_000)):
        async with past.at(moment, [FUNDING_PLANS], [TENANT], shared=True) as then:
            (plan,) = (await queries.public_funding_plans(then)).items
            assert plan.lines[0].called == s.euro(called)
    await past.close()
