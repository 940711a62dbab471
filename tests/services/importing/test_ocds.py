"""Packages of open contracting: every contract is told, every fault said, and no publisher's idea ends an import."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.commands.recorded_contract import RecordContract
from domain.contracts.recorded_facts import ContractType, Procedure, Supplier, amount_of
from services.importing.cells import Sum
from services.importing.layouts import fitting
from services.importing.lines import Unreadable
from services.importing.mapping import BadRecord, MappingError
from services.importing.ocds import TOLD_FAULTS, contract_lines, judge
from services.importing.ocds_contract import ContractStories
from services.importing.stories import Story
from tests.services.importing.procurement import NOW, facts_of, order
from tests.services.open_data.ocds_samples import EXPECTED, FOLDER, needs_ocds

CONTRACT: dict[str, Any] = {
    "id": "7",
    "awardID": "a",
    "title": "Day care",
    "status": "active",
    "dateSigned": "2016-03-15T10:00:00+01:00",
    "period": {"startDate": "2016-04-01T00:00:00Z", "endDate": "2031-03-31T00:00:00Z"},
    "value": {"amount": Decimal("17650.808"), "currency": "EUR"},
    "amendments": [{"id": "1", "date": "2016-05-01T00:00:00Z", "rationale": "More children"}],
    "implementation": {
        "transactions": [{"id": "t", "date": "2016-06-05T00:00:00Z", "value": {"amount": 40634, "currency": "EUR"}}]
    },
}
RELEASE: dict[str, Any] = {
    "ocid": "ocds-213czf-1",
    "id": "r1",
    "date": "2016-03-16T00:00:00Z",
    "tag": ["contract"],
    "initiationType": "tender",
    "buyer": {"id": "b", "name": "Komuna e Prizrenit"},
    "parties": [
        {"id": "s", "name": "Shoqata", "identifier": {"scheme": "XK-NGO", "id": "5100123-4"}, "roles": ["supplier"]}
    ],
    "tender": {
        "id": "t",
        "mainProcurementCategory": "services",
        "procurementMethod": "open",
        "value": {"amount": 20000, "currency": "EUR"},
    },
    "awards": [{"id": "a", "suppliers": [{"id": "s", "name": "Shoqata"}]}],
    "contracts": [CONTRACT],
}
_encode = msgspec.json.Encoder(decimal_format="number").encode


def package(folder: Path, *releases: object, **members: object) -> Path:
    file = folder / "package.json"
    file.write_bytes(_encode({"releases": releases} | members))
    return file


def told(file: Path) -> tuple[list[Story], list[str]]:
    """The stories of a package, and why the others are none."""
    stories, refused = [], []
    tell = ContractStories(NOW)
    for line in contract_lines(file):
        try:
            if line.record is None:
                refused.append(line.reason)
            else:
                stories.append(tell(line))
        except BadRecord as error:
            refused.append(str(error))
    return stories, refused


def one(folder: Path, contract: dict[str, Any] | None = None, **release: object) -> Story:
    changed = RELEASE | {"contracts": [CONTRACT | (contract or {})]} | release
    ((story,), refused) = told(package(folder, changed))
    assert refused == []
    return story


def test_a_contract_is_told_with_what_changed_it_and_what_was_paid(tmp_path: Path) -> None:
    story = one(tmp_path)
    facts = facts_of(story)

    assert (story.source_id, story.remarks, story.unread) == ("ocds-213czf-1/7", (), ())
    assert [(step.name, str(step.occurred_at.date())) for step in story.steps] == [
        ("record", "2016-03-14"),
        ("annex-1", "2016-04-30"),
        ("pay-1", "2016-06-04"),
    ]
    assert (facts.signed_on, facts.ends_on, facts.year) == (date(2016, 3, 15), date(2031, 3, 31), 2016)
    assert (facts.contract_type, facts.procedure) == (ContractType.SERVICES, Procedure.OPEN_PROCEDURE)
    assert (facts.price, facts.estimate) == (amount_of(Decimal("17650.808"), "EUR"), amount_of(Decimal(20000), "EUR"))
    assert facts.suppliers == (Supplier(name="Shoqata", identifier="XK-NGO-5100123-4"),)
    assert facts.buyer == "Komuna e Prizrenit"
    assert msgspec.json.decode(facts.other) == {"ocid": "ocds-213czf-1", "award_id": "a", "tender_id": "t"}
    assert story.sums["contract_price EUR"] == Sum(parsed=1, sum=Decimal("17650.808"))


def test_several_releases_come_to_what_they_say_together(tmp_path: Path) -> None:
    later = RELEASE | {
        "id": "r2",
        "date": "2016-07-01T00:00:00Z",
        "contracts": [{"id": "7", "title": "Day care, longer"}],
    }
    for releases in ((RELEASE, later), (later, RELEASE)):
        ((story,), refused) = told(package(tmp_path, *releases))
        assert (facts_of(story).title, facts_of(story).price, refused) == (
            "Day care, longer",
            amount_of(Decimal("17650.808"), "EUR"),
            [],
        )


def test_releases_that_cannot_be_merged_are_refused_by_name(tmp_path: Path) -> None:
    undated = {name: value for name, value in RELEASE.items() if name != "date"}
    stories, refused = told(package(tmp_path, RELEASE, undated, RELEASE | {"ocid": "ocds-213czf-2"}))

    assert [story.source_id for story in stories] == ["ocds-213czf-2/7"]
    assert len(refused) == 1
    assert refused[0].startswith("its 2 releases cannot be merged: MissingDateKeyError")


def test_what_the_merge_supposes_is_a_remark(tmp_path: Path) -> None:
    twice = RELEASE | {"id": "r2", "date": "2016-07-01T00:00:00Z", "contracts": [CONTRACT, CONTRACT]}
    (stories, _) = told(package(tmp_path, RELEASE, twice))

    assert any("Multiple objects have the `id` value" in remark for remark in stories[0].remarks)


def test_a_record_is_told_by_its_compiled_release_or_by_those_embedded(tmp_path: Path) -> None:
    linked = {
        "ocid": "ocds-213czf-3",
        "releases": [{"url": "https://example.org/r1.json", "date": "2016-03-16T00:00:00Z"}],
    }
    records = [
        {"ocid": "ocds-213czf-1", "releases": [], "compiledRelease": RELEASE},
        {"ocid": "ocds-213czf-2", "releases": [RELEASE | {"ocid": "ocds-213czf-2"}]},
        linked,
        "no record",
    ]
    file = tmp_path / "records.json"
    file.write_bytes(_encode({"records": records}))
    stories, refused = told(file)

    assert [story.source_id for story in stories] == ["ocds-213czf-1/7", "ocds-213czf-2/7"]
    assert refused == ["its releases stand elsewhere: the record only links them", "not a JSON object"]


@pytest.mark.parametrize(
    ("change", "place", "text"),
    [
        ({"value": {"amount": "11000000", "currency": "GBP"}}, "value", '{"amount":"11000000","currency":"GBP"}'),
        ({"value": {"amount": 5, "currency": "mdl"}}, "value", '{"amount":5,"currency":"mdl"}'),
        ({"value": {"amount": -5, "currency": "EUR"}}, "value", '{"amount":-5,"currency":"EUR"}'),
        ({"value": {"amount": 5}}, "value", '{"amount":5}'),
        ({"value": 5}, "value", "5"),
        ({"value": {"amount": True, "currency": "EUR"}}, "value", '{"amount":true,"currency":"EUR"}'),
        ({"dateSigned": "15/03/2016"}, "dateSigned", "15/03/2016"),
        ({"dateSigned": "2031-01-01T00:00:00Z"}, "dateSigned", "2031-01-01T00:00:00Z"),
        ({"dateSigned": 2016}, "dateSigned", "2016"),
    ],
)
def test_what_cannot_be_read_is_reported_with_its_place_and_kept(
    tmp_path: Path, change: dict[str, Any], place: str, text: str
) -> None:
    story = one(tmp_path, change)

    assert [(found.row, found.heading, found.text) for found in story.unread] == [(1, f"/contracts/0/{place}", text)]
    assert [found.text for found in facts_of(story).unread] == [text]


def test_amounts_of_another_currency_than_the_contracts_are_not_mixed_in(tmp_path: Path) -> None:
    paid = {"transactions": [{"id": "t", "date": "2016-06-05T00:00:00Z", "amount": {"amount": 5, "currency": "USD"}}]}
    story = one(tmp_path, {"implementation": paid})
    alone = one(tmp_path, {"implementation": paid, "value": None}, tender={"id": "t"})

    assert [found.why for found in story.unread] == ["it is in another currency than the contract"]
    assert (facts_of(alone).currency, alone.unread) == ("USD", ())


def test_a_contract_without_a_day_is_told_at_the_first_that_its_release_has(tmp_path: Path) -> None:
    at = {
        "2016-04-01": one(tmp_path, {"dateSigned": None}),
        "2016-03-16": one(tmp_path, {"dateSigned": None, "period": None}),
        "2026-11-23": one(tmp_path, {"dateSigned": None, "period": None}, date=None),
    }

    for day, story in at.items():
        assert facts_of(story).signed_on is None
        assert f"told at {day}" in story.remarks[-1]


@pytest.mark.parametrize(
    ("release", "reason"),
    [
        ({"ocid": None}, "a release without an ocid: nothing says of which process it is"),
        ({"ocid": 5}, "a release without an ocid: nothing says of which process it is"),
        ({"contracts": []}, "ocds-213czf-1: it tells of no contract"),
        ({"contracts": {"id": "7"}}, "ocds-213czf-1: it tells of no contract"),
        ({"contracts": [{"title": "x"}]}, "nothing is given for the ocid or the contract's id"),
        ({"contracts": [{"id": "x" * 150}]}, "ocid and id are too long to be an identifier"),
    ],
)
def test_a_process_that_tells_of_no_contract_is_refused(tmp_path: Path, release: dict[str, Any], reason: str) -> None:
    stories, refused = told(package(tmp_path, RELEASE | release))

    assert (stories, refused) == ([], [reason])


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"releases": {}}', '{"records": 1}'])
def test_what_is_no_package_is_no_import(tmp_path: Path, text: str) -> None:
    (tmp_path / "f.json").write_text(text)

    with pytest.raises(Unreadable):
        judge(tmp_path / "f.json")
    with pytest.raises(MappingError, match=r"ocds: .*kosovo_register_wide: .*kosovo_register_16: "):
        fitting(order(tmp_path / "f.json"))


def test_faults_of_the_schema_are_remarks_and_many_are_a_number(tmp_path: Path) -> None:
    story = one(tmp_path, tag=["contract", *(f"x{n}" for n in range(TOLD_FAULTS + 2))])

    assert story.remarks[0] == "/tag/1: it is not one of the standard's values"
    assert (len(story.remarks), story.remarks[-1]) == (TOLD_FAULTS + 1, "and 2 more faults by the schema")


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["2016-03-15T00:00:00Z", "EUR", "7"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted({*RELEASE, *CONTRACT})), inner),
    max_leaves=12,
)


@given(
    st.lists(st.sampled_from(sorted(RELEASE)).flatmap(lambda name: st.tuples(st.just(name), _JSON)), max_size=3), _JSON
)
def test_whatever_a_release_holds_nothing_ends(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, Any]], member: Any
) -> None:
    release = RELEASE | dict(changes)
    other = RELEASE | {"id": "r2", "date": "2016-04-01T00:00:00Z", "contracts": [CONTRACT | {"value": member}, member]}
    stories, refused = told(
        package(tmp_path_factory.mktemp("any"), release, other, RELEASE | {"ocid": "ocds-1", "awards": member})
    )

    assert stories or refused
    for story in stories:
        command = story.steps[0].command
        assert isinstance(command, RecordContract)
        assert msgspec.json.decode(msgspec.json.encode(command), type=RecordContract) == command


@needs_ocds
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_package_is_told_or_refused_process_by_process(name: str) -> None:
    stories, refused = told(FOLDER / name)

    assert stories or refused
    assert len({story.source_id for story in stories}) == len(stories)


@needs_ocds
@pytest.mark.parametrize(
    ("name", "contracts", "without", "unread"),
    [
        ("uk", 0, 6, 0),
        ("ukraine", 6, 0, 0),
        ("moldova", 12, 20, 12),
        ("colombia", 6, 0, 0),
        ("montreal", 0, 10, 0),
        ("nigeria", 6, 0, 0),
        ("buyandsell", 6, 0, 0),
    ],
)
def test_a_real_package_of_another_country(name: str, contracts: int, without: int, unread: int) -> None:
    stories, refused = told(FOLDER / f"samples/real/{name}.json")

    assert (len(stories), len(refused)) == (contracts, without)
    assert sum(len(story.unread) for story in stories) == unread
    assert b"contactPoint" not in msgspec.json.encode(stories)
