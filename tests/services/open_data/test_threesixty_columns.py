"""Grants as a table and back: the standard's own titles, exact numbers, no formula."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from services.open_data.spreadsheet import guarded, unguarded
from services.open_data.threesixty_columns import Table, grant_of
from tests.services.open_data.samples import SAMPLES, needs_samples, package, record

TWO = [{"id": "1", "name": "A", "location": [{"name": "x"}, {"name": "y"}]}, {"id": "2", "name": "B"}]


def table(*grants: dict[str, Any]) -> list[dict[str, str]]:
    made = Table()
    for grant in grants:
        made.learn(grant)
    return list(csv.DictReader(io.StringIO((made.heading() + made.rows(grants)).decode(), newline="")))


def test_columns_are_headed_by_the_schemas_titles_in_its_order() -> None:
    (row,) = table(record(fromOpenCall="Yes", relatedActivity=["a", "b"]))

    assert row == {
        "Identifier": "360G-example-1",
        "Title": "A grant to a school",
        "Description": "Refurbishment of laboratories",
        "Currency": "GBP",
        "Amount Awarded": "17759.96",
        "Award Date": "2014-06-05",
        "Recipient Org:Identifier": "GB-CHC-1126147",
        "Recipient Org:Name": "A school",
        "Funding Org:Identifier": "GB-CHC-1156077",
        "Funding Org:Name": "A foundation",
        "From An Open Call?": "Yes",
        "Related Activity": "a;b",
    }
    assert list(row)[:4] == ["Identifier", "Title", "Description", "Currency"]


def test_several_are_numbered_only_where_there_are_several() -> None:
    rows = table(record(recipientOrganization=TWO), record())

    assert [name for name in rows[0] if "Org" in name] == [
        "Recipient Org:0:Identifier",
        "Recipient Org:0:Name",
        "Recipient Org:0:Location:0:Name",
        "Recipient Org:0:Location:1:Name",
        "Recipient Org:1:Identifier",
        "Recipient Org:1:Name",
        "Funding Org:Identifier",
        "Funding Org:Name",
    ]
    assert rows[1]["Recipient Org:1:Name"] == ""


def test_what_was_written_is_read() -> None:
    grants = [
        record(recipientOrganization=TWO, description="=1+1\r\n'quoted', and more "),
        record(beneficiaryLocation=[{"name": "-x", "longitude": Decimal("-0.17")}], plannedDates=[{"duration": 12}]),
    ]

    assert [grant_of(row) for row in table(*grants)] == [(grant, []) for grant in grants]


@needs_samples
@pytest.mark.parametrize("name", SAMPLES)
def test_real_grants_survive_the_table(name: str) -> None:
    grants = package(name)["grants"]

    assert [grant_of(row) for row in table(*grants)] == [(grant, []) for grant in grants]


@pytest.mark.parametrize(
    "heading", ["recipient org:name", " Recipient Org : Name", "recipientOrganization/0/name", "Recipient Org:0:Name"]
)
def test_headings_are_read_in_each_way_in_which_they_are_written(heading: str) -> None:
    assert grant_of({heading: "A"}) == ({"recipientOrganization": [{"name": "A"}]}, [])


def test_gaps_in_the_numbers_mean_nothing() -> None:
    found, _ = grant_of({"Recipient Org:3:Name": "B", "Recipient Org:1:Name": "A", "id": "1"})

    assert found == {"id": "1", "recipientOrganization": [{"name": "A"}, {"name": "B"}]}


@pytest.mark.parametrize(
    "heading",
    [
        "Shuma",
        "Recipient Org",
        "Recipient Org:Shuma",
        "Title:Name",
        "recipientOrganization/x",
        "",
        "Recipient Org:1000:Name",
        "Recipient Org:²:Name",
        "recipientOrganization/0/0/name",
    ],
)
def test_a_heading_that_the_standard_does_not_know_is_named(heading: str) -> None:
    assert grant_of({heading: "1", "Title": "T"}) == ({"title": "T"}, [heading])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("5000", Decimal(5000)),
        (" 17759.96 ", Decimal("17759.96")),
        ("5,000", "5,000"),
        ("£5000", "£5000"),
        ("1e3", "1e3"),
        ("٣", "٣"),
    ],
)
def test_only_a_plain_decimal_is_a_number(cell: str, value: object) -> None:
    assert grant_of({"Amount Awarded": cell}) == ({"amountAwarded": value}, [])


def test_an_empty_cell_says_nothing() -> None:
    assert grant_of({"Amount Awarded": " ", "Title": ""}) == ({}, [])


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "'=1", "a", "", "'"])
def test_a_guarded_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@"))
