"""Organisations of another register: claims with their numbers as printed, each line accounted for."""

import io
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from domain.catalogue import DOMAINS, REGISTRY
from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT
from domain.organisations.commands import ClaimOrganisation
from domain.organisations.events import OrganisationClaimed
from domain.organisations.vocabulary import Scheme
from domain.tenants.seed import national_seed, tenant_ids
from infra.clock import FixedClock
from infra.eventstore.codec import decode_metadata, restore
from infra.eventstore.memory import MemoryEventStore
from infra.keys.memory import MemoryKeys, MemorySubjectKeys
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Request
from services.importing.lines import Line
from services.importing.mapping import BadRecord, Mapping
from services.importing.organisations import organisation_stories
from services.importing.run import Importer, Told
from services.seeding.seed import SEED
from services.vault import Vault

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MAPPING = Mapping(
    source="ngo-register",
    sections={
        "organisations": {
            "id": "nr",
            "name": "emri",
            "language": "gjuha",
            "legal_form": "forma",
            "municipality": "komuna",
            "recorded": "data",
            "ngo_number": "nr",
            "fiscal_number": "fiskal",
            "email": "posta",
            "phone": "tel",
        }
    },
)
ROW = {
    "nr": "5112345-6",
    "emri": "Qendra\tpër Rini",
    "gjuha": "sq",
    "forma": "association",
    "komuna": "PRIZREN",
    "data": "2016-05-04",
    "fiskal": "600123456",
    "posta": "zyra@qendra.example",
    "tel": "+383 29 123 456",
}


def told_of(**changes: str | None) -> Any:
    row = {name: value for name, value in (ROW | changes).items() if value is not None}
    return organisation_stories(MAPPING.reader("organisations"), NOW)(Line(1, row))


def test_a_record_comes_to_a_claim() -> None:
    story = told_of()

    (step,) = story.steps
    assert isinstance(step.command, ClaimOrganisation)
    assert step.command.municipality == "prizren"
    assert [(one.scheme, one.value) for one in step.command.identifiers] == [
        (Scheme.NGO, "5112345-6"),
        (Scheme.FISCAL, "600123456"),
    ]
    assert step.command.contact is not None
    assert step.command.contact.office == "Qendra për Rini"
    assert step.occurred_at == datetime(2016, 5, 4, 10, tzinfo=UTC)
    assert story.remarks == ("control characters were taken out of the name",)


def test_what_a_register_does_not_know_is_left_out() -> None:
    (step,) = told_of(fiskal=None, posta=None).steps

    assert isinstance(step.command, ClaimOrganisation)
    assert [one.scheme for one in step.command.identifiers] == [Scheme.NGO]
    assert step.command.contact is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nr": None}, "nothing is given for id"),
        ({"emri": " "}, "nothing is given for name"),
        ({"data": None}, "nothing says when"),
        ({"data": "2027-01-01"}, "it lies in the future"),
        ({"data": "yesterday"}, "recorded is not a time"),
        ({"komuna": "Atlantis"}, "no municipality"),
        ({"forma": "club"}, "Not one of the possible values"),
        ({"fiskal": "???"}, "a text of another form"),
    ],
)
def test_what_cannot_be_meant(changes: dict[str, str | None], reason: str) -> None:
    with pytest.raises(BadRecord, match=reason) as refused:
        told_of(**changes)
    assert not {value for value in changes.values() if value and value.strip() and value in str(refused.value)}


@pytest.fixture
async def handler() -> CommandHandler:
    store = MemoryEventStore(tuple(tenant_ids().values()))
    vault = Vault(MemoryKeys(), MemorySubjectKeys())
    made = CommandHandler(store, REGISTRY, DOMAINS, vault, FixedClock(NOW))
    for one in national_seed():
        await made.execute(Request(one.tenant, one.command, one.command_id, SEED, one.stream_id))
    return made


async def test_a_register_comes_in_once_however_often_it_is_imported(handler: CommandHandler) -> None:
    rows: list[dict[str, Any]] = [
        ROW | {"nr": f"51{n:05}-{n % 10}", "fiskal": f"6001234{n:02}", "posta": "" if n % 2 else "a@b.example"}
        for n in range(20)
    ]
    lines = [Line(n, row) for n, row in enumerate([*rows, ROW | {"komuna": "Atlantis"}, rows[0]], 1)]
    tell = organisation_stories(MAPPING.reader("organisations"), NOW)
    counted = []
    for _ in range(2):
        report = io.BytesIO()
        summary = await Importer(handler, NATIONAL_SLUG, MAPPING.source).run(lines, tell, report)
        counted.append((summary.lines, summary.imported, summary.present, summary.refused))
        told = [msgspec.json.decode(line, type=Told) for line in report.getvalue().splitlines()]
        assert sorted(one.reason for one in told if one.outcome == "refused") == [
            "line 1 has the same id",
            "no municipality is written like that",
        ]
    assert counted == [(22, 20, 0, 2), (22, 0, 20, 2)]

    stored = [
        one
        for one in await handler.store.read_log(NATIONAL_TENANT, 0, 1_000)
        if one.type_name == OrganisationClaimed.TOPIC
    ]
    assert len(stored) == 20
    for one in stored:
        event = restore(REGISTRY, one)
        assert isinstance(event, OrganisationClaimed)
        assert (event.claimant_id, decode_metadata(one.metadata).source) == (None, MAPPING.source)
        assert [found.code for found in event.findings] == ([] if event.contact else ["contact-missing"])
