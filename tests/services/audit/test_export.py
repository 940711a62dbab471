"""`pakt audit export`: what is in a kit, and that the verifier, which knows nothing of Pakt, agrees with it."""

import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from domain.consultations import commands as c
from domain.kernel.errors import StreamNotFound
from infra.database.interface import Role
from infra.tlog.note import Note
from infra.trees.interface import Head
from infra.trees.origins import copy_name
from services.audit.export import ExportRefused, export
from services.bootstrap import System
from services.epochs import Epochs
from services.sealer.run import make_sealer
from tests.services.audit.kits import run_apart, verify
from tests.support.consultation import contributed, opened
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system, send

MINISTRY = "mj"


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    """An institution with a consultation, sealed in several steps."""
    async with seeded_system(embedded_cluster, tmp_path / "data") as system:
        consultation_id = await opened(system, MINISTRY)
        for n in range(5):
            await contributed(system, MINISTRY, consultation_id, key=n)
        await seal(system, MINISTRY, 7)
        await project(system, MINISTRY)
        yield system


async def seal(system: System, slug: str, each: int = 1_000) -> Head:
    """Seal a tenant's log, `each` events under a head; and enter the heads in the national log."""
    sealer, head = make_sealer(system), None
    tenant_id = (await system.handler.authority.tenant(slug)).tenant_id
    while sealed := await sealer.sealing.seal(tenant_id, each):
        head = sealed
    assert head is not None
    await sealer.publisher.publish(head.tree, head.size)
    await sealer.national.enter({head.tree: head.size})
    return head


def pinned(system: System, slug: str = MINISTRY) -> tuple[object, ...]:
    return ("--vkey", *system.signing.verifiers(f"{system.settings.log_name}/{slug}/1"))


def content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name) for name in zipped.namelist()}


