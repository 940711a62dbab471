"""What the OCDS schemas say of real packages, of broken ones, and of single values."""

from typing import Any

import pytest

from services.open_data.json_schema import Fault
from services.open_data.ocds_schema import codes, faults, open_codes, verdict
from tests.services.open_data.ocds_samples import EXPECTED, needs_ocds, package, read, release


@needs_ocds
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_package_is_judged_as_is_known_of_it(name: str) -> None:
    wanted = EXPECTED[name]
    found = verdict(read(name))

    assert (found.errors, sorted(found.kinds)) == (wanted["jsonschema"]["errors"], wanted["jsonschema"]["kinds"])
    if "items" in wanted:
        assert (found.items, found.ocids) == (wanted["items"], wanted["unique_ocids"])
        assert len(found.breaks) == wanted["closed_codelist_violations"]
        assert (found.errors == 0) == (wanted["errors"] == 0 and wanted["closed_codelist_violations"] == 0)


def test_a_good_release_has_no_fault() -> None:
    found = verdict(package(release(), release(ocid="ocds-abcdef-2")))

    assert faults(release()) == []
    assert (found.items, found.ocids, found.errors, found.kinds, found.breaks) == (2, 2, 0, {}, {})


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"ocid": None}, Fault("required", "", "it lacks ocid")),
        ({"tag": []}, Fault("minItems", "/tag", "it breaks the rule minItems of the standard")),
        ({"tag": ["tendering"]}, Fault("enum", "/tag/0", "it is not one of the standard's values")),
        ({"date": "2026-01-05"}, Fault("format", "/date", "it is no date-time")),
        ({"date": "2026-01-05T10:00:00"}, Fault("format", "/date", "it is no date-time")),
        ({"contracts": [{"id": "1"}]}, Fault("required", "/contracts/0", "it lacks awardID")),
        (
            {"awards": [{"id": "1", "value": {"amount": "5"}}]},
            Fault("type", "/awards/0/value/amount", "it is no number or null"),
        ),
        (
            {"tender": {"id": "1", "status": "open"}},
            Fault("enum", "/tender/status", "it is not one of the standard's values"),
        ),
    ],
)
def test_a_fault_says_where_and_why_and_repeats_no_value(change: dict[str, Any], fault: Fault) -> None:
    assert faults(release(**change)) == [fault]


def test_what_breaks_a_closed_codelist_is_told_with_its_name() -> None:
    tender = {"id": "1", "status": "open", "value": {"amount": 1, "currency": "euro"}}
    found = verdict(package(release(tag=["tender", "x"], tender=tender)))

    assert found.breaks == {"currency": ["euro"], "releaseTag": ["x"], "tenderStatus": ["open"]}
    assert found.errors == 3


def test_a_record_package_is_judged_by_the_schema_of_records() -> None:
    whole = package() | {"records": [{"ocid": "ocds-abcdef-1", "releases": [release()]}]}
    del whole["releases"]
    broken = whole | {"records": [{"ocid": "ocds-abcdef-1"}]}

    assert verdict(whole).errors == 0
    assert verdict(broken).kinds == {"required": 1}


def test_a_document_that_is_no_package_is_told_so() -> None:
    assert verdict({}).kinds == {"required": 5}
    assert verdict({"records": 7}).items == 0


def test_codes_of_open_codelists_are_found_wherever_they_stand() -> None:
    found = release(
        parties=[{"id": "1", "roles": ["buyer", "payer"]}],
        contracts=[{"id": "1", "awardID": "1", "implementation": {"milestones": [{"id": "1", "type": "delivery"}]}}],
    )

    assert sorted(open_codes(found)) == [
        ("milestoneType", "delivery"),
        ("partyRole", "buyer"),
        ("partyRole", "payer"),
    ]
    assert {"delivery"} < codes("milestoneType")
    assert "tenderAmendment" in codes("releaseTag")
