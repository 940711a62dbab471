"""The worker computes what is due, once, whatever is killed or raced; each value is found again afterwards."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from domain.action_measures.commands import indicator as c
from domain.action_measures.commands.strategy import AdoptStrategy
from domain.action_measures.events.strategy import strategy_id
from domain.action_measures.indicator import Indicator
from domain.action_measures.indicator_periods import Span
from domain.action_measures.indicator_vocabulary import Figure, PeriodTarget, QueryName, Reach, ValueStage
from domain.kernel.errors import RuleViolated
from domain.tenants.seed import tenant_ids
from infra.clock import FixedClock
from services.bootstrap import System
from services.indicators.evaluation import Evaluator, evaluator_of
from services.indicators.verification import verify
from services.work.failures import Failures
from services.worker.computing import SETTLED, Computing
from tests.domain.action_measures import examples as x
from tests.domain.action_measures import indicator_examples as y
from tests.support.consultation import opened, state
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system, send

OPM = "opm"
OPENED = QueryName(name="consultations_opened")
DEFINE = replace(
    y.COMPUTE,
    measure_id=None,
    strategy_id=strategy_id(x.REFERENCE),
    objective="SO1",
    part_of=None,
    unit="number",
    capped=False,
    aggregation="sum",
    query=OPENED,
    reach=Reach.ALL,
)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.now(UTC))


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


@pytest.fixture
async def evaluator(system: System) -> AsyncIterator[Evaluator]:
    made = evaluator_of(system)
    yield made
    await made.close()


def computing(system: System, evaluator: Evaluator) -> Computing:
    return Computing(system, Failures(system.engine.connections, system.auditing), evaluator)


async def awaited(system: System, clock: FixedClock) -> tuple[Indicator, str]:
    """An indicator of the strategy whose period is this year, with two consultations in it."""
    year = str(clock.now().year)
    adopt = msgspec.convert(msgspec.to_builtins(x.ADOPT), AdoptStrategy)
    await send(system, OPM, "council_secretary", replace(adopt, adopted_on=clock.now().date() - timedelta(days=2)))
    define = replace(DEFINE, periods=(PeriodTarget(period=year, target="1"),))
    define = msgspec.convert(msgspec.to_builtins(define), c.DefineIndicator)
    answer = await send(system, OPM, "council_secretary", define)
    for institution in ("mj", "mesti"):
        await opened(system, institution)
    await project(system, OPM)
    return await state(system, OPM, Indicator, answer.stream_id), year


async def value(system: System, indicator: Indicator, year: str) -> tuple[ValueStage, int, Figure]:
    found = (await state(system, OPM, Indicator, indicator.id)).values[year]
    return found.stage, found.revision, found.figure


async def test_a_value_is_computed_when_its_period_is_over_and_not_before(
    system: System, clock: FixedClock, evaluator: Evaluator
) -> None:
    indicator, year = await awaited(system, clock)
    worker = computing(system, evaluator)
    clock.at = Span.of(year).ends + SETTLED - timedelta(microseconds=1)
    assert await worker.look() == 0

    clock.at += timedelta(microseconds=1)
    assert await worker.look() == 1
    assert await value(system, indicator, year) == (ValueStage.VERIFIED, 1, Figure(value="2", numerator=2))
    assert await worker.look() == 0, "it was told a moment ago"
    assert await computing(system, evaluator).look() == 1, "a worker that does not know tells it again"
    await project(system, OPM)
    assert await computing(system, evaluator).look() == 0
    assert (await value(system, indicator, year))[1] == 1, "and it is heard once"


async def test_workers_that_race_tell_one_value(system: System, clock: FixedClock, evaluator: Evaluator) -> None:
    indicator, year = await awaited(system, clock)
    clock.at = Span.of(year).ends + SETTLED
    workers = [computing(system, evaluator) for _ in range(4)]

    assert await asyncio.gather(*(worker.look() for worker in workers)) == [1] * 4

    assert (await value(system, indicator, year))[1] == 1
    assert await workers[0]._failures.all([tenant_ids()[OPM]]) == []


async def test_it_is_computed_again_when_asked_and_both_values_are_found_again(
    system: System, clock: FixedClock, evaluator: Evaluator
) -> None:
    indicator, year = await awaited(system, clock)
    clock.at = Span.of(year).ends + SETTLED
    await computing(system, evaluator).look()
    ask = c.RecomputeValue(period=year)
    await send(system, OPM, "council_secretary", ask, indicator.id)
    with pytest.raises(RuleViolated) as refused:
        await send(system, OPM, "council_secretary", ask, indicator.id, key=2)
    assert refused.value.rule == "command.unchanged"
    await opened(system, "mflt")
    await project(system, OPM)
    assert await computing(system, evaluator).look() == 1
    await project(system, OPM)

    assert await value(system, indicator, year) == (ValueStage.VERIFIED, 2, Figure(value="2", numerator=2))
    checked = await verify(evaluator, system.auditing, list(tenant_ids().values()))
    assert [(one.revision, one.same, one.changed, one.reason) for one in checked] == [
        (1, True, False, ""),
        (2, True, False, ""),
    ]


async def tamper(system: System, statement: str) -> None:
    """Past everything that forbids it, as only a superuser can."""
    async with system.database.connect() as connection:
        await connection.execute("ALTER TABLE es.event DISABLE TRIGGER ALL")
        await connection.execute(statement)


async def test_a_log_that_cannot_be_read_makes_no_half_value_and_the_reason_is_kept(
    system: System, clock: FixedClock, evaluator: Evaluator
) -> None:
    indicator, year = await awaited(system, clock)
    clock.at = Span.of(year).ends + SETTLED
    await tamper(system, f"DELETE FROM es.event WHERE tenant_id = {tenant_ids()['mj']} AND position = 2")
    worker = computing(system, evaluator)
    assert await worker.look() == 1

    assert year not in (await state(system, OPM, Indicator, indicator.id)).values
    [failed] = await worker._failures.all([tenant_ids()[OPM]])
    assert (failed.kind, failed.subject) == ("indicator", f"{indicator.id} {year}")
    assert failed.reason.startswith("history-corrupt")
    assert await computing(system, evaluator).look() == 0, "not before it is due again"


async def test_a_value_whose_logs_are_shorter_now_is_said_to_be_so(
    system: System, clock: FixedClock, evaluator: Evaluator
) -> None:
    _, year = await awaited(system, clock)
    clock.at = Span.of(year).ends + SETTLED
    await computing(system, evaluator).look()
    await project(system, OPM)
    mj = tenant_ids()["mj"]
    last = await system.store.head(mj)
    await tamper(system, f"DELETE FROM es.event WHERE tenant_id = {mj} AND position = {last}")

    [checked] = await verify(evaluator, system.auditing, [tenant_ids()[OPM]])

    assert (checked.same, checked.found, checked.reason) == (False, None, "history-corrupt")
