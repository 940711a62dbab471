"""Registers and packages through the importer, over logs in memory: nothing twice, every cell that was lost accounted for."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from domain.catalogue import DOMAINS, REGISTRY
from domain.kernel.ids import NATIONAL_TENANT
from domain.tenants.seed import seed_commands, tenant_ids
from infra.clock import FixedClock
from infra.eventstore.memory import MemoryEventStore
from infra.keys.memory import MemoryKeys, MemorySubjectKeys
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Request
from services.importing.cells import Sum, Unread
from services.importing.lines import Line
from services.importing.registers import RegisterStories
from services.importing.run import Importer, Summary, Told
from services.seeding.seed import SEED
from services.vault import Vault
from tests.services.importing.procurement import line, register_16

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SOURCE = "kosovo-procurement-register"
ROWS = [
    *(msgspec.structs.replace(line(number=str(n), annex_price="10.005"), number=n, row=n) for n in range(1, 21)),
    msgspec.structs.replace(line(number="5", contract_price="N/A"), number=21, row=21),
    msgspec.structs.replace(line(number="21", signed="soon", supplier_seat="Askund"), number=22, row=22),
    Line(23, reason="column 1 is neither UTF-8 nor cp1252", row=23),
]


@pytest.fixture
async def handler() -> CommandHandler:
    store = MemoryEventStore((NATIONAL_TENANT, tenant_ids()["gjakove"]))
    made = CommandHandler(store, REGISTRY, DOMAINS, Vault(MemoryKeys(), MemorySubjectKeys()), FixedClock(NOW))
    for one in seed_commands(()):
        if one.tenant == "opm":
            await made.execute(Request(one.tenant, one.command, one.command_id, SEED, one.stream_id))
    return made


class Killed(Exception):
    pass


async def imported(
    handler: CommandHandler, rows: Sequence[Line] | Iterator[Line], year: int = 2011
) -> tuple[Summary, list[Told]]:
    report = io.BytesIO()
    tell = RegisterStories(register_16().reader("contracts"), year, NOW)
    summary = await Importer(handler, "gjakove", SOURCE, file="gjakove/2011.csv").run(rows, tell, report)
    return summary, [msgspec.json.decode(one, type=Told) for one in report.getvalue().splitlines()]


async def test_every_row_is_accounted_for_and_every_cell(handler: CommandHandler) -> None:
    summary, told = await imported(handler, ROWS)

    assert (summary.lines, summary.imported, summary.refused, summary.commands) == (23, 22, 1, 42)
    assert summary.unread == 3
    assert summary.sums["contract_price"] == Sum(parsed=21, unreadable=1, sum=21 * Decimal("5506.80"))
    by_line = {one.line: one for one in told}
    assert by_line[21].unread == (Unread(21, "contract_price", "N/A", "it is no amount", 10),)
    assert by_line[21].source_id == "2011/5/2"
    assert [(one.heading, one.column, one.kept) for one in by_line[22].unread] == [
        ("signed", 8, False),
        ("supplier_seat", 13, True),
    ]
    assert {one.file for one in told if one.unread} == {"gjakove/2011.csv"}
    assert by_line[23].outcome == "refused"


async def test_a_register_that_was_cut_short_is_completed_and_nothing_stands_there_twice(
    handler: CommandHandler,
) -> None:
    def ends_early() -> Iterator[Line]:
        yield from ROWS[:9]
        raise Killed

    with pytest.raises(ExceptionGroup):
        await imported(handler, ends_early())
    first, _ = await imported(handler, ROWS)
    head = await handler.store.head(tenant_ids()["gjakove"])
    again, _ = await imported(handler, ROWS)

    assert first.imported + first.present == 22
    assert 0 < first.commands < 42, "what was stored before is found, not stored again"
    assert (again.present, again.imported, again.commands) == (22, 0, 0)
    assert await handler.store.head(tenant_ids()["gjakove"]) == head


async def test_a_row_that_says_something_else_now_is_reported_and_changes_nothing(handler: CommandHandler) -> None:
    await imported(handler, ROWS[:1])
    summary, (told,) = await imported(handler, [line(number="1", contract_price="1")])

    assert (summary.refused, told.reason.split(":")[:2]) == (1, ["record", " idempotency-key-reused"])


async def test_the_same_contract_of_another_source_is_not_counted_twice(handler: CommandHandler) -> None:
    await imported(handler, ROWS[:1])
    report = io.BytesIO()
    tell = RegisterStories(register_16().reader("contracts"), 2011, NOW)
    summary = await Importer(handler, "gjakove", "another").run(ROWS[:1], tell, report)

    assert summary.refused == 1
    assert b"on record here already" in report.getvalue()


async def test_registers_of_two_years_have_their_own_numbers(handler: CommandHandler) -> None:
    await imported(handler, ROWS[:20])
    summary, _ = await imported(handler, [line(number="1", signed="")], year=2012)

    assert (summary.imported, summary.refused) == (1, 0)
