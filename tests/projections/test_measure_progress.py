"""The models measure_progress and measure_transactions, and the deadlines of measures."""

from typing import Any

from msgspec.structs import replace

from domain.action_measures.events.progress import progress_id
from domain.action_measures.vocabulary import Completion, Side
from domain.kernel.deadline import end_of, start_of
from domain.kernel.ids import derived_id
from infra.eventstore.memory import MemoryEventStore
from projections import measure_progress_queries as q
from projections import measure_queries as mq
from projections import measure_transaction_queries as tq
from projections.catalogue import DEADLINES, MEASURE_PROGRESS, MEASURE_TRANSACTIONS, MEASURES
from projections.engine import Engine
from projections.measure_figures import MeasureFigures, measure_figures
from tests.domain.action_measures import examples as x
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, TENANT, Story
from tests.support.postgres import TestDatabase

RUNNING = (x.PLANNED, x.STARTED)
MOVED = x.RESCHEDULED.milestones[0].target or x.LAST


async def test_a_half_year_with_every_sides_word(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    again = replace(x.REPORTED, number=2, completion=Completion.COMPLETE, evidence=(x.OTHER_FILE,), awaited=None)
    milder = replace(x.SCORED, organisation_id=x.VERIFIER, completion=Completion.SUBSTANTIAL)
    outside = replace(x.SCORED, side=Side.EVALUATOR, organisation_id=None, completion=Completion.NO_EVIDENCE)
    past = (x.OVERDUE, replace(x.REPORTED, late=True, awaited=None), x.VERIFIED, x.CONTESTED, again, x.SCORED, milder)
    await Story(memory).tell(x.MEASURE, *RUNNING, *past, outside, replace(x.SCORED, completion=Completion.LIMITED))
    await engine.catch_up(TENANT)

    (row,) = await live_rows(database, MEASURE_PROGRESS, TENANT)

    assert (row.state, row.number, row.late, row.contested) == ("evidence_attached", 2, True, 0)
    assert (row.completion, row.civil_society, row.evaluator) == ("complete", "limited", "no_evidence")
    assert [(one.number, one.completion, one.verified) for one in row.earlier] == [(1, "substantial", True)]
    assert [(one.number, one.completion) for one in row.contests] == [(1, "limited")]
    assert [(one.side, one.organisation_id) for one in row.scores] == [
        ("civil_society", x.VERIFIER),
        ("evaluator", None),
        ("civil_society", x.ORGANISATION),
    ]
    async with reading_in_public(database, TENANT) as connection:
        (seen,) = (await q.public_progress(connection, q.Filter(disputed=True, period=x.H1))).items
        assert (seen.code, seen.title, seen.scores) == ("1.1.1", x.PLAN.title, row.scores)
        assert (await q.public_progress(connection, q.Filter(overdue=True))).items == []
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert (await q.public_progress(connection)).items == []


async def test_the_last_word_is_the_councils(database: TestDatabase, engine: Engine, memory: MemoryEventStore) -> None:
    story = Story(memory)
    await story.tell(x.MEASURE, *RUNNING, x.REPORTED, x.ATTACHED, x.VERIFIED, replace(x.ACCEPTED, decision_no="4/2026"))
    await story.tell(x.STRATEGY, *RUNNING, x.OVERDUE)
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:
        (accepted,) = (await q.progress(connection, q.Filter(state="accepted", disputed=False))).items
        (missing,) = (await q.progress(connection, q.Filter(overdue=True))).items
        late = await mq.measure(connection, x.JULY, x.STRATEGY)
    assert (accepted.accepted_by, accepted.decision_no, accepted.evidence) == (
        x.RESOLUTION,
        "4/2026",
        (x.FILE, x.OTHER_FILE),
    )
    assert (missing.measure_id, missing.state, missing.due_at) == (x.STRATEGY, "awaited", x.OVERDUE.due_at)
    assert late is not None
    assert (late.light_reason, late.missing_reports, late.progress_period) == (
        "milestone_over",
        (x.H1,),
        "2026-H2",
    )


async def test_money_entry_by_entry_and_in_sum(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    await Story(memory).tell(x.MEASURE, x.PLANNED, x.COMMITTED, x.SPENT)
    await engine.catch_up(TENANT)

    entries = await live_rows(database, MEASURE_TRANSACTIONS, TENANT)
    (measure,) = await live_rows(database, MEASURES, TENANT)

    assert [(one.number, one.kind, one.line, one.amount, one.reference) for one in entries] == [
        (1, "commitment", "state", 900_000, "Contract 4/2026"),
        (2, "spending", "state", 400_000, "Invoice 9"),
    ]
    assert (measure.planned, measure.committed, measure.spent) == (2_500_000, 900_000, 400_000)
    assert [(one.code, one.committed, one.spent) for one in measure.budget] == [
        ("state", 900_000, 400_000),
        ("donor", 0, 0),
    ]
    async with reading_in_public(database, TENANT) as connection:
        (spent,) = (await tq.public_transactions(connection, tq.Filter(kind="spending", line="state"))).items
        assert (spent.measure_id, spent.amount, spent.on_day) == (x.MEASURE, 400_000, x.SPEND.on)


async def deadlines(database: TestDatabase) -> dict[tuple[str, Any], tuple[Any, ...]]:
    parts = {derived_id("milestone", one.code): one.code for one in x.MILESTONES}
    parts |= {progress_id(period): period for period in (x.H1, "2026-H2")}
    return {
        (one.kind, parts.get(one.part_id)): (one.state, one.due_at, one.action, len(one.moved))
        for one in await live_rows(database, DEADLINES, TENANT)
        if one.stream_id == x.MEASURE
    }


async def test_what_is_due_when_and_what_the_clock_does(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    story = Story(memory)
    first, second = (end_of(one.target) for one in x.MILESTONES if one.target)
    await story.tell(x.MEASURE, *RUNNING)
    await engine.catch_up(TENANT)
    assert await deadlines(database) == {
        ("measure_risk", None): ("pending", x.NEAR, "FlagMeasureAtRisk", 0),
        ("measure_end", None): ("pending", x.OVER, "MarkMeasureDelayed", 0),
        ("measure_milestone", "1.1.1.a"): ("pending", first, "", 0),
        ("measure_milestone", "1.1.1.b"): ("pending", second, "", 0),
        ("measure_progress", x.H1): ("pending", x.OVERDUE.due_at, "MarkProgressOverdue", 0),
    }

    await story.tell(x.MEASURE, x.REACHED[0], x.AT_RISK, x.CLEARED, x.OVERDUE, x.FLAGGED, x.DELAYED)
    await engine.catch_up(TENANT)
    slid = await deadlines(database)
    assert {key: one[0] for key, one in slid.items()} == {
        ("measure_risk", None): "met",
        ("measure_end", None): "missed",
        ("measure_milestone", "1.1.1.a"): "met",
        ("measure_milestone", "1.1.1.b"): "pending",
        ("measure_progress", x.H1): "missed",
        ("measure_progress", "2026-H2"): "pending",
    }

    await story.tell(x.MEASURE, x.RESCHEDULED)
    await engine.catch_up(TENANT)
    moved = await deadlines(database)
    assert moved["measure_end", None] == ("pending", end_of(x.RESCHEDULED.last_day), "MarkMeasureDelayed", 1)
    assert moved["measure_risk", None][:2] == ("pending", start_of(x.RESCHEDULED.risk_from))
    assert moved["measure_milestone", "1.1.1.b"] == ("pending", end_of(MOVED), "", 1)

    wordy = replace(x.RESCHEDULED.milestones[0], target=None, target_words="ongoing")
    await story.tell(x.STRATEGY, x.PLANNED, replace(x.RESCHEDULED, milestones=(wordy,)))
    await engine.catch_up(TENANT)
    states = [
        one.state
        for one in await live_rows(database, DEADLINES, TENANT)
        if one.stream_id == x.STRATEGY and one.kind == "measure_milestone"
    ]
    assert sorted(states) == ["cancelled", "pending"]

    await story.tell(x.MEASURE, replace(x.DROPPED, open=("1.1.1.b",), awaited="2026-H2"))
    await engine.catch_up(TENANT)
    assert {one[0] for key, one in (await deadlines(database)).items() if slid[key][0] == "pending"} == {"cancelled"}


async def test_a_day_for_what_had_none_and_the_end_in_time(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    words = replace(x.PLANNED, plan=replace(x.PLAN, milestones=x.WORDS_ONLY.milestones[:1]))
    given = replace(x.RESCHEDULED.milestones[0], milestone="1.1.1.a", before=None)
    story = Story(memory)
    await story.tell(x.MEASURE, words, x.STARTED)
    await engine.catch_up(TENANT)
    assert not [key for key in await deadlines(database) if key[0] == "measure_milestone"]

    await story.tell(x.MEASURE, replace(x.RESCHEDULED, milestones=(given,)), x.REACHED[0], x.COMPLETED)
    await story.tell(x.MEASURE, x.REPORTED)
    await engine.catch_up(TENANT)
    told = await deadlines(database)
    assert told["measure_milestone", "1.1.1.a"][:2] == ("met", end_of(MOVED))
    assert {one[0] for key, one in told.items() if key != ("measure_progress", "2026-H2")} == {"met"}


async def test_figures_of_an_institution(database: TestDatabase, engine: Engine, memory: MemoryEventStore) -> None:
    story = Story(memory)
    accepted = (x.REPORTED, x.VERIFIED, x.CONTESTED, replace(x.ACCEPTED, contested=1), x.SCORED)
    await story.tell(x.MEASURE, *RUNNING, x.REACHED[0], *accepted, x.COMMITTED, x.SPENT, x.RESCHEDULED)
    await story.tell(x.STRATEGY, *RUNNING, x.OVERDUE, *x.REACHED, x.COMPLETED)
    await story.tell(x.RESOLUTION, replace(x.PLANNED, plan=replace(x.PLAN, budget=(), milestones=())))
    await engine.catch_up(TENANT)

    async with reading_in_public(database, TENANT) as connection:
        found = (await measure_figures(connection, x.JULY, None))[TENANT]
        later = (await measure_figures(connection, x.JULY, 2027))[TENANT]
    assert found == MeasureFigures(
        measures=3,
        by_state={"active": 1, "done": 1, "planned": 1},
        by_light={"green": 2, "grey": 1},
        moved=1,
        done_as_planned=1,
        milestones=4,
        milestones_reached=3,
        planned={"EUR": 5_000_000},
        committed={"EUR": 900_000},
        spent={"EUR": 400_000},
        reports=1,
        reports_missing=1,
        verified=1,
        accepted=1,
        contested=1,
        scored_lower=1,
    )
    assert (later.measures, later.moved, later.reports) == (1, 1, 0)
