"""Opportunities of another register: the real file comes to the numbers that are known of it, odd days are told."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.tenants.seed import tenant_ids
from domain.volunteering.commands.opportunity import RecordOpportunity
from domain.volunteering.vocabulary import Frequency, Location
from projections import opportunity_queries as q
from services.importing.catalogue import FIELDS
from services.importing.files import import_file
from services.importing.kind import Order
from services.importing.lines import Line
from services.importing.mapping import BadRecord, load_mapping
from services.importing.opportunities import opportunity_stories
from services.importing.stories import Story
from tests.projections.live import reading
from tests.support.postgres import Cluster
from tests.support.running import SHARED
from tests.support.system import project, seeded_system

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FILE = SHARED / "volunteering" / "nyc_opportunities.csv"
CELLS = {
    "opportunity_id": "4952",
    "vol_requests": "12",
    "title": "Deliver a Winter Package",
    "summary": "Warm up the day of a senior!",
    "category_desc": "Education",
    "org_title": " DOROT ",
    "locality": "{'latitude': '40.786855600459035', 'longitude': '-73.97516990427897', 'human_address': '{}'}",
    "recurrence_type": "onetime",
    "hours": "0",
    "created_date": "January 03 2011",
    "start_date_date": "January 30 2011",
    "end_date_date": "February 02 2011",
    "Borough": "BROOKLYN ",
}


def told(**changes: str) -> Story:
    reader = load_mapping("nyc_opportunities", FIELDS).reader("opportunities")
    return opportunity_stories(reader, NOW)(Line(1, CELLS | changes, row=2))


def recorded(story: Story) -> RecordOpportunity:
    (step,) = story.steps
    assert isinstance(step.command, RecordOpportunity)
    return step.command


def test_a_row_is_a_draft_with_what_its_source_says() -> None:
    story = told()
    command = recorded(story)

    assert (story.source_id, story.remarks, story.unread) == ("4952", (), ())
    assert story.steps[0].occurred_at == datetime(2011, 1, 2, 23, tzinfo=UTC)
    assert command.origin.provider_name == "DOROT"
    assert (command.origin.category, command.origin.frequency, command.origin.hours) == (
        "Education",
        Frequency.ONCE,
        None,
    )
    what = command.particulars
    assert (what.places, what.venue, what.languages) == (12, "BROOKLYN", ("en",))
    assert what.location == Location(latitude=40_786_856, longitude=-73_975_170)
    assert (what.schedule.first_day, what.schedule.last_day) == (date(2011, 1, 30), date(2011, 2, 2))


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"start_date_date": "January 02 2011"}, "first_day: 2011-01-02 lies before the day"),
        ({"start_date_date": "soon"}, "only one of its days can be read: taken as 2011-02-02 alone"),
        ({"end_date_date": "February 30 2011"}, "only one of its days can be read: taken as 2011-01-30 alone"),
        ({"end_date_date": "January 29 2011"}, "it ends before it starts"),
        ({"created_date": "30.01.2011"}, "recorded: no day that could be read; told at 2011-01-30"),
        ({"vol_requests": "many"}, "places: none are said"),
    ],
)
def test_odd_days_and_numbers_are_told_and_the_row_is_kept(changes: dict[str, str], remark: str) -> None:
    story = told(**changes)

    assert any(one.startswith(remark) for one in story.remarks), story.remarks
    schedule = recorded(story).particulars.schedule
    assert schedule.first_day is not None
    assert schedule.last_day is not None
    assert schedule.first_day <= schedule.last_day
    unreadable = {"soon", "February 30 2011", "30.01.2011", "many"} & set(changes.values())
    assert {one.text for one in story.unread} == unreadable


def test_a_place_without_degrees_is_told() -> None:
    story = told(locality="somewhere")

    assert recorded(story).particulars.location is None
    assert [one.heading for one in story.unread] == ["locality"]


@pytest.mark.parametrize(
    "changes",
    [{"title": ""}, {"org_title": " "}, {"start_date_date": "", "end_date_date": "x"}, {"opportunity_id": ""}],
)
def test_what_a_draft_cannot_do_without(changes: dict[str, str]) -> None:
    with pytest.raises(BadRecord):
        told(**changes)


@pytest.mark.skipif(not FILE.exists(), reason="the real file (../shared/data/volunteering) is not here")
async def test_the_real_file_comes_to_the_numbers_known_of_it(embedded_cluster: Cluster, tmp_path: Path) -> None:
    known = json.loads((FILE.parent / "expected.json").read_bytes())
    order = Order("opportunities", FILE, "prishtine", "", tmp_path / "report.jsonl")
    async with seeded_system(embedded_cluster, tmp_path) as system:
        summary = await import_file(system, order)
        again = await import_file(system, order)
        await project(system, "prishtine")
        async with reading(system.database, tenant_ids()["prishtine"]) as connection:
            sums = (await q.opportunity_sums(connection)).items
            page = await q.opportunities(connection, NOW, limit=200)
            rest = await q.opportunities(connection, NOW, after=page.next, limit=200)

    assert (summary.lines, summary.imported, summary.refused, summary.unread) == (known["rows"], known["rows"], 0, 0)
    assert (again.present, again.commands) == (known["rows"], 0)
    rows: list[Any] = page.items + rest.items
    assert (len(rows), sum(one.places for one in sums)) == (known["rows"], known["places_asked"])
    assert {one.state for one in rows} == {"draft"}
    assert len({one.origin.provider_name for one in rows}) == known["organisations"]
    categories = {one.category: 0 for one in sums}
    for one in sums:
        categories[one.category] += one.opportunities
    assert {name or "(none)": count for name, count in categories.items()} == known["by_category"]
    frequencies = {"onetime": "once", "ongoing": "ongoing"}
    for name, count in known["by_recurrence"].items():
        assert sum(one.opportunities for one in sums if one.frequency == frequencies[name]) == count
    assert sum(one.hours for one in sums) == known["rows_with_hours"]
    assert summary.remarked == 5, "as many begin before they were recorded"
    assert (len(known["end_before_start"]), known["without_dates"]) == (0, 0)
