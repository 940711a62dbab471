"""A computed value is found again at any later time, whatever was recorded since and however the past is stored."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from domain.action_measures.computed import COMPUTED
from domain.action_measures.indicator_periods import Span
from domain.action_measures.indicator_vocabulary import Figure
from domain.consultations.vocabulary import DocumentKind, PlanItemReference
from domain.kernel.errors import HistoryCorrupt, StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.tenants.register import Institution
from infra.database.interface import Role
from projections.as_of import Past
from projections.catalogue import READ_MODELS
from projections.connections import Connections
from projections.history import History
from projections.keeping import Keeper
from services.indicators.evaluation import Counts, Evaluated, Evaluator
from services.indicators.library import LIBRARY
from services.indicators.query import query
from tests.domain.action_measures import examples as strategy
from tests.domain.contracts.service_contracts import ACTIVE, OVERDUE
from tests.domain.grants import agreements
from tests.projections.story import (
    NOW,
    REGISTRY,
    TENANT,
    answered,
    attached,
    closed,
    drafted,
    opened,
    planned,
    reported,
    submitted,
)
from tests.projections.told import Told

LOGS = {"opm": NATIONAL_TENANT, "mj": TENANT}
YEAR = Span.of("2026")
CLOCKS = re.compile(r"\b(now|clock_timestamp|current_\w+|random|localtime\w*)\b(?!_setting)", re.IGNORECASE)


@pytest.fixture
def event_types() -> tuple[str, ...]:
    return REGISTRY.names


async def institutions() -> Mapping[str, Institution]:
    named = {slug: Institution(tenant_id, slug, slug, "ministry", {}, ("sq", "sr")) for slug, tenant_id in LOGS.items()}
    return named | {"toy": Institution(3, "toy", "toy", "ministry", {}, ("sq", "sr"), sandbox=True)}


@pytest.fixture
async def told() -> Told:
    """By chance, and what chance seldom tells."""
    made = Told(seed=7)
    await made.tell(60)
    await exemplary(made)
    return made


async def exemplary(told: Told) -> None:
    """A planned consultation in every language with a report in time; a service and a report that do not come."""
    consultation, closes_at = derived_id("exemplary"), NOW + timedelta(days=20)
    item = PlanItemReference(plan_id=derived_id("plan"), item_id=derived_id("item"))
    documents = (attached(DocumentKind.DRAFT), attached(DocumentKind.EXPLANATORY_MEMORANDUM))
    await told.story.tell(consultation, planned(plan_item=item), *documents, opened(), closed(closes_at), reported())
    said = (drafted(consultation), submitted(consultation), answered(consultation))
    await told.story.tell(derived_id("said"), *said)
    await told.story.tell(derived_id("undelivered"), *ACTIVE, OVERDUE)
    await told.story.tell(derived_id("unreported"), *agreements.FIRST_PAID, agreements.OVERDUE)
    late = replace(strategy.PLANNED, plan=replace(strategy.PLAN, code="1.1.2", last_day=date(2026, 3, 31)))
    await told.story.tell(derived_id("done"), strategy.PLANNED, strategy.STARTED, *strategy.REACHED, strategy.COMPLETED)
    await told.story.tell(derived_id("late"), late, strategy.STARTED)


@pytest.fixture
async def evaluator(database, told: Told) -> AsyncIterator[Evaluator]:
    history = History(told.store, REGISTRY)
    made = Evaluator(Past(database, Role.AUDITOR, history, stored=True), told.store, institutions)
    yield made
    await made.close()


def test_every_described_query_stands_in_the_library_and_no_other() -> None:
    assert {one: LIBRARY[one].described for one in LIBRARY} == COMPUTED
    assert len(LIBRARY) >= 12


@pytest.mark.parametrize("one", LIBRARY.values(), ids=lambda one: one.name.name)
def test_a_query_sees_the_models_that_it_names_and_no_clock(one) -> None:
    tables = {model.table for model in READ_MODELS}
    sql = one.text.replace("current_setting('pakt.tenants')", "")

    assert {word for word in re.findall(r"\w+", sql) if word in tables} == {model.table for model in one.of}
    assert not CLOCKS.search(sql)
    assert not re.search(r"\b(rm|es|past)\.", sql)


def test_a_changed_query_has_another_hash() -> None:
    one = next(iter(LIBRARY.values()))

    assert query(one.name.name, one.of, f"{one.sql} ").hash != one.hash
    assert query(one.name.name, one.of, one.sql, version=2).hash != one.hash
    assert len({each.hash for each in LIBRARY.values()}) == len(LIBRARY)


async def test_every_indicator_at_twenty_past_instants_equals_what_was_stored(
    database, told: Told, evaluator: Evaluator
) -> None:
    """The history goes on between two instants, and its past comes to be stored meanwhile."""
    connections = Connections(database, Role.PROJECTOR, 2)
    keeper = Keeper(connections, History(told.store, REGISTRY), READ_MODELS, 61)
    of = {kind: [one for one in LIBRARY.values() if one.described.national is kind] for kind in (False, True)}
    stored: list[list[Evaluated]] = []
    for n in range(20):
        at = YEAR.upto(NOW - timedelta(days=20) + n * timedelta(days=14, hours=5))
        stored += [await evaluator.several(one, at, await evaluator.reach(one[0])) for one in of.values()]
        await told.live(6)
        await told.nation(5)
        if n > 10:
            await keeper.step(TENANT)
            await keeper.step(NATIONAL_TENANT)

    for n, before in enumerate(stored):
        queries, one = of[bool(n % 2)], n // 2 % len(of[bool(n % 2)])
        assert await evaluator.several(queries, before[0].span, before[0].positions) == before
        assert await evaluator.again(queries[one], before[one].span, before[one].positions) == before[one]
    positions = {tuple(one[0].positions.items()) for one in stored}
    assert len(positions) == len(stored), "the history went on between two instants"
    found = {one.query for each in stored for one in each if any(row.numerator for row in one.by_tenant.values())}
    assert {one.name for one in LIBRARY} - found == set()
    await connections.close()


async def test_a_value_says_what_the_log_says(database) -> None:
    told = Told(seed=1)
    await exemplary(told)
    history = History(told.store, REGISTRY)
    evaluator = Evaluator(Past(database, Role.AUDITOR, history), told.store, institutions)
    found = {
        name.name: (await evaluator.evaluate(one, Span.of("2026"), ["mj"])).figure
        for name, one in LIBRARY.items()
        if not one.described.national
    }
    await evaluator.close()

    assert found["consultations_opened"] == Figure(value="1", numerator=1)
    for name in ("consultation_reports_in_time", "consultations_in_all_languages", "consultations_planned"):
        assert found[name] == Figure(value="100", numerator=1, denominator=1)
    assert found["contributions_answered"] == Figure(value="100", numerator=1, denominator=1)
    met = found["deadlines_met"]
    assert 2 <= (met.numerator or 0) < (met.denominator or 0)
    assert found["grant_complaints_in_time"] == Figure(numerator=0, denominator=0)
    assert found["contracts_signed"].value == found["deliveries_overdue"].value == "1"
    assert found["deliveries_in_time"] == Figure(value="0", numerator=0, denominator=3)
    assert found["grants_paid_euro"].value == "3000"
    assert found["grant_reports_overdue"].numerator == 1
    assert found["measures_done"].value == "1"
    assert found["measures_in_time"] == Figure(value="50", numerator=1, denominator=2)
    assert found["contracts_paid_euro"].value == "0"


async def test_what_is_recorded_later_changes_a_new_value_and_no_old_one(told: Told, evaluator: Evaluator) -> None:
    [one] = [each for each in LIBRARY.values() if each.name.name == "contributions_received"]
    before = await evaluator.evaluate(one, YEAR, ["mj"])
    await told.live(60)
    after = await evaluator.evaluate(one, YEAR, ["mj"])

    assert after.positions["mj"] > before.positions["mj"]
    assert after.by_tenant["mj"].numerator > before.by_tenant["mj"].numerator
    assert await evaluator.again(one, YEAR, before.positions) == before


async def test_a_log_that_ends_before_the_position_is_said_to_do_so(evaluator: Evaluator) -> None:
    one = next(iter(LIBRARY.values()))

    with pytest.raises(HistoryCorrupt):
        await evaluator.again(one, YEAR, {"mj": 1_000_000})
    with pytest.raises(StreamNotFound):
        await evaluator.again(one, YEAR, {"nowhere": 1})
    with pytest.raises(StreamNotFound):
        await evaluator.evaluate(one, YEAR, ["nowhere"])


async def test_sandboxes_count_only_where_they_are_named(evaluator: Evaluator) -> None:
    one = next(iter(LIBRARY.values()))

    assert set((await evaluator.evaluate(one, YEAR)).positions) == {"mj", "opm"}
    assert (await evaluator.evaluate(one, YEAR, ["toy"])).positions == {"toy": 0}


async def test_nothing_is_measured_where_there_was_no_case(evaluator: Evaluator) -> None:
    long_ago = Span.of("1999")
    for one in LIBRARY.values():
        found = await evaluator.evaluate(one, long_ago, None if one.described.national else ["mj"])
        assert found.by_tenant == {}
        assert found.figure.value == (None if one.described.weighted else "0")


def test_counts_add_up() -> None:
    assert Counts(1, 2) + Counts(3, 4) == Counts(4, 6)
    assert Counts(1) + Counts(2) == Counts(3)
