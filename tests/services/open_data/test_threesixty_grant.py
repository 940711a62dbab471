"""Awards as grants of 360Giving: valid by its schemas, exact, in its order, and the same each time."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from domain.grants.recorded_facts import GrantFacts
from projections.grant_awards import Award
from services.open_data.publisher import Publisher
from services.open_data.threesixty_grant import grant_of
from services.open_data.threesixty_record import told
from services.open_data.threesixty_schema import faults, verdict
from tests.services.open_data.samples import needs_samples, package, record

PUBLISHER = Publisher("360G-pakt", {"mkrs": "Ministry of Culture"})
AWARD_ID = UUID(int=7)
CHANGED_AT = datetime(2026, 3, 16, 9, tzinfo=UTC)


def award(facts: GrantFacts, **change: Any) -> Award:
    """The award that a register shows of these facts."""
    names = set(Award.__struct_fields__) & set(facts.__struct_fields__) - {"amount", "description"}
    given = {
        "tenant_id": 10,
        "tenant": "mkrs",
        "award_id": AWARD_ID,
        "version": 1,
        "amount": facts.amount.amount,
        "currency": facts.amount.currency,
        "description": facts.description or "",
        "organisation_id": None,
        "changed_at": CHANGED_AT,
    }
    return Award(**{name: getattr(facts, name) for name in names} | given | change)


def exported(**change: Any) -> dict[str, Any]:
    return grant_of(award(told(record(**change)).facts), PUBLISHER)


def test_what_was_recorded_is_told_again() -> None:
    given = record(
        amountAppliedFor=20000,
        amountDisbursed=0,
        url="https://example.org",
        plannedDates=[{"startDate": "2014-07", "endDate": "2015-06-30", "duration": Decimal("12.5"), "title": "1"}],
        beneficiaryLocation=[{"name": "A", "countryCode": "GB", "geoCode": "B", "latitude": Decimal("42.21")}],
        grantProgramme=[{"code": "E", "title": "Education", "url": "https://example.org"}],
        fromOpenCall="Yes",
        relatedActivity=["360G-example-2"],
        dateModified="2015-01-01T00:00:00Z",
        recipientOrganization=[{"id": "1", "name": "A", "addressLocality": "Prizren"}],
    )

    assert exported(**given) == given
    assert list(exported(**given))[:5] == ["id", "title", "description", "currency", "amountAppliedFor"]


@needs_samples
def test_a_real_file_is_valid_when_it_is_told_again() -> None:
    grants = [
        grant_of(award(told(grant).facts), PUBLISHER) for grant in package("samples/lloyds-2010-2015.json")["grants"]
    ]
    found = verdict({"version": "1.4", "grants": grants})

    assert (found.grants, found.errors, found.total) == (600, 0, {"GBP": Decimal("24957514.96")})


def test_an_award_of_our_own_is_identified_and_funded_by_its_institution() -> None:
    ours = grant_of(award(told(record()).facts, grant_id="", funders=()), PUBLISHER)

    assert ours["id"] == f"360G-pakt-mkrs-{AWARD_ID}"
    assert ours["fundingOrganization"] == [{"id": "360G-pakt:org:mkrs", "name": "Ministry of Culture"}]
    assert ours["dateModified"] == "2026-03-16T09:00:00.000000Z"
    assert faults(ours) == []


def test_what_was_changed_here_says_when() -> None:
    changed = award(told(record(dateModified="2015-01-01T00:00:00Z")).facts, version=2)

    assert grant_of(changed, PUBLISHER)["dateModified"] == "2026-03-16T09:00:00.000000Z"


def test_a_grant_without_a_description_is_described_by_its_title() -> None:
    assert exported(description=None)["description"] == "A grant to a school"


@pytest.mark.parametrize(
    ("minor", "written"),
    [(0, "0"), (100, "1"), (5, "0.05"), (1_775_996, "17759.96"), (9_007_199_254_740_991, "90071992547409.91")],
)
def test_an_amount_is_written_exactly(minor: int, written: str) -> None:
    told_again = grant_of(award(told(record()).facts, amount=minor), PUBLISHER)["amountAwarded"]

    assert msgspec.json.Encoder(decimal_format="number").encode(told_again).decode() == written


def test_members_of_no_standard_are_not_told() -> None:
    odd = msgspec.structs.replace(told(record()).facts, other='{"relatedDocument":[{"title":"A","author":"B"}]}')

    assert grant_of(award(odd), PUBLISHER)["relatedDocument"] == [{"title": "A"}]


def test_the_day_of_an_award_is_a_day() -> None:
    assert exported(awardDate="2015-06-10T00:00:00+00:00")["awardDate"] == date(2015, 6, 10).isoformat()
