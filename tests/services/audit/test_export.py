"""`pakt audit export`: what is in a kit, and that the verifier, which knows nothing of Pakt, agrees with it."""

import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from domain.consultations import commands as c
from domain.kernel.errors import StreamNotFound
from infra.tlog.note import Note
from infra.trees.interface import Head
from services.audit.export import ExportRefused, export
from services.bootstrap import System
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
    assert (said["from"], said["to"]) == (1, done.events)
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

    assert "checkpoints.ndjson" in before
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
