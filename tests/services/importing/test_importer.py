"""The importer over the memory event store: every line accounted for, nothing twice, killed or not."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest

from domain.catalogue import DOMAINS, REGISTRY
from domain.kernel.errors import Unavailable
from domain.kernel.ids import NATIONAL_TENANT
from domain.tenants.seed import seed_commands, tenant_ids
from infra.clock import FixedClock
from infra.eventstore.memory import MemoryEventStore
from infra.keys.memory import MemoryKeys, MemorySubjectKeys
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Request
from services.importing.catalogue import FIELDS
from services.importing.consultations import consultation_stories
from services.importing.lines import Line
from services.importing.mapping import load_mapping
from services.importing.run import Importer, Summary, Told
from services.seeding.seed import SEED
from services.vault import Vault

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
async def handler() -> CommandHandler:
    store = MemoryEventStore((NATIONAL_TENANT, tenant_ids()["mj"]))
    made = CommandHandler(store, REGISTRY, DOMAINS, Vault(MemoryKeys(), MemorySubjectKeys()), FixedClock(NOW))
    for one in seed_commands(()):
        if one.tenant == "opm":
            await made.execute(Request(one.tenant, one.command, one.command_id, SEED, one.stream_id))
    return made


class Killed(Exception):
    pass


def document(n: int, **change: object) -> dict[str, object]:
    return {
        "id": f"DOC-{n}",
        "documentType": "Rule",
        "title": f"Document {n}",
        "postedDate": "2023-03-01T05:00:00Z",
        "commentStartDate": "2023-03-02T05:00:00Z",
        "commentEndDate": "2023-04-01T03:59:59Z",
        "withdrawn": False,
        "lastModifiedDate": "2023-04-02T00:00:00Z",
    } | change


LINES = [
    *(Line(n, document(n)) for n in range(1, 31)),
    Line(31, reason="the line is empty"),
    Line(32, document(5)),
    Line(33, document(33, commentEndDate="2023-01-01T00:00:00Z")),
]


async def imported(handler: CommandHandler, lines: list[Line]) -> tuple[Summary, list[Told]]:
    report = io.BytesIO()
    tell = consultation_stories(load_mapping("us_rule_dockets", FIELDS).reader("consultations"), NOW)
    summary = await Importer(handler, "mj", "us-rule-dockets").run(lines, tell, report)
    return summary, [msgspec.json.decode(line, type=Told) for line in report.getvalue().splitlines()]


async def test_every_line_is_accounted_for(handler: CommandHandler) -> None:
    summary, told = await imported(handler, LINES)

    assert (summary.lines, summary.imported, summary.refused, summary.commands) == (33, 30, 3, 90)
    assert summary.lines == summary.imported + summary.present + summary.incomplete + summary.refused
    assert {one.line: one.reason.split(",")[0] for one in told} == {
        31: "the line is empty",
        32: "line 5 has the same id",
        33: "the window ends at 2023-01-01T00:00:00+00:00",
    }


async def test_importing_again_stores_nothing(handler: CommandHandler) -> None:
    await imported(handler, LINES)
    head = await handler.store.head(tenant_ids()["mj"])
    summary, _ = await imported(handler, LINES)

    assert (summary.present, summary.imported, summary.commands) == (30, 0, 0)
    assert await handler.store.head(tenant_ids()["mj"]) == head


async def test_an_import_that_ended_early_is_completed(handler: CommandHandler) -> None:
    def ends_early() -> Iterator[Line]:
        yield from LINES[:10]
        raise Killed

    with pytest.raises(ExceptionGroup):
        await imported(handler, ends_early())  # type: ignore[arg-type]
    summary, _ = await imported(handler, LINES)
    again, _ = await imported(handler, LINES)

    assert summary.imported + summary.present == 30
    assert (again.present, again.commands) == (30, 0)
    assert again.position == await handler.store.head(tenant_ids()["mj"])


async def test_the_same_id_with_another_story_is_reported(handler: CommandHandler) -> None:
    await imported(handler, [Line(1, document(1))])
    summary, told = await imported(handler, [Line(1, document(1, title="Another title"))])

    assert (summary.refused, told[0].reason.split(":")[0:2]) == (1, ["plan", " idempotency-key-reused"])


async def test_a_story_that_is_refused_half_way_says_where(handler: CommandHandler) -> None:
    """It was closed in an earlier run; now the source says that it was withdrawn before that."""
    await imported(handler, [Line(1, document(1))])
    changed = document(1, withdrawn=True, lastModifiedDate="2023-03-10T00:00:00Z")
    summary, (told,) = await imported(handler, [Line(1, changed)])

    assert (summary.incomplete, told.outcome, told.reason.split(":")[0]) == (1, "incomplete", "withdraw")
    assert told.stream_id is not None


async def test_an_unknown_tenant_is_refused_line_by_line(handler: CommandHandler) -> None:
    tell = consultation_stories(load_mapping("us_rule_dockets", FIELDS).reader("consultations"), NOW)
    summary = await Importer(handler, "nowhere", "x").run([Line(1, document(1))], tell, io.BytesIO())

    assert (summary.refused, summary.commands) == (1, 0)


async def test_a_log_that_cannot_be_reached_stops_the_import(handler: CommandHandler) -> None:
    tell = consultation_stories(load_mapping("us_rule_dockets", FIELDS).reader("consultations"), NOW)
    importer = Importer(handler, "prizren", "x", patience=0.0)  # registered, but the store does not know it

    with pytest.raises(BaseExceptionGroup) as stopped:
        await importer.run([Line(1, document(1))], tell, io.BytesIO())
    assert stopped.group_contains(Unavailable)