async def test_a_kit_is_verified_without_pakt(system: System, tmp_path: Path) -> None:
    done = await export(system, MINISTRY, tmp_path / "kit.zip")

    code, said = run_apart(tmp_path / "kit.zip", *pinned(system))

    assert code == 0, said
    assert done.header.differing == ()
    assert (said["from"], said["to"], said["national"]) == (1, done.events, said["checkpoints"] - 1)
    assert said["checkpoints"] == -(-done.events // 7) + 1
    assert said["deadlines"] > 0
    assert run_apart(tmp_path / "kit.zip", "--hash-only", *pinned(system))[0] == 0


async def test_a_kit_has_everything_that_its_words_name(system: System, tmp_path: Path) -> None:
    await export(system, MINISTRY, tmp_path / "kit.zip")
    held = content(tmp_path / "kit.zip")

    assert "MANIFEST" in held and "LEAF.md" in held
    assert "rules/xk-2026.1.json" in held and "read_models/consultation_register.ndjson" in held
    assert held["read_models/consultation_register.ndjson"].count(b"\n") == 1
    assert "consultations.ConsultationOpened.v1" in msgspec.json.decode(held["schemas.json"])
    assert held["checkpoint"].decode() in "".join(
        msgspec.json.decode(line)["note"] for line in held["checkpoints.ndjson"].splitlines()
    )
    assert Note.parse(held["national.proof"].decode().partition("\n\n")[2]).text.startswith("pakt.localhost/heads/1\n")
    assert (await verifier_inside(held, tmp_path)) == 0


async def verifier_inside(held: dict[str, bytes], folder: Path) -> int:
    """The verifier that travels in the kit, run on it."""
    import subprocess
    import sys

    program = folder / "inside.py"
    program.write_bytes(held["verifier/verify.py"])
    return subprocess.run(
        [sys.executable, "-I", program, folder / "kit.zip"], check=False, capture_output=True
    ).returncode


async def test_every_read_model_is_dumped_as_it_stands(system: System, tmp_path: Path) -> None:
    done = await export(system, MINISTRY, tmp_path / "kit.zip")
    held = content(tmp_path / "kit.zip")

    trail = [msgspec.json.decode(line) for line in held["read_models/audit_trail.ndjson"].splitlines()]
    assert [row["position"] for row in trail] == list(range(1, done.events + 1))
    assert set(done.header.read_models.values()) == {done.events}


@pytest.mark.parametrize(("first", "last"), [(1, 5), (4, 11), (14, 14), (9, None)])
async def test_a_part_is_verified_against_the_tree_it_is_of(
    system: System, tmp_path: Path, first: int, last: int | None
) -> None:
    done = await export(system, MINISTRY, tmp_path / "kit.zip", first=first, last=last)

    code, said = verify(tmp_path / "kit.zip", *pinned(system))

    assert code == 0, said
    assert (done.header.first, done.header.last) == (first, last or done.header.size)
    assert content(tmp_path / "kit.zip")["events/000000.ndjson"].count(b"\n") == done.events


async def test_the_same_log_gives_the_same_bytes(system: System, tmp_path: Path) -> None:
    await export(system, MINISTRY, tmp_path / "one.zip")
    await export(system, MINISTRY, tmp_path / "two.zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "one.zip", "two.zip"]


async def tampered(system: System, *statements: str) -> None:
    """By a superuser, triggers off; $1 is the ministry."""
    tenant_id = (await system.handler.authority.tenant(MINISTRY)).tenant_id
    admin = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
    for table in ("event", "event_tag", "command", "tree", "tile", "tree_head"):
        await admin.execute(f"ALTER TABLE es.{table} DISABLE TRIGGER ALL")
    for statement in statements:
        await admin.execute(statement.replace("$1", str(tenant_id)))
    await admin.close()


OF_AN_EVENT = {"event_tag": "position", "command": "first_position"}
NOTE = "replace(note, split_part(note, E'\\n', 3), encode(sha256('x'), 'base64'))"
HIDDEN: dict[str, tuple[tuple[str, ...], str, dict[str, Any]]] = {
    "a head": (
        ("DELETE FROM es.tree_head WHERE tenant_id = $1 AND size = 14",),
        "no head of 14 entries of pakt.localhost/mj/1 in the database",
        {"file": "MANIFEST", "field": "differing"},
    ),
    "what a head covers": (
        (f"UPDATE es.tree_head SET note = {NOTE} WHERE tenant_id = $1 AND size = 14",),
        "another head of 14 entries of pakt.localhost/mj/1 in the database",
        {"file": "checkpoints.ndjson, size 14"},
    ),
    "the end of the log with its heads": (
        (
            "DELETE FROM es.event WHERE tenant_id = $1 AND position > 14",
            "DELETE FROM es.tree_head WHERE tenant_id = $1 AND size > 14",
            "UPDATE es.tile SET hashes = substring(hashes FROM 1 FOR 14 * 32) WHERE tenant_id = $1",
            "UPDATE es.tree SET size = 14, published = 14 WHERE tenant_id = $1",
        ),
        "no head of 21 entries of pakt.localhost/mj/1 in the database",
        {"file": "checkpoints.ndjson, size 21"},
    ),
}


@pytest.mark.parametrize("what", HIDDEN)
async def test_a_kit_is_never_poorer_than_what_was_published(system: System, tmp_path: Path, what: str) -> None:
    statements, differing, wrong = HIDDEN[what]
    await tampered(system, *statements)

    done = await export(system, MINISTRY, tmp_path / "kit.zip")
    code, said = verify(tmp_path / "kit.zip", *pinned(system))

    assert differing in done.header.differing
    assert (code, {name: said.get(name) for name in wrong}) == (1, wrong), said


async def test_a_part_names_only_what_it_would_have_held(system: System, tmp_path: Path) -> None:
    await tampered(system, "DELETE FROM es.tree_head WHERE tenant_id = $1 AND size = 14")

    assert (await export(system, MINISTRY, tmp_path / "kit.zip", first=15)).header.differing == ()
    assert (await export(system, MINISTRY, tmp_path / "part.zip", first=8, last=13)).header.differing == ()
    assert len((await export(system, MINISTRY, tmp_path / "with.zip", first=14, last=14)).header.differing) == 1


async def test_a_copy_that_is_gone_or_no_note_is_named(system: System, tmp_path: Path) -> None:
    folder = system.settings.data / "heads"
    (folder / copy_name("pakt.localhost/mj/1", 7)).unlink()
    (folder / copy_name("pakt.localhost/mj/1", 14)).write_text("another history")

    done = await export(system, MINISTRY, tmp_path / "kit.zip")

    assert done.header.differing == (
        "another head of 14 entries of pakt.localhost/mj/1 in the database",
        "no head of 7 entries of pakt.localhost/mj/1 among the copies",
    )
    assert verify(tmp_path / "kit.zip", *pinned(system))[1]["field"] == "differing"


async def test_without_any_head_in_the_database_the_published_one_is_named(system: System, tmp_path: Path) -> None:
    await tampered(system, "DELETE FROM es.tree_head WHERE tenant_id = $1", "DELETE FROM es.tree WHERE tenant_id = $1")

    with pytest.raises(ExportRefused, match=r"a head of \d+ entries of mj was published, the database has none"):
        await export(system, MINISTRY, tmp_path / "kit.zip")


async def test_a_log_that_was_restored_is_verified_with_the_heads_that_were_lost(
    system: System, tmp_path: Path
) -> None:
    """The seals of its end are gone: a new epoch says how far the log had been seen, the kit shows that it is so."""
    before = await export(system, MINISTRY, tmp_path / "before.zip")
    rows = (f"DELETE FROM es.{one} WHERE tenant_id = $1 AND {at} > 14" for one, at in OF_AN_EVENT.items())
    await tampered(system, *HIDDEN["the end of the log with its heads"][0], *rows)
    [begun] = await Epochs(system).begin("restored from the backup of 3 May")
    await opened(system, MINISTRY, key="later")
    await seal(system, MINISTRY)

    done = await export(system, MINISTRY, tmp_path / "kit.zip")
    code, said = verify(tmp_path / "kit.zip", *pinned(system))

    assert (code, done.header.differing) == (0, ()), said
    assert (begun.old_size, said["superseded"]) == (before.events, -(-before.events // 7) - 2)


class Killed(Exception):
    pass


async def test_a_killed_export_goes_on_and_ends_with_the_same_bytes(
    system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.audit.export.PAGE", 4)

    def killed(_done: int, _all: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        await export(system, MINISTRY, tmp_path / "kit.zip", progress=killed)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "kit.zip.part" / "files").iterdir()}
    more = await opened(system, MINISTRY, key="later")
    await contributed(system, MINISTRY, more)
    await seal(system, MINISTRY)

    done = await export(system, MINISTRY, tmp_path / "kit.zip")

    assert "checkpoints.ndjson" in before and done.header.differing == ()
    assert verify(tmp_path / "kit.zip", *pinned(system))[0] == 0
    await export(system, MINISTRY, tmp_path / "whole.zip", last=done.header.last)
    killed_one, whole = content(tmp_path / "kit.zip"), content(tmp_path / "whole.zip")
    assert killed_one["events/000000.ndjson"] == whole["events/000000.ndjson"]
    assert done.header.size < (await export(system, MINISTRY, tmp_path / "newer.zip")).header.size


async def test_an_export_of_something_else_is_not_gone_on_with(system: System, tmp_path: Path) -> None:
    def killed(_done: int, _all: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        await export(system, MINISTRY, tmp_path / "kit.zip", progress=killed)

    with pytest.raises(ExportRefused, match="another export was begun"):
        await export(system, MINISTRY, tmp_path / "kit.zip", first=3)


async def test_what_is_not_there_is_refused(system: System, tmp_path: Path) -> None:
    with pytest.raises(StreamNotFound):
        await export(system, "nowhere", tmp_path / "kit.zip")
    with pytest.raises(ExportRefused, match="nothing of prizren is sealed"):
        await export(system, "prizren", tmp_path / "kit.zip")
    with pytest.raises(ExportRefused, match="not sealed yet"):
        await export(system, MINISTRY, tmp_path / "kit.zip", last=10_000)
    with pytest.raises(ExportRefused, match="no positions from 9 to 5"):
        await export(system, MINISTRY, tmp_path / "kit.zip", first=9, last=5)
    with pytest.raises(ExportRefused, match=f"there is no folder {tmp_path / 'away'}$"):
        await export(system, MINISTRY, tmp_path / "away" / "kit.zip")
    with pytest.raises(ExportRefused, match="is a folder: name the file"):
        await export(system, MINISTRY, tmp_path)
    assert [one.name for one in tmp_path.iterdir() if one.name != "data"] == ["kit.zip.part"]


async def test_a_kit_holds_personal_data_only_as_it_is_sealed(system: System, tmp_path: Path) -> None:
    consultation_id = await opened(system, MINISTRY, key="personal")
    who = c.Contributor(
        name="Shpresa Hoxhaj", email="shpresa@example.org", phone="+383 44 555 0199", address="Rr. Agimi 77"
    )
    submit = c.SubmitContribution(consultation_id=consultation_id, language="sq", body="Mendimi im", contributor=who)
    await send(system, MINISTRY, "auditor", submit)
    await seal(system, MINISTRY)
    await project(system, MINISTRY)

    await export(system, MINISTRY, tmp_path / "kit.zip")

    held = b"".join(content(tmp_path / "kit.zip").values())
    assert b'"pii":"' in held
    assert [text for text in (who.name, who.email, who.phone, who.address) if str(text).encode() in held] == []
