"""Awards released before the final ranking, checks made anew, complaints about them, and waived reports: the rows."""

from typing import Any

import pytest

from domain.grants.events import agreement as ag
from domain.grants.events.application import CheckReopened
from domain.grants.events.ranking import RanksReleased
from domain.grants.vocabulary import ComplaintSubject
from projections import grant_agreement_queries, grant_call_queries, grant_complaint_queries
from projections.catalogue import GRANT_AGREEMENTS, GRANT_APPLICATIONS, GRANT_CALLS, GRANT_COMPLAINTS
from projections.engine import Engine
from tests.domain.grants import agreements as g
from tests.domain.grants import applications as a
from tests.domain.grants import commissions as k
from tests.domain.grants import complaints as q
from tests.domain.grants import stories as s
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import TENANT, Story


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def shown(database: Any, engine: Engine, model: Any) -> list[Any]:
    await engine.catch_up(TENANT)
    return await live_rows(database, model, TENANT)


async def test_everybody_sees_which_awards_stand_before_the_final_ranking(database, engine: Engine, story: Story):
    until = q.DECIDE_BY.due_at
    first, second = q.RANKING[:1], q.RANKING[1:]
    await story.tell(s.CALL, *q.OPEN_TO_COMPLAINTS)
    for released in (first, second):
        free = RanksReleased(commission_id=k.COMMISSION, released=released, contested=(a.OVERLAP,), frozen_until=until)
        await story.tell(s.CALL, free)
    (row,) = await shown(database, engine, GRANT_CALLS)
    assert (row.state, row.released, row.frozen_until) == ("provisional", (*first, *second), until)
    async with reading_in_public(database, TENANT) as connection:
        public = await grant_call_queries.public_call(connection, s.AFTER, s.CALL)
    assert (public.released, public.frozen_until) == ((*first, *second), until)
    await story.tell(s.CALL, g.FINAL)
    (row,) = await shown(database, engine, GRANT_CALLS)
    assert (row.state, row.released, row.frozen_until) == ("final", (), None)


async def test_a_check_that_is_made_anew_keeps_the_one_before(database, engine: Engine, story: Story):
    await story.tell(a.APPLICATION, *a.SENT, a.INELIGIBLE)
    (row,) = await shown(database, engine, GRANT_APPLICATIONS)
    assert (row.state, row.checked.complaints_until) == ("ineligible", a.COMPLAINTS.due_at)
    before = row.checked
    await story.tell(a.APPLICATION, CheckReopened(**a.OF_CALL, complaint_id=k.COMPLAINT))
    (row,) = await shown(database, engine, GRANT_APPLICATIONS)
    assert (row.state, row.checked, row.earlier_checks) == ("submitted", None, (before,))
    await story.tell(a.APPLICATION, a.ELIGIBLE)
    (row,) = await shown(database, engine, GRANT_APPLICATIONS)
    assert (row.state, row.checked.eligible, row.earlier_checks) == ("eligible", True, (before,))


async def test_complaints_are_found_by_what_they_are_about(database, engine: Engine, story: Story):
    of_check = q.e.ComplaintFiled(
        **q.OF_FIRST,
        organisation_id=a.ORGANISATION,
        grounds="Vlen",
        rank=0,
        decide_by=q.DECIDE_BY,
        subject=ComplaintSubject.CHECK,
    )
    await story.tell(k.COMPLAINT, q.FILED)
    await story.tell(k.SECOND, of_check)
    assert {row.subject for row in await shown(database, engine, GRANT_COMPLAINTS)} == {"ranking", "check"}
    async with reading(database, TENANT) as connection:
        chosen = grant_complaint_queries.Filter(subject="check")
        page = await grant_complaint_queries.complaints(connection, s.AFTER, chosen)
    assert [one.complaint_id for one in page.items] == [k.SECOND]


async def test_a_waiver_is_public_and_ends_the_debt(database, engine: Engine, story: Story):
    waived = ag.ReportWaived(number=1, organisation_id=a.ORGANISATION, decision_no="15/2026", reason=s.REASON)
    await story.tell(g.AGREEMENT, *g.FIRST_PAID, g.OVERDUE, g.terminated())
    (row,) = await shown(database, engine, GRANT_AGREEMENTS)
    assert (row.overdue, row.waived) == (1, ())
    await story.tell(g.AGREEMENT, waived)
    (row,) = await shown(database, engine, GRANT_AGREEMENTS)
    assert (row.overdue, row.reports[0].state) == (0, "waived")
    async with reading_in_public(database, TENANT) as connection:
        public = await grant_agreement_queries.public_agreement(connection, g.AGREEMENT)
    assert [(one.number, one.decision_no, one.reason) for one in public.waived] == [(1, "15/2026", s.REASON)]
