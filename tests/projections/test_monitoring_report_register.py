"""The register monitoring_report_register: public while frozen, with every objection, and its deadlines."""

from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.text import Text
from infra.eventstore.memory import MemoryEventStore
from projections import monitoring_report_queries as q
from projections.catalogue import DEADLINES, MONITORING_REPORTS
from projections.engine import Engine
from tests.domain.action_measures import monitoring_examples as y
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import Story
from tests.support.postgres import TestDatabase

A, B, C = (derived_id("report", name) for name in "abc")


async def test_reports_as_the_secretariat_and_everybody_see_them(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    story = Story(memory, NATIONAL_TENANT)
    await story.tell(A, *y.WHOLE, y.DISSENTED)
    await story.tell(B, *y.UP_TO_FREEZE, y.DISSENTED, y.REOPENED)
    await story.tell(C, y.EXPECTED, y.FELL_DUE, y.MISSED)
    await engine.catch_up(NATIONAL_TENANT)

    rows = {row.report_id: row for row in await live_rows(database, MONITORING_REPORTS, NATIONAL_TENANT)}
    assert [(rows[one].state, rows[one].foreword.languages) for one in (A, B, C)] == [
        ("published", y.WORDS.languages),
        ("drafted", ()),
        ("due", ()),
    ]
    assert rows[B].draft == y.WORDS
    assert (rows[B].frozen, rows[B].digest, rows[B].freezes, len(rows[B].dissents)) == (None, "", 1, 1)
    assert (rows[C].missed, rows[C].due_at) == (True, y.DUE_BY.due_at)
    deadlines = {(one.stream_id, one.kind): one for one in await live_rows(database, DEADLINES, NATIONAL_TENANT)}
    assert {one: (row.state, row.action) for one, row in deadlines.items()} == {
        (A, "monitoring_period"): ("met", "BeginMonitoringReport"),
        (A, "monitoring_report"): ("met", "MarkMonitoringReportOverdue"),
        (B, "monitoring_period"): ("met", "BeginMonitoringReport"),
        (B, "monitoring_report"): ("pending", "MarkMonitoringReportOverdue"),
        (C, "monitoring_period"): ("met", "BeginMonitoringReport"),
        (C, "monitoring_report"): ("missed", "MarkMonitoringReportOverdue"),
    }
    async with reading(database, NATIONAL_TENANT) as connection:
        for chosen, expected in ((q.Filter(), 3), (q.Filter(state="drafted"), 1), (q.Filter(missed=True), 1)):
            assert len((await q.monitoring_reports(connection, chosen)).items) == expected
        assert await q.monitoring_report(connection, A) == rows[A]
    async with reading_in_public(database, NATIONAL_TENANT) as connection:
        [shown] = (await q.public_monitoring_reports(connection, q.Filter(state="published"))).items
        assert len((await q.public_monitoring_reports(connection)).items) == 3
        hidden = await q.public_monitoring_report(connection, B)
        assert hidden is not None
        assert (hidden.frozen, hidden.foreword) == (None, Text())
        assert (shown.frozen, shown.digest, shown.votes) == (y.FROZEN, y.FROZEN.digest, y.VOTES)
        assert [(one.side, one.text, one.number) for one in shown.dissents] == [
            (y.DISSENTED.side, y.DISSENTED.text, 1)
        ] * 2
