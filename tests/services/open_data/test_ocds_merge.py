"""Merging releases: the cases of the standard, and what a second implementation says."""

from typing import Any

import pytest

from services.open_data.ocds_merge import compiled, versioned
from tests.services.open_data.ocds_samples import cases, needs_ocds, read, release
from tests.services.open_data.ocds_second_opinion import compiled_elsewhere, versioned_elsewhere


@needs_ocds
@pytest.mark.parametrize("name", cases())
def test_a_case_of_the_standard_comes_out_as_it_says(name: str) -> None:
    releases = read(f"merge/{name}.json")

    assert compiled(releases) == read(f"merge/{name}-compiled.json")
    assert versioned(releases) == read(f"merge/{name}-versioned.json")
    assert compiled_elsewhere(releases) == read(f"merge/{name}-compiled.json")
    assert versioned_elsewhere(releases) == read(f"merge/{name}-versioned.json")


def test_a_later_release_wins_whatever_the_order_they_come_in() -> None:
    first, later = release(), release(id="2", date="2026-02-01T00:00:00Z", tender={"id": "1", "status": "complete"})
    found = compiled([later, first])

    assert found["tender"] == {"id": "1", "status": "complete"} | {
        name: first["tender"][name] for name in ("procurementMethod", "value")
    }
    assert (found["id"], found["tag"]) == ("ocds-abcdef-1-2026-02-01T00:00:00Z", ["compiled"])


def test_what_becomes_null_is_gone() -> None:
    gone: dict[str, Any] = {"id": "1", "status": None}
    found = compiled([release(), release(id="2", date="2026-02-01T00:00:00Z", tender=gone)])

    assert "status" not in found["tender"]


def test_a_field_tells_each_value_that_it_had() -> None:
    later = release(id="2", date="2026-02-01T00:00:00Z", tag=["tenderUpdate"], tender={"id": "1", "status": "complete"})

    assert versioned([release(), later])["tender"]["status"] == [
        {"releaseID": "1", "releaseDate": "2026-01-05T10:00:00Z", "releaseTag": ["tender"], "value": "active"},
        {"releaseID": "2", "releaseDate": "2026-02-01T00:00:00Z", "releaseTag": ["tenderUpdate"], "value": "complete"},
    ]
