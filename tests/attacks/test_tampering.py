"""History rewritten by whoever owns the database: found in an export, the position or the file named.

Against the tree, and against a checkpoint that was kept elsewhere. `PAKT_QUALIFY_FLIPS=all` turns every byte of every
column of 200 rows; else a sample of them.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.audit.export import EVENTS_OF, export
from services.bootstrap import System
from tests.attacks.tampering import ROWS, SLUG, administrator, flip, flips, pristine, sealed_system
from tests.services.audit.kits import verify
from tests.support.postgres import Cluster

EVERY = 1 if os.environ.get("PAKT_QUALIFY_FLIPS") == "all" else 211


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    async with sealed_system(embedded_cluster, tmp_path / "data") as system:
        yield system


async def tenant(system: System) -> int:
    return (await system.handler.authority.tenant(SLUG)).tenant_id


def pinned(system: System) -> tuple[object, ...]:
    return ("--vkey", *system.signing.verifiers(f"{system.settings.log_name}/{SLUG}/1"))


async def test_every_byte_of_every_column(system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant_id = await tenant(system)
    kit = await pristine(system, tmp_path)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # of tens of thousands of kits none outlives the test
    missed, tried = [], 0
    async with administrator(system) as admin:
        types = {row[0]: row[1] for row in await admin.fetch("SELECT type_id, name FROM es.event_type")}
        for position, column, byte in (await flips(admin, tenant_id))[::EVERY]:
            turned = flip(column, byte)
            if (column, byte) == ("position", 0):  # to a number that is free, or the database says no itself
                turned = str(ROWS + 1 + position % 50)
            await admin.execute("BEGIN")
            await admin.execute(
                f"UPDATE es.event SET {column} = {turned} WHERE tenant_id = $1 AND position = $2", tenant_id, position
            )
            await admin.execute(f"SET LOCAL ROLE pakt_auditor; SET LOCAL pakt.tenants = '{tenant_id}'")
            rows = await admin.fetch(EVENTS_OF, tenant_id, 0, ROWS, ROWS + 1)
            await admin.execute("ROLLBACK")
            code, said = verify(kit.of(rows, types), *pinned(system))
            tried += 1
            if (code, said.get("position")) != (1, position):
                missed.append((position, column, byte, code, said))

    print(
        f"tamper: {tried - len(missed)} of {tried} flipped bytes of {ROWS} rows found in an export, each with its position"
    )
    assert missed == []
    assert tried > 100


LEAF = "UPDATE es.tile SET hashes = overlay(hashes placing sha256('x') from 3169) WHERE tenant_id = $1 AND level = 0"
ROOT = "UPDATE es.tree_head SET note = replace(note, split_part(note, E'\\n', 3), encode(sha256('x'), 'base64'))"
ASIDE = "UPDATE es.event SET position = -position WHERE tenant_id = $1 AND position > 100"
UP = "UPDATE es.event SET position = 1 - position WHERE tenant_id = $1 AND position < 0"
DOWN = "UPDATE es.event SET position = -position - 1 WHERE tenant_id = $1 AND position < 0"
COPY = """INSERT INTO es.event SELECT 101, {recorded_at}, occurred_at, tenant_id, epoch, {version}, type_id, {stream_id}, command_id,
    subject_id, meta, data, pii FROM es.event WHERE tenant_id = $1 AND position = 100"""
PUT_IN = COPY.format(recorded_at="recorded_at + interval '1 microsecond'", version=1, stream_id="gen_random_uuid()")
DOUBLED = COPY.format(recorded_at="recorded_at", version="version", stream_id="stream_id")
OF_THE_TENANT = "WHERE tenant_id = $1 AND position"

EDITS: dict[str, tuple[tuple[str, ...], int | str]] = {
    "a row deleted": ((f"DELETE FROM es.event {OF_THE_TENANT} = 100",), 100),
    "the first row deleted": ((f"DELETE FROM es.event {OF_THE_TENANT} = 1",), 1),
    "the tail cut": ((f"DELETE FROM es.event {OF_THE_TENANT} > 190",), 191),
    "everything deleted": (("DELETE FROM es.event WHERE tenant_id = $1",), 1),
    "rows swapped": (
        (
            f"UPDATE es.event SET position = -position {OF_THE_TENANT} IN (100, 101)",
            f"UPDATE es.event SET position = 201 + position {OF_THE_TENANT} < 0",
        ),
        100,
    ),
    "a gap closed": ((f"DELETE FROM es.event {OF_THE_TENANT} = 100", ASIDE, DOWN), 100),
    "a row put in": ((ASIDE, UP, PUT_IN), 101),
    "a row doubled": ((ASIDE, UP, DOUBLED), 101),
    "payload and leaf both rewritten": ((f"UPDATE es.event SET data = '{{}}' {OF_THE_TENANT} = 100", LEAF), 100),
    "only a leaf rewritten": ((LEAF,), 100),
    "tiles deleted": (("DELETE FROM es.tile WHERE tenant_id = $1",), "tiles/0/000000"),
    "the root of the newest head": ((f"{ROOT} WHERE tenant_id = $1 AND size = 200",), "checkpoints.ndjson, size 200"),
    "the root of an older head": ((f"{ROOT} WHERE tenant_id = $1 AND size = 60",), "checkpoints.ndjson, size 60"),
    "the name of a head": (
        ("UPDATE es.tree_head SET note = replace(note, E'/1\\n', E'/7\\n') WHERE tenant_id = $1 AND size = 60",),
        "checkpoints.ndjson, size 60",
    ),
}


@pytest.mark.parametrize("name", EDITS)
async def test_whole_rows(system: System, tmp_path: Path, name: str) -> None:
    edits, place = EDITS[name]
    tenant_id = await tenant(system)
    async with administrator(system) as admin:
        for edit in edits:
            await admin.execute(edit.replace("$1", str(tenant_id)))

    await export(system, SLUG, tmp_path / "kit.zip")
    code, said = verify(tmp_path / "kit.zip", *pinned(system))

    assert code == 1
    assert place in {said.get("position"), said.get("file")}, said


async def test_an_old_backup_is_found_by_a_checkpoint_from_before(system: System, tmp_path: Path) -> None:
    """Everything of the database is as it was at position 120, rightly signed at that time."""
    tenant_id, before = await tenant(system), tmp_path / "kept.txt"
    head = await system.audited_trees.newest((await system.audited_trees.trees(tenant_id))[0].tree)
    before.write_text(head.note, "utf-8")
    async with administrator(system) as admin:
        await admin.execute(f"DELETE FROM es.event WHERE tenant_id = {tenant_id} AND position > 120")
        await admin.execute(f"DELETE FROM es.tree_head WHERE tenant_id = {tenant_id} AND size > 120")
        await admin.execute(
            f"UPDATE es.tile SET hashes = substring(hashes FROM 1 FOR 120 * 32) WHERE tenant_id = {tenant_id}"
        )
        await admin.execute(f"UPDATE es.tree SET size = 120 WHERE tenant_id = {tenant_id}")
    await export(system, SLUG, tmp_path / "kit.zip")

    assert verify(tmp_path / "kit.zip", *pinned(system))[0] == 0  # nothing inside it tells
    code, said = verify(tmp_path / "kit.zip", *pinned(system), "--previous", before)

    assert (code, said["file"]) == (1, str(before))
