"""Measures as IATI tells them, from import to download: valid by schema, ruleset and codelists, now and in the past."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.action_measures.commands.measure import CompleteMilestone, StartMeasure
from domain.action_measures.commands.progress import RecordCommitment, RecordSpending
from domain.action_measures.events.strategy import measure_id, strategy_id
from domain.kernel.deadline import local_day
from domain.kernel.money import Money
from services.bootstrap import System
from services.importing.plan_template import template
from services.importing.plans import import_plan, import_shipped, read_plan
from services.open_data.iati_check import check
from services.open_data.xml_document import Place, read
from tests.domain.action_measures.examples import ADOPT, FILE
from tests.services.gateway.client import Caller
from tests.services.open_data.iati_samples import valid_elsewhere
from tests.support.running import SHARED
from tests.support.system import project, send

FEDERAL = SHARED / "action_plan" / "us_fds_2020.json"
ADDRESS = "/v1/public/open-data/iati.xml"
MEASURE = measure_id(strategy_id(ADOPT.reference), "1.1.1")


async def planned(system: System, folder: Path, lead: str = "mj") -> None:
    """The strategy that ships, and one measure of another that a ministry leads."""
    table = folder / "plan.csv"
    table.write_text(template().replace(",mlga,", f",{lead},"))
    await import_shipped(system)
    await send(system, "opm", "council_secretary", ADOPT)
    summary = await import_plan(system, "opm", read_plan(table, "opm"), folder / "report")
    assert (summary.imported, summary.refused) == (2, 0)
    for tenant in ("opm", lead):
        await project(system, tenant)


async def asked(caller: Caller, query: str = "") -> Any:
    answer = await caller.get(f"{ADDRESS}{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/xml")
    return answer


def valid(content: bytes) -> Place:
    """The file, of which nobody has anything to say."""
    assert check(content, local_day(datetime.now(UTC))).findings == ()
    assert valid_elsewhere(content)
    return read(content)


async def test_a_measure_is_told_validly_from_its_plan_on(system: System, caller: Caller, tmp_path: Path) -> None:
    await planned(system, tmp_path)
    content = (await asked(caller, "?tenant=mj")).content
    [activity] = valid(content).within("iati-activity")

    assert activity.texts("iati-identifier") == ["XK-PAKT-mj-XK-GSCCS-2026-2030-1.1.1"]
    assert activity.texts("title/narrative/@xml:lang") == ["sq", "sr", "en"]
    assert activity.texts("title/narrative[@xml:lang='en']") == ["Training of consultation officers"]
    assert activity.texts("reporting-org/@ref") == ["XK-PAKT-mj"]
    assert activity.texts("participating-org[@role=4]/narrative")[-1] == "CiviKos"
    assert activity.texts("activity-status/@code") == ["1"]
    assert activity.texts("activity-date/@iso-date") == ["2026-01-01", "2026-12-31"]
    assert activity.texts("sector[@vocabulary=99]/@code") == ["1.1"]
    assert activity.texts("budget/value") == ["12500.50"]
    assert activity.texts("result[@type=1]/indicator/period/period-end/@iso-date") == ["2026-06-30"]
    assert activity.texts("result[@type=2]/indicator/@measure") == ["1"]
    assert activity.texts("result[@type=2]/indicator/baseline/@value") == ["0"]
    assert activity.texts("result[@type=2]/indicator/period/target/@value") == ["40"]
    assert activity.texts("related-activity[@type=1]/@ref") == ["XK-PAKT-opm-XK-GSCCS-2026-2030"]


async def test_the_file_of_the_nation_has_its_strategies_too(system: System, caller: Caller, tmp_path: Path) -> None:
    await planned(system, tmp_path)
    root = valid((await asked(caller)).content)
    [own] = [one for one in root.within("iati-activity") if one.texts("related-activity[@type=2]")]

    assert sorted(root.texts("iati-activity/iati-identifier")) == [
        "XK-PAKT-mj-XK-GSCCS-2026-2030-1.1.1",
        "XK-PAKT-opm-XK-GSCCS-2013-2017",
        "XK-PAKT-opm-XK-GSCCS-2026-2030",
    ]
    assert root.texts("iati-activity[iati-identifier='XK-PAKT-opm-XK-GSCCS-2013-2017']/activity-status/@code") == ["4"]
    assert own.texts("related-activity/@ref") == ["XK-PAKT-mj-XK-GSCCS-2026-2030-1.1.1"]


async def test_the_nation_does_not_lead_to_what_a_sandbox_tries(system: System, caller: Caller, tmp_path: Path) -> None:
    await planned(system, tmp_path, "sandbox-ministry")
    root = valid((await asked(caller)).content)

    assert "XK-PAKT-opm-XK-GSCCS-2026-2030" in root.texts("iati-activity/iati-identifier")
    assert root.texts("iati-activity/related-activity/@ref") == []


async def test_what_is_done_of_it_is_told_and_the_past_stays(system: System, caller: Caller, tmp_path: Path) -> None:
    await planned(system, tmp_path)
    before = await asked(caller, "?tenant=mj")
    now = datetime.now(UTC)
    reached = CompleteMilestone(milestone="1.1.1-a", on=local_day(now), evidence=(FILE,))
    await send(system, "mj", "measure_lead", StartMeasure(), MEASURE)
    await send(system, "mj", "measure_lead", reached, MEASURE)
    await project(system, "mj")
    after = await asked(caller, "?tenant=mj")
    past = await asked(caller, f"?tenant=mj&known_at={now.isoformat().replace('+00:00', 'Z')}")
    [activity] = valid(after.content).within("iati-activity")

    assert past.content == before.content
    assert after.headers["etag"] != before.headers["etag"]
    assert activity.texts("activity-status/@code") == ["2"]
    assert activity.texts("activity-date[@type=2]/@iso-date") == [local_day(now).isoformat()]
    assert len(activity.texts("result/indicator/period/actual/comment/narrative")) == 3
    again = await caller.get(f"{ADDRESS}?tenant=mj", **{"if-none-match": after.headers["etag"]})
    assert again.status_code == 304


async def test_money_is_told_entry_by_entry(system: System, caller: Caller, tmp_path: Path) -> None:
    await planned(system, tmp_path)
    today = local_day(datetime.now(UTC))
    entries = (
        RecordCommitment(line="budget", amount=Money(900_000), on=today, reference="Contract 7"),
        RecordSpending(line="budget", amount=Money(400_000), on=today, reference="Invoice 1"),
        RecordSpending(line="budget", amount=Money(-50_050), on=today, reference=""),
    )
    for entry in entries:
        await send(system, "mj", "measure_lead", entry, MEASURE)
    await project(system, "mj")
    [activity] = valid((await asked(caller, "?tenant=mj")).content).within("iati-activity")

    assert activity.texts("transaction/@ref") == ["budget-1", "budget-2", "budget-3"]
    assert activity.texts("transaction/transaction-type/@code") == ["2", "4", "4"]
    assert activity.texts("transaction/value") == ["9000.00", "4000.00", "-500.50"]
    assert activity.texts("transaction/description/narrative") == ["Contract 7", "Invoice 1"]


@pytest.mark.skipif(not FEDERAL.exists(), reason=f"the real data is not in {SHARED}")
async def test_a_real_plan_goes_out_with_baselines_and_revised_days(
    system: System, caller: Caller, tmp_path: Path
) -> None:
    summary = await import_plan(system, "opm", read_plan(FEDERAL, "opm"), tmp_path / "report")
    await project(system, "opm")
    root = valid((await asked(caller)).content)
    [third] = root.within("iati-activity[iati-identifier='XK-PAKT-opm-US-FDS-2020-3']")
    [sixth] = root.within("iati-activity[iati-identifier='XK-PAKT-opm-US-FDS-2020-6']")

    assert (summary.imported, summary.refused) == (27, 0)
    assert len(root.texts("iati-activity[related-activity/@type=1]/iati-identifier")) == 20
    assert len(root.texts("iati-activity/result/indicator")) == 66
    moved = third.texts("result/indicator[1]/period/target/comment/narrative[@xml:lang='en']")
    assert (third.texts("result/indicator[1]/period/period-end/@iso-date"), moved) == (
        ["2020-07-31"],
        ["First planned for 2020-06-30."],
    )
    assert sixth.texts("result/indicator[2]/period/target/comment/narrative[@xml:lang='en']") == [
        "This day counts no longer; no other is known."
    ]
    assert "90 days after" in sixth.texts("result/indicator[2]/description/narrative")[0]


@pytest.mark.parametrize("query", ["tenant=nowhere", "tenant=%00", "as_of=7", "known_at=x", "limit=5"])
async def test_a_question_that_cannot_be_meant_is_refused(caller: Caller, query: str) -> None:
    answer = await caller.get(f"{ADDRESS}?{query}")

    assert answer.status_code in (400, 404, 422)
    assert answer.headers["content-type"].startswith("application/problem+json")
