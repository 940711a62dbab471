"""Records of 360Giving as stories: repaired by the mapping, told at the day of the award, or refused with a reason."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.grants.commands.recorded_grant import RecordGrant
from domain.grants.recorded_facts import GrantFacts
from services.importing.catalogue import FIELDS
from services.importing.grants import grant_stories, judge
from services.importing.lines import Line, Unreadable, read_lines
from services.importing.mapping import BadRecord, Mapping, MappingError, load_mapping
from services.importing.stories import Story
from tests.services.open_data.samples import FOLDER, INVALID, needs_samples, record

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def told(given: dict[str, Any], mapping: str | Mapping = "threesixty") -> Story:
    found = load_mapping(mapping, FIELDS) if isinstance(mapping, str) else mapping
    return grant_stories(found.reader("grants"), NOW)(Line(1, given))


def facts(story: Story) -> GrantFacts:
    (step,) = story.steps
    assert isinstance(step.command, RecordGrant)
    return step.command.facts


def test_a_grant_is_told_at_the_day_of_its_award() -> None:
    story = told(record())

    assert (story.source_id, story.remarks) == ("360G-example-1", ())
    assert story.steps[0].occurred_at == datetime(2014, 6, 4, 22, tzinfo=UTC)
    assert facts(story).awarded_on == date(2014, 6, 5)


@pytest.mark.parametrize(
    ("given", "meant"), [("Y", True), ("N", False), ("Yes", True), (True, True), (False, False), (None, None)]
)
def test_older_words_are_understood(given: object, meant: bool | None) -> None:
    assert facts(told(record(fromOpenCall=given))).from_open_call is meant


def test_dates_that_are_written_day_first_are_understood_when_the_mapping_says_so() -> None:
    story = told(record(awardDate="05/06/2014", dateModified="17/08/2015 00:00"), "threesixty_day_first")

    assert facts(story).awarded_on == date(2014, 6, 5)
    assert facts(story).other == '{"dateModified":"2015-08-17T00:00:00+02:00"}'
    with pytest.raises(BadRecord, match="awardDate"):
        told(record(awardDate="2014-06-05"), "threesixty_day_first")


def test_a_row_is_told_like_a_record() -> None:
    row = {
        "Identifier": "360G-example-1",
        "Title": "A grant",
        "Description": "For a school",
        "Currency": "EUR",
        "Amount Awarded": "17759.96",
        "Award Date": "2014-06-05",
        "Recipient Org:Identifier": "XK-NGO-5100123-4",
        "Recipient Org:Name": "A school",
        "Funding Org:Identifier": "360G-example:org:x",
        "Funding Org:Name": "A ministry",
        "From An Open Call?": "Yes",
        "Komenti": "Pa vërejtje",
    }
    story = told(row, "threesixty_csv")

    assert facts(story).amount.amount == 1_775_996
    assert facts(story).from_open_call is True
    assert story.remarks == ("Komenti: left out, the standard has no such column",)


def test_a_table_of_ones_own_is_mapped_to_the_standards_places(tmp_path: Path) -> None:
    text = """
source = "prizren-archive"
format = "csv"
[grants]
id = { template = "360G-prizren-{nr}" }
title = "projekti"
description = "projekti"
currency = { is = "EUR" }
amountAwarded = "shuma"
awardDate = { from = "data", layout = "%d.%m.%Y" }
"recipientOrganization/0/name" = "ojq"
"recipientOrganization/0/id" = { template = "XK-NGO-{nr_ojq}" }
"Funding Org:Name" = { is = "Komuna e Prizrenit" }
"Funding Org:Identifier" = { is = "360G-prizren:org:prizren" }
"""
    (tmp_path / "ours.toml").write_text(text)
    mapping = load_mapping(str(tmp_path / "ours.toml"), FIELDS)
    row = {
        "nr": "7",
        "projekti": "Kori",
        "shuma": "1500.50",
        "data": "09.03.2019",
        "ojq": "OJQ A",
        "nr_ojq": "5100123-4",
    }
    story = told(row, mapping)

    assert (story.source_id, story.remarks) == ("360G-prizren-7", ())
    assert facts(story).recipients[0].identifier == "XK-NGO-5100123-4"
    assert (facts(story).amount.amount, facts(story).awarded_on) == (150_050, date(2019, 3, 9))


def test_a_place_that_the_standard_does_not_have_is_refused_with_the_mapping(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('source = "x"\n[grants]\nshuma = "shuma"\n')
    with pytest.raises(MappingError, match="grants knows no shuma; it knows id, title, description"):
        load_mapping(str(tmp_path / "ours.toml"), FIELDS)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"awardDate": "1899-12-31"}, "/awardDate: it lies before 1900"),
        ({"awardDate": "2026-11-24"}, "/awardDate: it lies in the future: only what has happened can be imported"),
        ({"amountAwarded": "5000"}, "/amountAwarded: it is no number (type)"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_id(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadRecord) as refused:
        told(record(**change))

    assert (str(refused.value), refused.value.source_id) == (reason, "360G-example-1")


@needs_samples
@pytest.mark.parametrize("name", INVALID)
def test_of_a_broken_package_the_good_grant_is_taken(name: str) -> None:
    lines = list(read_lines(FOLDER / name, "json", "grants"))
    tell = grant_stories(load_mapping("threesixty", FIELDS).reader("grants"), NOW)

    with pytest.raises(BadRecord):
        tell(lines[0])
    assert facts(tell(lines[1])).amount.amount == 3_000_000


def test_numbers_are_read_exactly(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b'{"grants": [{"a": 0.1, "b": 12345678901234.01, "c": 7}]}')
    (line,) = read_lines(tmp_path / "f", "json", "grants")

    assert {name: str(value) for name, value in (line.record or {}).items()} == {
        "a": "0.1",
        "b": "12345678901234.01",
        "c": "7",
    }


@needs_samples
@pytest.mark.parametrize("name", INVALID)
def test_a_file_is_judged_as_it_is(name: str) -> None:
    wanted = msgspec.json.decode((FOLDER / "expected.json").read_bytes())["files"][name]
    found = judge(FOLDER / name, load_mapping("threesixty_day_first", FIELDS))

    assert (found.errors, found.kinds, found.fields) == (wanted["errors"], wanted["kinds"], wanted["fields"])


def test_a_table_is_judged_by_what_its_rows_tell(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("Identifier,Amount Awarded,Currency\n1,5,GBP\n2,£7,GBP\n")
    found = judge(tmp_path / "f.csv", load_mapping("threesixty_csv", FIELDS))

    assert (found.grants, found.kinds, str(found.total["GBP"])) == (2, {"oneOf": 2, "type": 1}, "5")


@pytest.mark.parametrize("text", ["[]", "7", "[1, 2]"])
def test_what_is_no_package_is_not_judged(tmp_path: Path, text: str) -> None:
    (tmp_path / "f.json").write_text(text)
    with pytest.raises(Unreadable):
        judge(tmp_path / "f.json", load_mapping("threesixty", FIELDS))
