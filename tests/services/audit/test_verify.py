"""Whatever is changed below the system is found, and the position is named."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from domain.kernel.event import about_tag
from domain.kernel.ids import NATIONAL_SLUG
from infra.eventstore.interface import NewEvent
from infra.keys.signing import FileSigningKeys
from infra.tlog.note import Note, sign_note
from infra.trees.interface import TreeId
from infra.trees.origins import copy_name
from services.audit.verify import Verified, verify
from services.bootstrap import System
from services.sealer.run import make_sealer
from services.vault import FORMAT, Sealed, SealedValue
from tests.support.appends import command
from tests.support.postgres import Cluster
from tests.support.system import seeded_system

TENANT = 1
TABLES = ("event", "event_tag", "command", "tree", "tile", "tree_head", "cosignature", "head_entry")
COLUMNS = {
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "occurred_at": "occurred_at - interval '1 microsecond'",
    "epoch": "epoch + 1",
    "version": "version + 1000",
    "type_id": "type_id % 5 + 1",
    "stream_id": "gen_random_uuid()",
    "command_id": "gen_random_uuid()",
    "subject_id": "gen_random_uuid()",
    "meta": "set_byte(meta, length(meta) / 2, get_byte(meta, length(meta) / 2) # 1)",
    "data": "set_byte(data, length(data) / 2, get_byte(data, length(data) / 2) # 4)",
    "pii": "coalesce(pii, '') || 'x'",
}
"""A change of every column that an event has beside its tenant and position."""


async def seal_all(system: System) -> None:
    sealer = make_sealer(system)
    trees: dict[TreeId, int] = {}
    for tenant_id in await sealer.tenants():
        while await sealer.sealing.seal(tenant_id, 40):
            pass
        tree, size = TreeId(tenant_id), sealer.sealing.size(tenant_id)
        if size:
            await sealer.publisher.publish(tree, size)
            trees[tree] = size
    while head := await sealer.national.enter(trees):
        await sealer.publisher.publish(head.tree, head.size)


class Attacked:
    """A sealed system, and a superuser without triggers who undoes what he did after each look."""

    def __init__(self, system: System, admin: asyncpg.Connection, positions: int) -> None:
        self.system, self.admin, self.positions = system, admin, positions

    async def found(self, *statements: str) -> list[Verified]:
        for statement in statements:
            await self.admin.execute(statement)
        try:
            return await verify(self.system, NATIONAL_SLUG)
        finally:
            for table in TABLES:
                await self.admin.execute(f"DELETE FROM es.{table}; INSERT INTO es.{table} SELECT * FROM saved.{table}")

    async def first(self, *statements: str) -> int | None:
        """The first bad position of the log of events; every attack is found."""
        found = await self.found(*statements)
        assert sum(one.fault_count for one in found), statements
        [events] = [one for one in found if not one.log.endswith("heads/1")]
        return events.faults[0].position if events.faults else None


@pytest.fixture(scope="module")
def attacked_in(
    embedded_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], "asynccontextmanager[Attacked]"]:
    @asynccontextmanager
    async def made() -> AsyncIterator[Attacked]:
        async with seeded_system(embedded_cluster, tmp_path_factory.mktemp("attacked")) as system:
            streams = [uuid4() for _ in range(300)]
            fillers = [
                NewEvent(one, 1, "consultations.DraftAmended.v1", b"{}", tags=(f"stream:{one}",)) for one in streams
            ]
            sealed = msgspec.json.encode(Sealed(FORMAT, (SealedValue(streams[0], "name", b"", b""),)))
            tags = (*fillers[0].tags, about_tag(streams[0]))
            fillers[0] = msgspec.structs.replace(fillers[0], pii=sealed, tags=tags)
            await system.store.append_many([command(one) for one in fillers])
            await seal_all(system)
            async with system.database.connect() as admin:  # type: ignore[attr-defined]
                await admin.execute("SET session_replication_role = replica; CREATE SCHEMA saved")
                for table in TABLES:
                    await admin.execute(f"ALTER TABLE es.{table} DISABLE TRIGGER ALL")
                    await admin.execute(f"CREATE TABLE saved.{table} AS TABLE es.{table}")
                positions = await admin.fetchval("SELECT max(position) FROM es.event WHERE tenant_id = 1")
                yield Attacked(system, admin, positions)

    return made


@pytest.fixture
async def attacked(attacked_in: Callable[[], "asynccontextmanager[Attacked]"]) -> AsyncIterator[Attacked]:
    async with attacked_in() as made:
        yield made


async def test_an_untouched_installation_has_no_fault(attacked: Attacked) -> None:
    handler = attacked.system.handler
    for slug in (await handler.authority.national(fresh=True)).institutions:
        for one in await verify(attacked.system, slug):
            assert one.faults == (), one.log
            assert one.sealed == one.entries
    assert attacked.positions > 256, "more than one tile"


async def test_every_column_that_is_changed_is_found_at_its_position(attacked: Attacked) -> None:
    chance = random.Random(3)
    places = [1, attacked.positions, *(chance.randrange(2, attacked.positions) for _ in range(3))]
    for column, value in COLUMNS.items():
        for position in places:
            change = f"UPDATE es.event SET {column} = {value} WHERE tenant_id = 1 AND position = {position}"
            first = await attacked.first(change)
            assert first == position or (
                first is not None and first < position and column in {"command_id", "stream_id"}
            ), (
                column,
                position,
                first,
            )


async def test_rows_that_are_taken_moved_swapped_or_put_in_are_found(attacked: Attacked) -> None:
    last, at = attacked.positions, "tenant_id = 1 AND position"
    copied = "recorded_at, occurred_at, tenant_id, epoch, version, type_id, gen_random_uuid(), command_id, subject_id, meta, data, pii"
    attacks = {
        f"DELETE FROM es.event WHERE {at} = 7": 7,
        f"DELETE FROM es.event WHERE {at} > {last - 3}": last - 2,
        f"DELETE FROM es.event WHERE {at} = {last}": last,
        f"UPDATE es.event SET position = CASE position WHEN 20 THEN -30 ELSE -20 END WHERE {at} IN (20, 30);"
        f"UPDATE es.event SET position = -position WHERE {at} < 0": 20,
        f"UPDATE es.event SET position = -position WHERE {at} >= 40; UPDATE es.event SET position = 1 - position WHERE {at} < 0;"
        f"INSERT INTO es.event SELECT 40, {copied} FROM es.event WHERE {at} = 39": 39,
        "DELETE FROM es.event WHERE tenant_id = 1": 1,
        f"UPDATE es.event SET position = {2**60} WHERE {at} = 50": 50,
        f"UPDATE es.event SET position = {2**60} WHERE {at} = {last}": last,
        f"UPDATE es.event SET position = -50 WHERE {at} = 50": -50,
    }
    for attack, position in attacks.items():
        assert await attacked.first(attack) == position, attack


async def test_what_was_sealed_is_found_changed(attacked: Attacked) -> None:
    size = attacked.positions
    where = "tenant_id = 1 AND kind = 'events'"
    flipped = "set_byte(hashes, 32 * 9 + 3, get_byte(hashes, 32 * 9 + 3) # 1)"
    attacks = {
        f"UPDATE es.tile SET hashes = {flipped} WHERE {where} AND level = 0 AND number = 0": 10,
        f"UPDATE es.tile SET hashes = substring(hashes FROM 33) WHERE {where} AND level = 0 AND number = 1": 257,
        f"DELETE FROM es.tile WHERE {where} AND level = 0 AND number = 1": 257,
        f"DELETE FROM es.tile WHERE {where} AND level = 1": 1,
        f"UPDATE es.tile SET hashes = sha256('x') WHERE {where} AND level = 1": 1,
        f"UPDATE es.tree_head SET root = sha256('x') WHERE {where} AND size = 80": 80,
        f"UPDATE es.tree_head SET note = replace(note, E'\\n80\\n', E'\\n81\\n') WHERE {where} AND size = 80": 80,
        f"DELETE FROM es.tree_head WHERE {where} AND size = 80": 80,
        f"DELETE FROM es.tree_head WHERE {where} AND size = {size}": None,
        f"UPDATE es.tree SET size = {size - 1} WHERE {where}": None,
        f"UPDATE es.tree SET size = {2**60} WHERE {where}": None,
        f"UPDATE es.tree SET size = {2**60} WHERE kind = 'heads'": None,
        f"DELETE FROM es.tree WHERE {where}": None,
        "DELETE FROM es.command WHERE tenant_id = 1 AND first_position = 5": 5,
        "UPDATE es.command SET last_position = last_position + 1 WHERE tenant_id = 1 AND first_position = 5": 5,
        "INSERT INTO es.command VALUES (1, gen_random_uuid(), 6, 6)": 6,
        "DELETE FROM es.event_tag WHERE tenant_id = 1 AND position = 3": 3,
        f"INSERT INTO es.event_tag VALUES (1, 'x', {size + 9})": size + 9,
        "INSERT INTO es.event_tag VALUES (1, 'x', 7)": 7,
        "UPDATE es.head_entry SET entry = entry || 'x' WHERE index = 2": None,
        "DELETE FROM es.head_entry WHERE index = 1": None,
        "UPDATE es.tile SET hashes = sha256('x') || substring(hashes FROM 33) WHERE kind = 'heads' AND level = 0": None,
    }
    for attack, position in attacks.items():
        first = await attacked.first(attack)
        assert position is None or first == position, (attack, first)


@pytest.mark.parametrize("begins", ["subject:", "stream:"])
async def test_a_tag_of_a_person_or_a_stream_that_was_taken_is_found(attacked: Attacked, begins: str) -> None:
    """By the one a person's data are found for their erasure, on the other decisions of other streams rest."""
    where = f"tenant_id = 1 AND tag LIKE '{begins}%'"
    position = await attacked.admin.fetchval(f"SELECT max(position) FROM es.event_tag WHERE {where}")
    assert await attacked.first(f"DELETE FROM es.event_tag WHERE {where} AND position = {position}") == position


