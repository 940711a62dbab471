"""What the 360Giving schemas say of real packages, of broken ones, and of single values."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from services.open_data.json_schema import Fault
from services.open_data.threesixty_schema import Verdict, faults, missing, verdict
from tests.services.open_data.samples import FOLDER, INVALID, SAMPLES, needs_samples, package, record


@needs_samples
@pytest.mark.parametrize("name", [*SAMPLES, *INVALID])
def test_a_package_is_judged_as_is_known_of_it(name: str) -> None:
    wanted = msgspec.json.decode((FOLDER / "expected.json").read_bytes())["files"][name]
    found = verdict(package(name))

    assert found == Verdict(
        grants=wanted["grants"],
        errors=wanted["errors"],
        kinds=wanted["kinds"],
        fields=wanted["fields"],
        total={currency: Decimal(total) for currency, total in wanted["total"].items()},
    )


def test_a_good_grant_has_no_fault() -> None:
    assert faults(record()) == []
    assert verdict({"version": "1.4", "grants": [record()]}) == Verdict(1, 0, {}, [], {"GBP": Decimal("17759.96")})


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": None}, Fault("oneOf", "", "it lacks title")),
        ({"title": None, "currency": None}, Fault("oneOf", "", "it lacks title, currency")),
        (
            {"recipientIndividual": {"id": "1", "name": "Individual Recipient"}},
            Fault("oneOf", "", "it lacks one recipient: it has both an organisation and a person"),
        ),
        ({"amountAwarded": "17759.96"}, Fault("type", "/amountAwarded", "it is no number")),
        ({"currency": "EURO"}, Fault("enum", "/currency", "it is not one of the standard's values")),
        ({"fromOpenCall": "Y"}, Fault("enum", "/fromOpenCall", "it is not one of the standard's values")),
        (
            {"awardDate": "31/12/2014"},
            Fault("oneOf", "/awardDate", "it is neither a day (YYYY-MM-DD) nor a date-time of RFC 3339"),
        ),
        ({"dateModified": "2014-06-05"}, Fault("format", "/dateModified", "it is no date-time")),
        ({"dateModified": "2014-02-30T00:00:00Z"}, Fault("format", "/dateModified", "it is no date-time")),
        ({"dataSource": 7}, Fault("type", "/dataSource", "it is no string or null")),
        (
            {"recipientOrganization": []},
            Fault("minItems", "/recipientOrganization", "it breaks the rule minItems of the standard"),
        ),
        ({"recipientOrganization": [{"name": "A"}]}, Fault("required", "/recipientOrganization/0", "it lacks id")),
    ],
)
def test_a_fault_says_where_and_why_and_repeats_no_value(change: dict[str, Any], fault: Fault) -> None:
    assert faults(record(**change)) == [fault]


@pytest.mark.parametrize(
    "uri",
    [
        "https://example.org",
        "http://a.b/c?d=e#f",
        "http://[2001:db8::1]:80/",
        "urn:isbn:1",
        "http://www,a.org",
        "http://x@y:1/",
    ],
)
def test_a_uri_is_one_of_the_rfc(uri: str) -> None:
    assert faults(record(url=uri)) == []


@pytest.mark.parametrize(
    "uri",
    [
        "www.example.org",
        "",
        "http://being rebuilt",
        "http://Blog:a.org",
        "http://a/[b]",
        "http://a/%2",
        "http://a#b#c",
        "a@b.org",
        "1a:b",
        "http://a\n",
    ],
)
def test_what_is_no_uri_is_found(uri: str) -> None:
    assert [fault.kind for fault in faults(record(url=uri))] == ["format"]


def test_a_package_with_two_equal_grants_or_none_is_no_package() -> None:
    assert verdict({"grants": [record(), record()]}).kinds == {"uniqueItems": 1}
    assert verdict({"grants": []}).kinds == {"minItems": 1}
    assert verdict({"grants": "none"}).kinds == {"type": 1}
    assert verdict({}).kinds == {"required": 1}
    assert verdict({"grants": [7]}).kinds == {"type": 1, "oneOf": 1}


def test_a_total_counts_what_can_be_read_as_a_number() -> None:
    grants = [
        record(id=str(n), amountAwarded=amount) for n, amount in enumerate([1, Decimal("0.1"), "2", "2,000", True])
    ]

    assert verdict({"grants": grants}).total == {"GBP": Decimal("3.1")}


def test_what_is_missing_is_named_in_the_order_of_the_standard() -> None:
    assert missing({"title": "A"})[:3] == ["id", "description", "currency"]
