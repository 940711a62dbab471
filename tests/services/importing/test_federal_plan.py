"""A real plan of a government, with dates in words and dates that were moved: all of it, and nothing more."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.action_measures.commands.measure import PlanMeasure, RescheduleMeasure
from domain.action_measures.commands.strategy import AdoptStrategy, RecordOutput
from infra.clock import FixedClock
from projections import measure_queries as q
from projections import strategy_queries as sq
from projections.measure_queries import LitMeasure
from services.bootstrap import System
from services.importing.plan_stories import plan_story
from services.importing.plans import Plan, import_plan, read_plan
from services.importing.stories import Step
from tests.projections.live import reading
from tests.support.postgres import Cluster
from tests.support.running import SHARED
from tests.support.system import project, seeded_system

FILE = SHARED / "action_plan" / "us_fds_2020.json"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOVED = {
    "2.2": ("2020-09-30", "2020-10-31"),
    "3.1": ("2020-06-30", "2020-07-31"),
    "4.1": ("2020-06-30", "2020-07-31"),
    "6.2": ("2020-07-31", "90 days after OMB/GSA standard metadata guidance is issued"),
    "19.1": ("2020-06-30", "2020-09-30"),
}
pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"the real data is not in {SHARED}")


def steps(plan: Plan) -> list[Step]:
    return [step for line in plan.lines for step in plan_story(line).steps]


async def imported(system: System) -> list[LitMeasure]:
    await project(system, "opm")
    async with reading(system.database, 1) as connection:
        return (await q.measures(connection, NOW, limit=100)).items


def test_every_action_milestone_and_answer_is_told() -> None:
    facts = json.loads(FILE.read_text())
    commands = [step.command for step in steps(read_plan(FILE, "opm"))]
    [adopted] = [one for one in commands if isinstance(one, AdoptStrategy)]
    plans = {one.plan.code: one.plan for one in commands if isinstance(one, PlanMeasure)}
    outputs = [one.text.in_language("en") for one in commands if isinstance(one, RecordOutput)]

    assert [one.title.in_language("en") for one in adopted.objectives] == [
        "Agency Actions",
        "Community of Practice Actions",
        "Shared Solution Actions",
    ]
    assert len(plans) == len(facts["actions"]) == 20
    for action in facts["actions"]:
        plan = plans[str(action["number"])]
        said = plan.description.in_language("en")
        assert plan.title.in_language("en") == action["title"]
        for one, told in zip(action["milestones"], plan.milestones, strict=True):
            assert (told.code, told.title.in_language("en")) == (one["number"], one["title"])
            assert (told.target and told.target.isoformat(), told.target_words) == (
                one["target"],
                one["target_text"] or "",
            )
            assert told.measurement == (one["measurement"] or "")
            assert all(words in said for words in (one["obligation"], one["reporting"]) if words)
            assert one["responsible"] is None or one["responsible"] in {partner.other for partner in plan.partners}
    assert sum(len(plan.milestones) for plan in plans.values()) == 66
    for rows in facts["agency_status"].values():
        for row in rows:
            agency, *answers = row.items()
            for question, answer in answers:
                [output] = [text for text in outputs if question in text]
                [line] = [line for line in output.splitlines() if line.startswith(f"{answer} (")]
                assert agency[1] in line


def test_five_dates_were_moved_in_may_2020() -> None:
    moves = [step for step in steps(read_plan(FILE, "opm")) if isinstance(step.command, RescheduleMeasure)]
    moved = [one for step in moves if isinstance(step.command, RescheduleMeasure) for one in step.command.milestones]

    assert {one.milestone: (one.target and one.target.isoformat()) or one.target_words for one in moved} == {
        code: after for code, (_before, after) in MOVED.items()
    }
    assert len(moves) == 5
    assert all((step.occurred_at or NOW).strftime("%Y-%m") == "2020-05" for step in moves)


async def test_the_plan_is_imported_whole_and_resumed_where_it_stopped(
    embedded_cluster: Cluster, tmp_path: Path
) -> None:
    plan, report = read_plan(FILE, "opm"), tmp_path / "report"
    async with seeded_system(embedded_cluster, tmp_path / "data", clock=FixedClock(NOW)) as system:
        await import_plan(system, "opm", Plan(plan.source, plan.lines[:12]), report)
        summary = await import_plan(system, "opm", plan, report)
        again = await import_plan(system, "opm", plan, report)
        measures = await imported(system)
        async with reading(system.database, 1) as connection:
            [strategy] = (await sq.strategies(connection)).items

    assert (summary.lines, summary.imported, summary.present, summary.refused) == (27, 15, 12, 0)
    assert (again.present, again.commands) == (27, 0)
    assert (len(measures), sum(len(one.milestones) for one in measures)) == (20, 66)
    assert (len(strategy.measures), len(strategy.outputs), strategy.adopted_on) == (20, 6, date(2019, 12, 23))
    for one in measures:
        moved = [code for code in MOVED if code.split(".")[0] == one.code]
        assert (len(one.revisions), one.baseline_first_day) == (len(moved), date(2020, 1, 1))
        for revision in one.revisions:
            assert revision.findings[0].code == "resolution-unknown"
            assert "pandemic" in revision.reason.in_language("en")
    milestones = {milestone.code: milestone for one in measures for milestone in one.milestones}
    for code, (before, after) in MOVED.items():
        found = milestones[code]
        assert found.baseline == date.fromisoformat(before)
        assert (found.target.isoformat() if found.target else found.target_words) == after
    in_words = {finding.message.values["code"] for one in measures for finding in one.findings}
    assert in_words == {code for code, one in milestones.items() if one.baseline is None}
