"""Deadlines of grants: set, moved, met, missed and cancelled."""

from datetime import timedelta

import msgspec
import pytest

from domain.grants.events import agreement as ag
from domain.grants.events import funding_plan as p
from domain.grants.events import grant_call as g
from projections.catalogue import DEADLINES
from projections.engine import Engine
from tests.domain.grants import agreements as ga
from tests.domain.grants import applications as a
from tests.domain.grants import complaints as q
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


@pytest.mark.parametrize(
    ("then", "state"),
    [
        ((), "pending"),
        ((a.COMPLETED,), "met"),
        ((a.COMPLETED, a.ELIGIBLE), "met"),
        ((a.INELIGIBLE,), "missed"),
        ((a.WITHDRAWN,), "cancelled"),
    ],
)
async def test_what_was_missing_comes_or_does_not(database, engine: Engine, story: Story, then, state):
    await story.tell(a.APPLICATION, *a.SENT, a.ASKED, *then)

    completion = (await due(database, engine))["completion"]
    assert (completion.state, completion.due_at, completion.action) == (state, a.COMPLETION.due_at, "")


@pytest.mark.parametrize(("then", "state"), [((), "pending"), ((ga.FINAL,), "met"), ((s.VOIDED,), "cancelled")])
async def test_there_is_a_time_to_complain(database, engine: Engine, story: Story, then, state):
    await story.tell(CALL, *q.OPEN_TO_COMPLAINTS, *then)

    complaints = (await due(database, engine))["complaints"]
    assert (complaints.state, complaints.due_at, complaints.rule) == (state, q.UNTIL.due_at, "grant.complaint.file")


@pytest.mark.parametrize(("at", "state"), [(q.FILED_AT, "met"), (q.DECIDE_BY.due_at, "missed")])
async def test_a_complaint_is_decided_in_time_or_late(database, engine: Engine, story: Story, at, state):
    await story.tell(a.OVERLAP, q.FILED, at=q.FILED_AT)
    assert (await due(database, engine))["complaint_decision"].state == "pending"
    dismissed = q.e.ComplaintDismissed(call_id=CALL, application_id=a.APPLICATION, reason=s.REASON)
    await story.tell(a.OVERLAP, dismissed, at=at)
    assert (await due(database, engine))["complaint_decision"].state == state


async def reports(database, engine: Engine):
    """Deadlines of reports, in order."""
    await engine.catch_up(TENANT)
    return sorted(await live_rows(database, DEADLINES, TENANT), key=lambda row: row.due_at)


async def test_each_report_is_awaited_by_the_clock(database, engine: Engine, story: Story):
    await story.tell(ga.AGREEMENT, *ga.IN_FORCE, at=ga.SIGNED_AT)
    first, last = await reports(database, engine)
    assert (first.due_at, last.due_at, last.rule) == (ga.INTERIM_DUE, ga.FINAL_DUE.due_at, "grant.final_report.due")
    assert {(one.state, one.action) for one in (first, last)} == {("pending", "MarkReportOverdue")}

    await story.tell(ga.AGREEMENT, ga.OVERDUE)
    assert [one.state for one in await reports(database, engine)] == ["missed", "pending"]
    back = ag.ReportReturned(number=1, reason=s.REASON, due_at=ga.INTERIM_DUE + timedelta(days=9))
    await story.tell(ga.AGREEMENT, ga.reported(1, late=True, was_overdue=True), back)
    first, _ = await reports(database, engine)
    assert (first.state, first.due_at, [one.due_at for one in first.moved]) == (
        "pending",
        back.due_at,
        [ga.INTERIM_DUE],
    )
    later = ag.ReportScheduled(number=2, due_at=ga.FINAL_DUE.due_at + timedelta(days=59), proof=ga.FINAL_DUE)
    await story.tell(ga.AGREEMENT, ga.reported(1), ga.accepted(), later)
    first, last = await reports(database, engine)
    assert (first.state, last.due_at) == ("met", later.due_at)
    ended = ag.AgreementTerminated(
        call_id=CALL, organisation_id=a.ORGANISATION, decision_no="12", reason=s.REASON, unpaid=s.euro(1), reports=2
    )
    await story.tell(ga.AGREEMENT, ended)
    assert [one.state for one in await reports(database, engine)] == ["met", "cancelled"]
