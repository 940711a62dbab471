"""A backup from before an erasure knows nothing of it; the register does, before anything is served."""

import json
import shutil
import time
from pathlib import Path

import httpx
import pytest

from infra.keys.signing import FileSigningKeys
from infra.tlog.note import Note
from tests.support.running import Up, pakt
from tests.support.subjects import about, erase, person, register_member

pytestmark = pytest.mark.slow
TENANT, ERASED, KEPT = "mj", 1, 2


def until_published(data: Path, position: int) -> None:
    """Wait until a checkpoint over the position stands outside the database."""
    folder, until = data / "heads" / "pakt.localhost" / TENANT / "1", time.monotonic() + 30
    while max((int("".join(p.parts[-6:])) for p in folder.rglob("*") if p.is_file()), default=0) < position:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_an_old_database_takes_over_the_erasures_before_it_serves(seeded_data: Path, tmp_path: Path) -> None:
    data, backup = seeded_data, tmp_path / "backup"
    first = Up(data)
    for number in (ERASED, KEPT):
        register_member(first.client(TENANT, "administrator"), number)
    assert first.stop() == 0
    shutil.copytree(data / "postgresql", backup)

    second = Up(data)
    client = second.client(TENANT, "administrator")
    answer = erase(client, ERASED)
    assert answer.status_code == 201, answer.text
    before = about(client, data, ERASED, "erasures")
    until_published(data, answer.json()["last_position"])
    assert second.stop() == 0
    shutil.rmtree(data / "postgresql")
    shutil.copytree(backup, data / "postgresql")

    refused = pakt("up", "--port", "0", data=data)
    assert (refused.returncode, "pakt epoch begin" in refused.stderr) == (3, True), refused.stderr
    begun = pakt("epoch", "begin", "--reason", "restored from the backup", data=data)
    assert begun.returncode == 0, begun.stderr
    third = Up(data)
    try:
        client = third.client(TENANT, "administrator")
        seen = about(client, data, ERASED)  # the first request of all
        kept = about(client, data, KEPT)
        after = about(client, data, ERASED, "erasures")
        repeated = erase(client, ERASED)
        listed = third.pakt("audit", "erasures", "--tenant", TENANT, "--json")
    finally:
        assert third.stop() == 0

    assert (seen["state"], [one["value"] for one in seen["values"]]) == ("erased", [None, None])
    assert (kept["state"], kept["values"][0]["value"]) == ("held", f"Emri {KEPT} Mbiemri")
    assert after["restored"] is True
    assert {name: after[name] for name in ("ground", "legal_basis", "erased_at", "values", "files")} == {
        name: before[name] for name in ("ground", "legal_basis", "erased_at", "values", "files")
    }
    verifiers = FileSigningKeys.open(data / "keys").verifiers("pakt.localhost/erasures")
    assert Note.parse(after["certificate"]).signed_by(verifiers)
    assert "again after a restore" in after["certificate"]
    assert repeated.status_code == 409
    assert listed.returncode == 0, listed.stderr
    assert [one["subject_id"] for one in json.loads(listed.stdout)] == [str(person(ERASED))]


def test_a_register_that_cannot_be_read_lets_nothing_start(tmp_path: Path) -> None:
    register = tmp_path / "erasures" / "3"
    register.mkdir(parents=True)
    (register / "nobody.json").write_text("{}")

    refused = pakt("up", "--port", "0", data=tmp_path)

    assert (refused.returncode, "3/nobody.json, which is no entry" in refused.stderr) == (3, True), refused.stderr


def test_what_was_erased_stays_erased_for_an_empty_database(seeded_data: Path) -> None:
    """The register speaks before the first event of a new installation; the person is erased from its beginning."""
    data = seeded_data
    first = Up(data)
    client = first.client(TENANT, "administrator")
    register_member(client, ERASED)
    assert erase(client, ERASED).status_code == 201
    assert first.stop() == 0
    shutil.rmtree(data / "postgresql")
    lost = pakt("up", "--port", "0", data=data)
    assert (lost.returncode, "pakt.localhost/opm/1 is sealed up to 0" in lost.stderr) == (3, True), lost.stderr
    shutil.rmtree(data / "heads")  # nobody goes on with the old logs: a new installation, with the old register

    second = Up(data)
    try:
        refused = second.client(TENANT, "administrator").post(
            "/members",
            json={"person_id": str(person(ERASED)), "full_name": "Emri", "email": "e@example.org"},
            headers={"Idempotency-Key": "again"},
        )
    finally:
        second.stop()

    assert isinstance(refused, httpx.Response)
    assert (refused.status_code, refused.json()["rule"]) == (422, "erasure.final"), refused.text
