"""Deadlines of funding plans and calls: set, moved, met, missed and cancelled."""

from datetime import timedelta

import msgspec
import pytest

from domain.grants.events import funding_plan as p
from domain.grants.events import grant_call as g
from projections.catalogue import DEADLINES
from projections.engine import Engine
from tests.domain.grants import stories as s
from tests.projections.live import live_rows
from tests.projections.story import NOW, TENANT, Story, derived_id

CALL = derived_id("call")


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def due(database, engine: Engine):
    """Deadlines by kind."""
    await engine.catch_up(TENANT)
    return {row.kind: row for row in await live_rows(database, DEADLINES, TENANT)}


async def test_the_clock_has_to_close_a_published_call(database, engine: Engine, story: Story):
    await story.tell(CALL, *s.OPEN_CALL, at=s.PUBLISHED_AT)
    call = (await due(database, engine))["call"]
    assert (call.stream_id, call.state, call.due_at, call.action) == (CALL, "pending", s.CLOSES_AT, "CloseCall")
    assert (call.rule, call.proof) == ("grant.call.min_open", s.DEADLINE)

    later = msgspec.structs.replace(s.DEADLINE, due_at=s.CLOSES_AT + timedelta(days=1), calendar="xk.2")
    await story.tell(CALL, g.CallDeadlineMoved(previous=s.DEADLINE, deadline=later))
    moved = (await due(database, engine))["call"]
    assert (moved.due_at, moved.calendar, [one.due_at for one in moved.moved]) == (later.due_at, "xk.2", [s.CLOSES_AT])

    await story.tell(CALL, g.CallClosed(closes_at=later.due_at), at=later.due_at)
    met = (await due(database, engine))["call"]
    assert (met.state, met.settled_at) == ("met", later.due_at)
    await story.tell(CALL, s.VOIDED)
    assert (await due(database, engine))["call"].state == "met", "what was kept stays kept"


@pytest.mark.parametrize("ending", [s.CANCELLED, s.VOIDED])
async def test_a_call_that_came_to_nothing_is_not_closed(database, engine: Engine, story: Story, ending):
    await story.tell(CALL, *s.OPEN_CALL, ending)

    assert (await due(database, engine))["call"].state == "cancelled"


@pytest.mark.parametrize(("late", "state"), [(False, "met"), (True, "missed")])
async def test_a_plan_is_published_and_reported_on_in_time_or_late(database, engine: Engine, story: Story, late, state):
    await story.tell(s.PLAN, *s.DRAFTED_PLAN, at=NOW)
    drafted = await due(database, engine)
    assert {kind: (row.state, row.due_at, row.action) for kind, row in drafted.items()} == {
        "plan_publication": ("pending", s.PUBLISH_DUE.due_at, "")
    }

    await story.tell(s.PLAN, msgspec.structs.replace(s.PLAN_PUBLISHED, late=late))
    published = await due(database, engine)
    assert {kind: row.state for kind, row in published.items()} == {
        "plan_publication": state,
        "plan_report": "pending",
    }
    assert published["plan_report"].due_at == s.REPORT_DUE.due_at

    reported = p.FundingPlanReported(files=s.FILES, summary=s.SUMMARY, late=late, due_at=s.REPORT_DUE.due_at)
    await story.tell(s.PLAN, reported)
    assert (await due(database, engine))["plan_report"].state == state
