"""Releases of contracting processes: what each stage tells, that it is valid, and that telling again tells the same."""

import os
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from domain.contracts.events import bid as b
from domain.contracts.events import call as c
from domain.contracts.events import contract as k
from domain.contracts.events import need as n
from domain.kernel.event import Event
from domain.kernel.text import text
from domain.kernel.vocabulary import LanguageFile
from projections.release_queries import Process, PublicRelease
from services.open_data.ocds_merge import compiled, versioned
from services.open_data.ocds_package import record_of
from services.open_data.ocds_release import encode, event_of, instant, release_id, release_of
from services.open_data.ocds_schema import codes, faults, open_codes, verdict
from tests.projections.contracting_by_chance import LifeByChance
from tests.projections.contracts_by_chance import BEGAN, deadline
from tests.services.open_data.lives import RELEASES, SOURCE, Telling, told
from tests.services.open_data.ocds_second_opinion import compiled_elsewhere, versioned_elsewhere

LIVES = int(os.environ.get("PAKT_LIVES", "250"))


def by_process(releases: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for release in releases:
        found.setdefault(release["ocid"], []).append(release)
    return found


async def records(telling: Telling) -> list[dict[str, Any]]:
    found: dict[UUID, list[PublicRelease]] = {}
    for row in telling.rows:
        found.setdefault(row.process_id, []).append(row)
    return [(await record_of(Process(key, rows), SOURCE)).members for key, rows in found.items()]


def packaged(**members: Any) -> dict[str, Any]:
    about = {"uri": "urn:x:1", "version": "1.1", "publishedDate": "2026-01-06T00:00:00Z", "publisher": {"name": "A"}}
    made: dict[str, Any] = msgspec.json.decode(encode(about | members))
    return made


def life_with(*wanted: type[Event]) -> list[tuple[UUID, Event]]:
    """The first life in which all of these happen."""
    for number in range(10_000):
        events = [(stream, event) for stream, turn in LifeByChance(7, number).turns() for event in turn]
        if {type(event) for _, event in events} >= set(wanted):
            return events
    raise AssertionError(wanted)


def telling(*events: tuple[UUID, Event]) -> Telling:
    made = Telling()
    for stream, event in events:
        made.tell(stream, (event,))
    return made


@pytest.fixture(scope="module")
def lives() -> Telling:
    return told(seed=1, lives=60)


@pytest.mark.slow
async def test_every_release_and_record_of_many_lives_is_valid() -> None:
    telling = told(seed=2, lives=LIVES)
    releases = telling.releases
    found = verdict(packaged(releases=releases))
    whole = verdict(packaged(records=await records(telling)))
    outside = {(name, code) for release in releases for name, code in open_codes(release) if code not in codes(name)}
    used = {tag for release in releases for tag in release["tag"]}

    assert (found.items, found.errors, found.breaks) == (len(releases), 0, {})
    assert (whole.items, whole.errors, whole.breaks) == (found.ocids, 0, {})
    assert outside == set()
    assert used == codes("releaseTag") - {"compiled"}


def test_merging_agrees_with_another_implementation(lives: Telling) -> None:
    for own in by_process(packaged(releases=lives.releases)["releases"]).values():
        assert compiled(own) == compiled_elsewhere(own)
        assert versioned(own) == versioned_elsewhere(own)


def test_telling_the_same_events_again_makes_the_same_bytes(lives: Telling) -> None:
    again = told(seed=1, lives=60)

    assert [encode(one) for one in again.releases] == [encode(one) for one in lives.releases]


def test_a_row_that_was_stored_is_the_same_row(lives: Telling) -> None:
    for row in lives.fold.ordered():
        assert RELEASES.make(column.to_sql(getattr(row, column.name)) for column in RELEASES.columns) == row


def test_releases_have_ids_of_their_own_and_dates_that_rise(lives: Telling) -> None:
    releases = lives.releases
    about: dict[UUID, list[Any]] = {}
    for row in sorted(lives.fold.ordered(), key=lambda row: row.position):
        if row.public:
            about.setdefault(row.about_id, []).append((row.number, row.released_at))

    assert len({release["id"] for release in releases}) == len(releases)
    assert all(
        event_of(release["id"]) == ("prizren", 1, row.position)
        for release, row in zip(releases, lives.rows, strict=True)
    )
    for told_of in about.values():
        numbers, dates = zip(*told_of, strict=True)
        assert list(numbers) == list(range(1, len(numbers) + 1))
        assert all(earlier < later for earlier, later in pairwise(dates))


def test_two_releases_of_one_instant_keep_their_order() -> None:
    events = life_with(n.NeedWithdrawn, n.NeedApproved)
    made = Telling()
    made.tell(
        events[0][0],
        [event for _, event in events if isinstance(event, n.NeedAssessed | n.NeedApproved | n.NeedWithdrawn)],
    )
    first, second = made.releases

    assert first["date"] < second["date"]
    assert compiled([second, first])["tender"]["status"] == "withdrawn"


def test_nothing_of_a_bid_is_told_before_the_opening_is_over() -> None:
    events = life_with(b.BidSealed, b.BidOpened, c.AwardProposed)
    before = [one for one in events if not isinstance(one[1], c.QualificationBegun)]
    cut = next(n for n, (_, event) in enumerate(events) if isinstance(event, c.QualificationBegun))
    bidders = {str(event.organisation_id) for _, event in events if isinstance(event, b.BidSealed)}
    opened = [str(event.organisation_id) for _, event in events if isinstance(event, b.BidOpened)]
    secret = encode({"releases": telling(*before[:cut]).releases}).decode()
    [after] = telling(*events[: cut + 1]).releases[-1:]

    assert not [one for one in bidders if one in secret]
    assert [one["id"] for one in after["tender"]["tenderers"]] == opened
    assert after["tender"]["numberOfTenderers"] == len(opened)
    assert [one["id"] for one in after["parties"][1:]] == opened


def test_what_is_not_public_makes_no_release() -> None:
    events = life_with(k.ContractDrafted)
    quiet = {n.NeedAssessed, c.CallPlanned, b.BidSealed, k.ContractDrafted, k.DeliveryReported, k.LicenceNoted}
    made, shown = Telling(), 0
    for stream, event in events:
        made.tell(stream, (event,))
        now = sum(row.public for row in made.fold.ordered())
        assert now == shown or type(event) not in quiet
        shown = now
    assert shown


def test_the_stages_of_a_service_are_the_tags_of_its_releases() -> None:
    events = life_with(k.ContractAmended, k.ContractTerminated, k.DeliveryPaid, c.ClarificationIssued)
    tags = {type(event): tag for event, tag in _tagged(events)}

    assert tags[n.NeedApproved] == ["planning"]
    assert tags[c.CallPublished] == ["tender"]
    assert tags[c.ClarificationIssued] == ["tenderUpdate"]
    assert tags[c.AwardConfirmed] == ["awardUpdate"]
    assert tags[k.ContractSigned] == ["contract"]
    assert tags[k.ContractActivated] == ["contractUpdate"]
    assert tags[k.ContractAmended] == ["contractAmendment"]
    assert tags[k.ContractTerminated] == ["contractTermination"]


def test_a_deadline_that_moves_is_told_while_one_can_bid() -> None:
    events = life_with(c.CallPublished, c.CallClosed)
    until, after = [
        next(i for i, (_, e) in enumerate(events) if isinstance(e, kind)) for kind in (c.CallPublished, c.CallClosed)
    ]
    later = deadline(BEGAN + timedelta(days=60))
    moved = (events[until][0], c.CallDeadlineMoved(previous=deadline(BEGAN), deadline=later))
    bidding = telling(*events[: until + 1], moved).releases
    opening = telling(*events[: after + 1], moved).releases

    assert bidding[-1]["tag"] == ["tenderAmendment"]
    assert bidding[-1]["tender"]["tenderPeriod"] == {"endDate": instant(later.due_at)}
    assert bidding[-1]["tender"]["amendments"][0] | {"amendsReleaseID": bidding[-2]["id"]} == {
        "id": "3",
        "date": bidding[-1]["date"],
        "releaseID": bidding[-1]["id"],
        "amendsReleaseID": bidding[-2]["id"],
    }
    assert opening == telling(*events[: after + 1]).releases


def _tagged(events: list[tuple[UUID, Event]]) -> list[tuple[Event, list[str]]]:
    made, found = Telling(), []
    for stream, event in events:
        made.tell(stream, (event,))
        newest = [row for row in made.fold.ordered() if row.public and row.position == made.position]
        found += [(event, [str(tag) for tag in row.tags]) for row in newest]
    return found


def test_a_contract_belongs_to_the_process_of_its_call_and_that_names_its_need() -> None:
    events = life_with(k.ContractSigned, k.DeliveryPaid)
    own = by_process(telling(*events).releases)
    need, call = (
        SOURCE.ocid(next(s for s, e in events if isinstance(e, kind))) for kind in (n.NeedApproved, c.CallPublished)
    )
    whole = compiled(own[call])
    [contract] = whole["contracts"]
    supplier = next(one for one in whole["parties"] if "payee" in one["roles"])

    assert list(own) == [need, call]
    assert {"id": "planning", "relationship": ["planning"], "scheme": "ocid", "identifier": need} in whole[
        "relatedProcesses"
    ]
    assert contract["awardID"] in {one["id"] for one in whole["awards"] if one["status"] == "active"}
    assert supplier["roles"] == ["tenderer", "supplier", "payee"]
    assert {one["payee"]["id"] for one in contract["implementation"]["transactions"]} == {supplier["id"]}


def test_what_a_record_comes_to_is_what_the_events_say() -> None:
    for number in range(200):
        events = [(stream, event) for stream, turn in LifeByChance(3, number).turns() for event in turn]
        amended = [event for _, event in events if isinstance(event, k.ContractSigned | k.ContractAmended)]
        if not amended:
            continue
        own = by_process(telling(*events).releases)
        [contract] = compiled(own[SOURCE.ocid(next(s for s, e in events if isinstance(e, c.CallPublished)))])[
            "contracts"
        ]
        paid = sum(event.amount.amount for _, event in events if isinstance(event, k.DeliveryPaid))
        done = contract.get("implementation", {}).get("transactions", [])

        assert round(contract["value"]["amount"] * 100) == amended[-1].value.amount
        assert round(sum(one["value"]["amount"] for one in done) * 100) == paid
        assert contract["status"] == "terminated"


def test_a_line_that_an_amendment_drops_has_no_units_left() -> None:
    for number in range(10_000):
        events = [(stream, event) for stream, turn in LifeByChance(5, number).turns() for event in turn]
        lines = [
            {line.code for line in e.lines} for _, e in events if isinstance(e, k.ContractDrafted | k.ContractAmended)
        ]
        if len(lines) > 1 and lines[0] - lines[-1]:
            break
    else:
        raise AssertionError
    call = next(stream for stream, event in events if isinstance(event, c.CallPublished))
    [contract] = compiled(by_process(telling(*events).releases)[SOURCE.ocid(call)])["contracts"]

    assert {item["id"] for item in contract["items"] if item["quantity"] == 0} >= lines[0] - lines[-1]


def test_an_institution_is_told_under_the_name_that_it_had() -> None:
    [made] = telling(
        *[one for one in life_with(n.NeedApproved) if isinstance(one[1], n.NeedAssessed | n.NeedApproved)]
    ).rows
    institution = SOURCE.institutions["prizren"]
    new = {"sq": "Prizreni", "sr": "Prizren"}
    renamed = replace(institution, names=new, former_names=(institution.names,), renamed_at=(made.released_at,))
    before = replace(made, released_at=made.released_at.replace(year=2025))
    source = replace(SOURCE, institutions={"prizren": renamed})
    assert release_of(before, source)["buyer"]["name"] == institution.names["sq"]
    assert release_of(made, source)["buyer"]["name"] == "Prizreni"


def test_a_text_stands_in_the_language_of_the_process_and_in_all_others() -> None:
    events = [one for one in life_with(n.NeedApproved) if isinstance(one[1], n.NeedAssessed | n.NeedApproved)]
    stream, assessed = events[0]
    facts = replace(assessed.facts, description=text(sr="Potrebno je.", en="It is needed."))
    [release] = telling((stream, replace(assessed, facts=facts)), events[1]).releases

    assert (release["language"], release["tender"]["title"]) == ("sq", facts.title.sq.text)
    assert {name: words for name, words in release["planning"].items() if name != "budget"} == {
        "rationale": "Potrebno je.",
        "rationale_sr": "Potrebno je.",
        "rationale_en": "It is needed.",
    }
    assert faults(release) == []


def test_a_document_is_told_with_its_address_where_that_is_known() -> None:
    [call] = [one for one in life_with(c.CallPublished, k.ContractSigned) if isinstance(one[1], c.CallPublished)]
    file = LanguageFile(language="sq", file=LifeByChance(7)._file("terms"))
    [row] = telling((call[0], replace(call[1], facts=replace(call[1].facts, documents=(file,))))).rows
    known = replace(SOURCE, public_url="https://pakt.example.org/")
    [plain], [addressed] = (release_of(row, source)["tender"]["documents"] for source in (SOURCE, known))

    assert plain["id"] == file.file.sha256
    assert "url" not in plain
    assert addressed == plain | {
        "url": f"https://pakt.example.org/v1/public/service-calls/{call[0]}/files/{file.file.sha256}"
    }


@pytest.mark.parametrize(
    "id_", ["", "prizren", "prizren-1", "prizren-x-1", "prizren-01-1", "prizren-1-" + "9" * 20, "prizren-1-²"]
)
def test_a_text_that_is_no_release_id_is_known(id_: str) -> None:
    assert event_of(id_) is None
    assert event_of(release_id("mfpt-x", 2, 7)) == ("mfpt-x", 2, 7)


def test_an_ocid_of_another_publisher_is_no_process_of_ours() -> None:
    process = UUID(int=5)

    assert SOURCE.process(SOURCE.ocid(process)) == process
    assert SOURCE.process(f"ocds-213czf-{process}") is None
    assert SOURCE.process("ocds-pakt01-1") is None
    assert SOURCE.process(SOURCE.ocid(process).upper()) is None
