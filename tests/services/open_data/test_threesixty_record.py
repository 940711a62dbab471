"""Records as facts: exact sums, no persons, nothing left out without a word."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.grants.recorded_facts import GrantFacts, Party, Period, Place, Programme, require_meant
from domain.kernel.money import Money
from services.open_data.threesixty_record import NotMeant, told
from tests.services.open_data.samples import needs_samples, package, record


def facts(**change: Any) -> GrantFacts:
    return told(record(**change)).facts


def test_a_record_is_told_whole() -> None:
    found = told(
        record(
            amountAppliedFor=20000,
            amountDisbursed=Decimal("0.0"),
            plannedDates=[
                {
                    "startDate": "2014-07",
                    "endDate": "2015-06-30T00:00:00Z",
                    "duration": Decimal("12.5"),
                    "title": "Phase 1",
                }
            ],
            beneficiaryLocation=[
                {"name": "Prizren", "countryCode": "GB", "geoCode": "XK05", "latitude": Decimal("42.21")}
            ],
            grantProgramme=[{"code": "E", "title": "Education", "url": "https://example.org"}],
            fromOpenCall="No",
            relatedActivity=["360G-example-2"],
            dataSource="https://example.org/data",
        )
    )

    require_meant(found.facts)
    assert found.remarks == ()
    assert found.facts == GrantFacts(
        grant_id="360G-example-1",
        title="A grant to a school",
        amount=Money(1_775_996, "GBP"),
        awarded_on=date(2014, 6, 5),
        recipients=(Party(name="A school", identifier="GB-CHC-1126147"),),
        funders=(Party(name="A foundation", identifier="GB-CHC-1156077"),),
        description="Refurbishment of laboratories",
        amount_applied_for=Money(2_000_000, "GBP"),
        amount_disbursed=Money(0, "GBP"),
        planned=(Period(starts_on="2014-07", ends_on="2015-06-30", months="12.5", other='{"title":"Phase 1"}'),),
        programmes=(Programme(code="E", title="Education", other='{"url":"https://example.org"}'),),
        places=(Place(name="Prizren", country="GB", code="XK05", other='{"latitude":42.21}'),),
        from_open_call=False,
        other='{"dataSource":"https://example.org/data","relatedActivity":["360G-example-2"]}',
    )


def test_a_date_time_is_its_day_as_written() -> None:
    assert facts(awardDate="2015-06-10T23:30:00-05:00").awarded_on == date(2015, 6, 10)


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        (0, 0),
        (15000, 1_500_000),
        (Decimal("40000.0"), 4_000_000),
        (Decimal("17759.960"), 1_775_996),
        (Decimal("1E+3"), 100_000),
        (Decimal("0E-400"), 0),
        (Decimal("0E+9"), 0),
        (Decimal("90071992547409.91"), 9_007_199_254_740_991),
    ],
)
def test_an_amount_is_exact(amount: int | Decimal, minor: int) -> None:
    assert facts(amountAwarded=amount).amount == Money(minor, "GBP")


@given(st.integers(0, 2**53 - 1), st.integers(0, 40))
def test_every_whole_number_of_cents_is_taken_however_it_is_written(minor: int, zeros: int) -> None:
    written = Decimal(f"{minor // 100}.{minor % 100:02d}{'0' * zeros}")

    assert facts(amountAwarded=written).amount.amount == minor


@pytest.mark.parametrize(
    "amount",
    [
        *(Decimal(text) for text in ("0.001", "1.005", "1E-400", "1E-1000000000", "1E+400", "90071992547409.92")),
        10**30,
        "5000",
        True,
        None,
    ],
)
def test_an_amount_that_is_no_whole_number_of_cents_is_refused(amount: object) -> None:
    with pytest.raises(NotMeant):
        told(record(amountAwarded=amount))


@pytest.mark.parametrize(
    "change",
    [
        {"recipientIndividual": {"id": "1", "name": "Individual Recipient"}, "recipientOrganization": None},
        {"toIndividualsDetails": {"primaryGrantReason": "GTIR010"}},
    ],
)
def test_a_grant_to_a_person_is_not_taken_over(change: dict[str, Any]) -> None:
    with pytest.raises(NotMeant, match="a grant to a person"):
        told(record(**change))


def test_persons_and_what_is_no_part_of_the_standard_are_left_out_with_a_word() -> None:
    found = told(
        record(
            funder_ref="AB/1",
            recipientOrganization=[
                {"id": "1", "name": "A", "contactName": "Agim Krasniqi", "email": "agim@example.org", "telephone": "1"}
            ],
            relatedDocument=[{"title": "Report", "author": "Agim Krasniqi"}],
        )
    )

    assert set(found.remarks) == {
        "/funder_ref: left out, the standard has no such member",
        "/recipientOrganization/0/contactName: left out, it is about a person",
        "/recipientOrganization/0/email: left out, it is about a person",
        "/recipientOrganization/0/telephone: left out, it is about a person",
        "/relatedDocument/0/author: left out, the standard has no such member",
    }
    assert "Agim" not in repr(found)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"awardDate": None}, "/: it lacks awardDate (oneOf)"),
        ({"recipientOrganization": None}, "/: it lacks recipientOrganization (oneOf)"),
        (
            {"awardDate": "31/12/2014"},
            "/awardDate: it is neither a day (YYYY-MM-DD) nor a date-time of RFC 3339 (oneOf)",
        ),
        ({"amountAwarded": "5000"}, "/amountAwarded: it is no number (type)"),
        ({"recipientOrganization": [{"id": "1"}]}, "/recipientOrganization/0: it lacks name (required)"),
        ({"fundingOrganization": []}, "/fundingOrganization: it breaks the rule minItems of the standard (minItems)"),
        ({"description": None, "title": None}, "/: it lacks title, description (oneOf)"),
        ({"currency": "EURO"}, "/currency: it is not one of the standard's values (enum)"),
    ],
)
def test_what_a_grant_is_nothing_without_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotMeant) as refused:
        told(record(**change))

    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("change", "remark", "left"),
    [
        ({"url": "www.example.org"}, "/url: left out, it is no uri", {}),
        ({"fromOpenCall": "Y"}, "/fromOpenCall: left out, it is not one of the standard's values", {}),
        ({"description": None}, "/description: there is none", {}),
        (
            {"relatedActivity": ["a", 7, "b", 8]},
            "/relatedActivity/3: left out, it is no string",
            {"other": '{"relatedActivity":["a","b"]}'},
        ),
        (
            {"beneficiaryLocation": [{"name": "A", "countryCode": "XX"}]},
            "/beneficiaryLocation/0/countryCode: left out, it is not one of the standard's values",
            {"places": (Place(name="A"),)},
        ),
        ({"title": "Two\nlines "}, "/title: control characters were taken out", {"title": "Two lines"}),
    ],
)
def test_what_a_grant_can_do_without_is_left_out_with_a_word(
    change: dict[str, Any], remark: str, left: dict[str, Any]
) -> None:
    found = told(record(**change))

    assert remark in found.remarks
    assert {name: getattr(found.facts, name) for name in left} == left


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x" * 151},
        {"title": " "},
        {"plannedDates": [{"duration": 99999}]},
        {"plannedDates": [{"duration": Decimal("1E-90")}]},
    ],
)
def test_what_is_beyond_bounds_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(NotMeant):
        told(record(**change))


@needs_samples
def test_real_records_are_told_to_the_cent() -> None:
    for name, total, left_out in (
        ("samples/abct.json", 653_022_500, 0),
        ("samples/lloyds-2010-2015.json", 2_495_751_496, 759),
    ):
        found = [told(grant) for grant in package(name)["grants"]]

        assert sum(one.facts.amount.amount for one in found) == total
        assert sum(len(one.remarks) for one in found) == left_out
