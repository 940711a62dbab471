"""The register indicator_register: every value with what was said of it, contested figures, and several as one."""

from msgspec.structs import replace

from domain.action_measures.indicator_vocabulary import Aggregation, Figure, Unit
from domain.kernel.ids import derived_id
from infra.eventstore.memory import MemoryEventStore
from projections import indicator_queries as q
from projections.catalogue import INDICATORS
from projections.engine import Engine
from projections.indicator_aggregates import aggregated
from tests.domain.action_measures import examples as x
from tests.domain.action_measures import indicator_examples as y
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, TENANT, Story
from tests.support.postgres import TestDatabase

AGAIN = replace(y.REPORTED, revision=2, figure=Figure(value="50", numerator=2, denominator=4), parts=())


async def test_what_was_said_of_a_figure_stays_beside_it(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    await Story(memory).tell(y.INDICATOR, *y.CHECKED, y.CONTESTED, y.ACCEPTED, y.REOPENED, AGAIN)
    await engine.catch_up(TENANT)

    (row,) = await live_rows(database, INDICATORS, TENANT)
    said, awaited = row.periods
    assert (row.state, row.contested, row.baseline, row.required) == ("defined", 0, y.BASELINE, True)
    assert (awaited.period, awaited.state, awaited.target, awaited.figure) == ("2026-H1", "awaited", "80", None)
    assert (said.state, said.revision, said.figure, said.accepted_at) == ("reported", 2, AGAIN.figure, None)
    assert [(one.revision, one.figure, one.state) for one in said.earlier] == [(1, y.FIGURE, "accepted")]
    assert [(one.revision, one.own) for one in said.contests] == [(1, y.CONTESTED.own)]
    assert [one.resolution_id for one in said.reopened] == [y.OTHER_RESOLUTION]
    assert (said.evidence, said.ends_at) == ((), y.HALF.ends)
    async with reading(database, TENANT) as connection:
        for chosen, found in (
            (q.Filter(measure_id=x.MEASURE, required=True, source="manual"), 1),
            (q.Filter(disputed=True), 0),
            (q.Filter(text="kontribute"), 1),
            (q.Filter(state="withdrawn"), 0),
        ):
            assert len((await q.indicators(connection, chosen)).items) == found
        assert (await q.indicators(connection)).items == [await q.indicator(connection, y.INDICATOR)]


async def test_a_computed_value_shows_what_computed_it(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    again = replace(y.RECORDED, revision=2, figure=Figure(value="100", numerator=4, denominator=4), query_hash="d" * 64)
    await Story(memory).tell(y.INDICATOR, y.COMPUTED, y.RECORDED, y.ASKED, again, y.CONTESTED, y.WITHDRAWN)
    await engine.catch_up(TENANT)

    (row,) = await live_rows(database, INDICATORS, TENANT)
    value = row.periods[0]
    assert (row.state, row.withdrawn_reason, value.asked) == ("withdrawn", x.REASON, False)
    assert (value.state, value.computation.query_hash, value.computation.positions) == (
        "contested",
        "d" * 64,
        {"mflt": 120, "opm": 80},
    )
    assert [one.computation.query_hash for one in value.earlier] == ["c" * 64]


async def test_everybody_sees_which_figures_are_disputed(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    other = derived_id("test", "another organisation")
    standing = replace(y.CONTESTED, revision=2, figure=AGAIN.figure, organisation_id=other, own=None)
    await Story(memory).tell(y.INDICATOR, *y.SHOWN, y.CONTESTED, AGAIN, standing)
    await engine.catch_up(TENANT)

    async with reading_in_public(database, TENANT) as connection:
        page = await q.contested_figures(connection, q.ContestFilter())
        assert [(one.organisation_id, one.figure, one.own, one.standing, one.state) for one in page.items] == [
            (other, AGAIN.figure, None, True, "contested"),
            (y.ORGANISATION, y.FIGURE, y.CONTESTED.own, False, "contested"),
        ]
        for chosen, found in (
            (q.ContestFilter(standing=True), 1),
            (q.ContestFilter(organisation_id=y.ORGANISATION, period="2025-H2"), 1),
            (q.ContestFilter(measure_id=y.INDICATOR), 0),
        ):
            assert len((await q.contested_figures(connection, chosen)).items) == found
        seen = await q.public_indicator(connection, y.INDICATOR)
        assert seen is not None
        assert (seen.contested, len((await q.public_indicators(connection, q.Filter(disputed=True))).items)) == (1, 1)
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert (await q.contested_figures(connection, q.ContestFilter())).items == []


async def test_institutions_together_are_numerators_by_denominators(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    whole = derived_id("test", "national indicator")
    national = replace(y.DEFINED, measure_id=None, strategy_id=x.STRATEGY, objective="1.1", part_of=None)
    story = Story(memory)
    await story.tell(whole, national)
    shares = ((1, 1, True), (0, 99, False))
    for n, (numerator, denominator, locked) in enumerate(shares):
        figure = Figure(value=str(100 * numerator), numerator=numerator, denominator=denominator)
        said = (replace(y.REPORTED, figure=figure, parts=()), y.ATTACHED, y.VERIFIED)
        accepted = (replace(y.ACCEPTED, figure=figure),) if locked else (y.CONTESTED,)
        await story.tell(derived_id("part", n), y.DEFINED, *said, *accepted)
    await story.tell(
        derived_id("part", "other unit"), replace(y.COUNTED), replace(y.REPORTED, figure=Figure(value="7"))
    )
    await story.tell(derived_id("part", "withdrawn"), y.DEFINED, y.REPORTED, y.WITHDRAWN)
    await engine.catch_up(TENANT)

    async with reading_in_public(database, TENANT) as connection:
        every = await aggregated(connection, whole, accepted_only=False)
        locked_only = await aggregated(connection, whole, accepted_only=True)
        assert await aggregated(connection, x.MEASURE, accepted_only=True) is None
    assert every is not None
    assert locked_only is not None
    assert every.figure == every.periods[0].figure == Figure(value="1", numerator=1, denominator=100)
    assert [(one.state, one.contested) for one in every.periods[0].institutions] in (
        [("accepted", False), ("contested", True)],
        [("contested", True), ("accepted", False)],
    )
    assert locked_only.figure == Figure(value="100", numerator=1, denominator=1)
    assert (every.unit, every.aggregation) == (Unit.PERCENTAGE, Aggregation.WEIGHTED)
