"""Contracts recorded elsewhere as releases: what the source says, to the last decimal, and nothing else."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from domain.contracts.events.recorded_contract import (
    AnnexRecorded,
    ContractRecorded,
    PaymentRecorded,
    RecordedContractStruck,
)
from domain.contracts.recorded_facts import ContractFacts, ContractType, PaymentFacts, Procedure, Supplier
from domain.kernel.event import Event
from projections.release_queries import Process
from services.open_data.ocds_merge import compiled
from services.open_data.ocds_package import record_of
from services.open_data.ocds_release import encode
from services.open_data.ocds_schema import codes, faults, open_codes, verdict
from tests.domain.contracts.examples.recorded_contract import ANNEX, BARE, CORRECTED, FACTS, PAYMENT, REASON, facts
from tests.services.open_data.lives import SOURCE, Telling

STREAM = UUID(int=7)


def told(*events: Event) -> Telling:
    made = Telling()
    for event in events:
        made.tell(STREAM, (event,))
    return made


def recorded(given: ContractFacts = FACTS) -> ContractRecorded:
    return ContractRecorded(facts=given)


def read(releases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = msgspec.json.decode(encode({"releases": releases}))["releases"]
    return found


def test_a_record_tells_its_tender_award_and_contract() -> None:
    [release] = told(recorded()).releases
    [award], [contract] = release["awards"], release["contracts"]

    assert faults(read([release])[0]) == []
    assert release["tag"] == ["tender", "award", "contract"]
    assert b'"amount":17650.808,' in encode(release)
    assert award["value"] == contract["value"]
    assert award["suppliers"] == [{"id": "XK-FISCAL-600123456", "name": "Le Pont"}]
    assert contract["awardID"] == award["id"]
    assert contract["dateSigned"] == "2016-03-15T00:00:00+01:00"
    assert contract["period"] == {"endDate": "2017-03-14T23:59:59+01:00"}
    assert release["parties"][1] == {
        "id": "XK-FISCAL-600123456",
        "name": "Le Pont",
        "identifier": {"scheme": "XK-FISCAL", "id": "600123456", "legalName": "Le Pont"},
        "address": {"locality": "Meje,Gjakove"},
        "roles": ["supplier", "payee"],
    }
    assert {name: value for name, value in release["tender"].items() if name != "procuringEntity"} == {
        "id": str(STREAM),
        "title": "Kujdesi ditor",
        "value": {"amount": 20000, "currency": "EUR"},
        "procurementMethod": "open",
        "procurementMethodDetails": "open procedure",
        "mainProcurementCategory": "services",
        "awardCriteria": "priceOnly",
        "tenderPeriod": {"startDate": "2016-01-19T23:00:00.000000Z"},
        "numberOfTenderers": 3,
    }
    assert contract["items"] == [
        {"id": "1", "description": "Kujdesi ditor", "classification": {"scheme": "CPV", "id": "85000000"}}
    ]


def test_what_the_source_does_not_say_is_not_said() -> None:
    [release] = told(recorded(BARE)).releases

    assert faults(release) == []
    assert release["awards"] == [{"id": "1"}]
    assert release["contracts"] == [{"id": str(STREAM), "awardID": "1"}]
    assert set(release["tender"]) == {"id", "procuringEntity"}
    assert len(release["parties"]) == 1


@pytest.mark.parametrize("procedure", list(Procedure))
@pytest.mark.parametrize("kind", list(ContractType))
def test_every_procedure_and_class_of_contract_is_valid(procedure: Procedure, kind: ContractType) -> None:
    [release] = told(recorded(facts(procedure=procedure, contract_type=kind))).releases

    assert faults(read([release])[0]) == []
    assert {code for name, code in open_codes(release) if code not in codes(name)} == set()


def test_suppliers_without_identifiers_keep_apart() -> None:
    suppliers = (Supplier(name="A"), Supplier(name="A"), Supplier(name="B", identifier="81-0001"))
    [release] = told(recorded(facts(suppliers=suppliers))).releases

    assert [one["id"] for one in release["parties"][1:]] == ["supplier-1", "supplier-2", "81-0001"]
    assert release["parties"][3]["identifier"] == {"id": "81-0001", "legalName": "B"}
    assert faults(read([release])[0]) == []


async def test_annexes_payments_corrections_and_the_end_of_a_record_are_releases() -> None:
    second = PaymentFacts(number=2)
    struck = RecordedContractStruck(reason=REASON)
    events = (recorded(), AnnexRecorded(annex=ANNEX), PaymentRecorded(payment=PAYMENT), PaymentRecorded(payment=second))
    made = told(*events, CORRECTED, struck)
    record = (await record_of(Process(STREAM, made.rows), SOURCE)).members
    releases = read(made.releases)
    [before], [after] = compiled(releases[:-1])["contracts"], compiled(releases)["contracts"]
    package = {"uri": "urn:x:1", "version": "1.1", "publishedDate": "2026-01-06T00:00:00Z", "publisher": {"name": "A"}}

    assert [release["tag"] for release in releases] == [
        ["tender", "award", "contract"],
        ["contractAmendment"],
        ["implementation"],
        ["implementationUpdate"],
        ["awardUpdate", "contractUpdate"],
        ["awardCancellation", "contractTermination"],
    ]
    assert [fault for release in releases for fault in faults(release)] == []
    assert verdict(msgspec.json.decode(encode(package | {"records": [record]}))).errors == 0
    assert before["amendments"][0]["description"] == "Punë shtesë; 778.80 EUR"
    assert [one.get("value") for one in before["implementation"]["transactions"]] == [
        {"amount": 40634.92, "currency": "EUR"},
        None,
    ]
    assert before["implementation"]["transactions"][0]["payee"]["id"] == "XK-FISCAL-600123456"
    assert (before["value"]["amount"], before["dateSigned"]) == (17650, "2016-03-16T00:00:00+01:00")
    assert (after["status"], after.get("value")) == ("cancelled", {})
