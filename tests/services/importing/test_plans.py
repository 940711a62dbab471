"""Plans brought in: the strategy that ships, and a table that a ministry filled in, each line accounted for."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.action_measures.commands.strategy import AdoptStrategy, RecordOutput
from domain.action_measures.events.strategy import measure_id, strategy_id
from domain.action_measures.vocabulary import BudgetSource
from domain.kernel.money import Money
from infra.clock import FixedClock
from projections import measure_queries as q
from projections import strategy_queries as sq
from projections.indicator_queries import indicators
from services.cli.__main__ import run
from services.importing.lines import Unreadable
from services.importing.plan_stories import plan_story
from services.importing.plan_template import COLUMNS, template, template_lines
from services.importing.plans import KOSOVO, Plan, import_plan, import_shipped, read_plan, shipped_plan
from services.work.failures import Failures
from services.worker.policies import Policies
from tests.domain.action_measures.examples import ADOPT
from tests.projections.live import reading
from tests.support.postgres import Cluster
from tests.support.running import SHARED
from tests.support.system import project, seeded_system, send

FACTS = SHARED / "kosovo" / "strategy_2013_2017.json"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def rows(*changes: dict[str, str]) -> str:
    """A table of the example, each row changed so; a row after the first holds a milestone alone."""
    [example] = csv.DictReader(io.StringIO(template()))
    alone = dict.fromkeys(COLUMNS, "") | {
        n: v for n, v in example.items() if n.startswith(("strategy", "code", "milestone"))
    }
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS)
    table.writeheader()
    for n, change in enumerate(changes):
        table.writerow((alone if n else example) | change)
    return written.getvalue()


def told(path: Path, *changes: dict[str, str]) -> list[Any]:
    path.write_text(rows(*changes))
    return list(template_lines(path))


def outputs() -> list[RecordOutput]:
    steps = [step for line in shipped_plan(KOSOVO).lines for step in plan_story(line).steps]
    return [step.command for step in steps if isinstance(step.command, RecordOutput)]


def test_the_strategy_that_ships_says_what_is_not_known_of_it() -> None:
    first, *others = shipped_plan(KOSOVO).lines
    [step] = plan_story(first).steps
    assert isinstance(step.command, AdoptStrategy)

    assert (step.command.reference, step.command.plan_known, step.command.decision_no) == (
        "XK-GSCCS-2013-2017",
        False,
        None,
    )
    assert step.command.note.languages == ("sq", "sr", "en")
    assert {line.record["entry"] for line in others if line.record} == {"output"}
    assert all(one.source.document and one.text.languages == ("sq", "sr", "en") for one in outputs())


@pytest.mark.skipif(not FACTS.exists(), reason=f"the real data is not in {SHARED}")
def test_the_strategy_that_ships_is_what_sources_say_and_no_more() -> None:
    facts = json.loads(FACTS.read_text())
    [step] = plan_story(shipped_plan(KOSOVO).lines[0]).steps
    adopt = step.command
    assert isinstance(adopt, AdoptStrategy)

    assert [(o.code, str(o.field), o.title.in_language("en"), o.title.in_language("sq")) for o in adopt.objectives] == [
        (o["id"], o["domain"], o["title"]["en"], o["title"]["sq"]) for o in facts["objectives"]
    ]
    assert (str(adopt.first_day), str(adopt.last_day)) == (facts["period"]["start"], facts["period"]["end"])
    assert sorted((o.objective, o.on, o.figure) for o in outputs() if o.objective) == sorted(
        (o["objective"], o["date"], o.get("value")) for o in facts["outputs"]
    )
    timeline = {one["date"] for one in facts["governance_timeline"]} - {facts["adopted"]}
    assert {o.on for o in outputs() if o.objective is None} == timeline


async def test_the_strategy_that_ships_is_imported_once(embedded_cluster: Cluster, tmp_path: Path) -> None:
    async with seeded_system(embedded_cluster, tmp_path / "data") as system:
        part = Plan(KOSOVO, shipped_plan(KOSOVO).lines[:4])
        begun = await import_plan(system, "opm", part, tmp_path / "report")
        summary = await import_shipped(system)
        again = await import_shipped(system)
        await project(system, "opm")
        async with reading(system.database, 1) as connection:
            [row] = (await sq.strategies(connection, sq.Filter(reference="XK-GSCCS-2013-2017"))).items

    assert (begun.imported, summary.lines, summary.imported, summary.refused) == (4, 23, 19, 0)
    assert (again.present, again.commands) == (23, 0)
    assert (row.adopted_on.isoformat(), row.plan_known, row.measures) == ("2013-07-05", False, ())
    assert [finding.code for finding in row.findings] == ["strategy.decision"]
    assert len(row.outputs) == 22


async def test_a_table_is_assigned_to_its_lead(embedded_cluster: Cluster, tmp_path: Path) -> None:
    table, report = tmp_path / "plan.csv", tmp_path / "report"
    second = {"milestone": "1.1.1-b", "milestone_due": "31.10.2026"}
    table.write_text(rows({}, second))
    async with seeded_system(embedded_cluster, tmp_path / "data", clock=FixedClock(NOW)) as system:
        before = await import_plan(system, "opm", read_plan(table, "opm"), report)
        await send(system, "opm", "council_secretary", ADOPT)
        plan = read_plan(table, "opm")
        summary = await import_plan(system, "opm", plan, report)
        again = await import_plan(system, "opm", plan, report)
        for tenant in ("opm", "mlga"):
            await project(system, tenant)
        failures = Failures(system.engine.connections, system.auditing)
        await Policies(system, failures).run_once()
        failed = await failures.all([1, (await system.handler.authority.tenant("mlga")).tenant_id])
        lead = await system.handler.authority.tenant("mlga")
        async with reading(system.database, lead.tenant_id) as connection:
            [row] = (await q.measures(connection, NOW)).items
            [indicator] = (await indicators(connection)).items

    assert (before.refused, summary.imported, again.present) == (2, 2, 2)
    assert row.measure_id == measure_id(strategy_id(ADOPT.reference), "1.1.1")
    assert (row.lead, row.objective, str(row.last_day), row.state) == ("mlga", "1.1", "2026-12-31", "planned")
    assert [(one.code, str(one.target)) for one in row.milestones] == [
        ("1.1.1-a", "2026-06-30"),
        ("1.1.1-b", "2026-10-31"),
    ]
    assert [(one.source, one.planned) for one in row.budget] == [(BudgetSource.STATE_BUDGET, 1_250_050)]
    assert [one.institution or one.other for one in row.partners] == ["opm", "CiviKos"]
    assert (indicator.measure_id, indicator.unit, indicator.baseline and indicator.baseline.figure.value) == (
        row.measure_id,
        "number",
        "0",
    )
    assert [(one.period, one.target, one.state) for one in indicator.periods] == [("2026", "40", "awaited")]
    assert failed == []


def test_amounts_are_exact_and_days_are_days(tmp_path: Path) -> None:
    objective, measure = told(tmp_path / "plan.csv", {"budget": "1,000,000.10", "start": "01.02.2026"})
    steps = plan_story(measure).steps
    assign: Any = steps[0].command

    assert [step.name for step in plan_story(objective).steps] == ["divide"]
    assert [(step.name, step.occurred_at) for step in steps] == [
        (name, None) for name in ("assign", "plan", "indicator 1")
    ]
    assert [one.planned for one in assign.plan.budget] == [Money(100_000_010)]
    assert str(assign.plan.first_day) == "2026-02-01"


NO_DAY = "it is no date as the layout writes one"


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ([{"end": "ongoing"}], [f"/end: {NO_DAY}"]),
        ([{"start": "within 30 days of adoption"}], [f"/start: {NO_DAY}"]),
        ([{"milestone_due": "Q3 2026"}], [f"/milestone_due: {NO_DAY}"]),
        ([{"end": "31.02.2026"}], [f"/end: {NO_DAY}"]),
        ([{"milestone_due": ""}], ["/milestone_due: nothing says by which day"]),
        ([{"lead": "", "end": ""}], ["/lead: nothing is given; /end: nothing is given"]),
        ([{"budget": "about 5000"}], ["/budget: it is no amount"]),
        ([{"budget": "5.005"}], ["/budget: it has parts of a cent"]),
        ([{"budget_source": ""}], ["/budget_source: nothing says whose money it is"]),
        ([{"unit": ""}], ["/unit: nothing says what it counts"]),
        ([{"unit": "tonnes"}], ["/unit: it is none of the register's codes"]),
        ([{"target_period": ""}], ["/target_period: nothing says for which period"]),
        ([{"baseline_day": "before"}], [f"/baseline_day: {NO_DAY}"]),
        ([{"baseline_day": ""}], ["/baseline_day: nothing says on which day it was measured"]),
        ([{"budget_source": "gold"}], ["/budget_source: it is none of the register's codes"]),
        (
            [{}, {"milestone": "b", "milestone_due": "soon"}],
            ["line 3 of the same measure is refused", f"/milestone_due: {NO_DAY}"],
        ),
        (
            [{}, {"milestone": "b", "title_sq": "Tjetër"}],
            ["line 3 of the same measure is refused", "/title_sq: the first row says it"],
        ),
        ([{}, {"milestone": ""}], ["line 3 of the same measure is refused", "/milestone: nothing is given"]),
    ],
)
def test_what_cannot_be_meant_is_refused_line_by_line_with_its_place(
    changes: Sequence[dict[str, str]], reasons: list[str], tmp_path: Path
) -> None:
    _objective, *lines = told(tmp_path / "plan.csv", *changes)

    assert [(line.number, line.record, line.reason) for line in lines] == [
        (n, None, reason) for n, reason in enumerate(reasons, start=2)
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("plan.csv", "code,title\n1,x\n", "lacks strategy, objective"),
        ("plan.json", "[1]", "is no plan"),
        ("plan.json", "{}", "is no plan"),
        ("plan.json", "nothing", "is no plan"),
        ("plan.csv", "", "is empty"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_as_a_whole(name: str, content: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(content)

    with pytest.raises(Unreadable, match=reason):
        read_plan(file, "opm")


def test_the_command_writes_the_empty_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "plan", "--template"]) == 0
    assert capsys.readouterr().out == template()
    assert run(["import", "plan"]) == 2
    assert "--template" in capsys.readouterr().err


def test_an_own_plan_is_read_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    plan = {
        "source": "ours",
        "strategy": msgspec.to_builtins(ADOPT),
        "measures": [{"lead": "mj", "plan": {"code": "1"}}],
    }
    file.write_bytes(msgspec.json.encode(plan))
    found = read_plan(file, "opm")

    assert found.source == "ours"
    assert [(line.number, (line.record or {})["entry"]) for line in found.lines] == [(1, "strategy"), (1, "measure")]
    assert plan_story(found.lines[0]).steps[0].command == ADOPT