async def test_a_gap_is_one_fault_that_hides_no_other(attacked: Attacked) -> None:
    taken = "DELETE FROM es.event WHERE tenant_id = 1 AND position BETWEEN 21 AND 40"
    faults = [fault for one in await attacked.found(taken) for fault in one.faults if fault.part == "event"]
    assert [(one.position, one.detail) for one in faults] == [(21, "the events up to 40 are missing")]


async def test_a_head_that_another_key_signed_is_found(attacked: Attacked, tmp_path: Path) -> None:
    stranger = FileSigningKeys.open(tmp_path)
    row = await attacked.admin.fetchrow(
        "SELECT note FROM es.tree_head WHERE tenant_id = 1 AND kind = 'events' AND size = 80"
    )
    note = Note.parse(row["note"])
    again = str(sign_note(note.text, stranger.signer(note.text.split("\n")[0]))).replace("'", "''")
    update = f"UPDATE es.tree_head SET note = '{again}' WHERE tenant_id = 1 AND kind = 'events' AND size = 80"

    [fault] = [fault for one in await attacked.found(update) for fault in one.faults]
    assert (fault.part, fault.position, fault.field) == ("signature", 80, "note")


COPIES: dict[str, Callable[[Path], Awaitable[None] | None]] = {
    "gone": lambda path: path.unlink(),
    "changed": lambda path: path.write_text("another history"),
}


@pytest.mark.parametrize("change", COPIES)
async def test_a_copy_outside_that_was_changed_is_found(attacked: Attacked, change: str) -> None:
    origin = f"{attacked.system.settings.log_name}/{NATIONAL_SLUG}/1"
    COPIES[change](attacked.system.settings.data / "heads" / copy_name(origin, 80))

    [fault] = [fault for one in await attacked.found() for fault in one.faults]
    assert (fault.part, fault.position) == ("copy", 80)


async def test_a_database_that_was_rewound_is_found_by_the_copies(attacked: Attacked) -> None:
    origin = f"{attacked.system.settings.log_name}/{NATIONAL_SLUG}/1"
    await attacked.system.copies.add(copy_name(origin, attacked.positions + 10), b"a later head")

    [fault] = [fault for one in await attacked.found() for fault in one.faults]
    assert (fault.part, fault.position) == ("copy", attacked.positions + 1)
