"""`pakt keys`: every change is an event, and what was signed before stays valid."""

import json
import shutil
from pathlib import Path

import httpx
import pytest

from infra.keys.signing import make_signing_key
from infra.tlog.note import Verifier
from tests.support.running import Up, called, pakt

pytestmark = pytest.mark.slow


def listed(data: Path) -> list[dict[str, object]]:
    done = called("keys", "list", "--json", data=data)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def vkey_of(public_key: str) -> str:
    return str(Verifier("pakt.localhost", bytes.fromhex(public_key)))


def test_a_key_from_its_making_to_its_retirement(seeded_data: Path) -> None:
    data = seeded_data
    made = called("keys", "make", data=data)
    first = made.stdout.strip()
    assert called("keys", "make", data=data).stdout.strip() == first
    assert listed(data) == [{"public_key": first, "state": "current", "held": True, "vkey": vkey_of(first)}]
    unsaid = called("keys", "rotate", "--reason", " ", data=data)
    assert (unsaid.returncode, "says nothing" in unsaid.stderr) == (2, True)

    assert called("keys", "retire", first, "--reason", "x", data=data).returncode == 2
    second = called("keys", "rotate", "--reason", "yearly", data=data).stdout.strip()
    assert second != first
    assert [key["state"] for key in listed(data)] == ["earlier", "current"]

    retired = called("keys", "retire", first[:12], "--reason", "lost", data=data)
    assert (retired.returncode, retired.stdout.strip()) == (0, first)
    again = called("keys", "retire", first, "--reason", "other", data=data)
    assert (again.returncode, "retired already" in again.stderr) == (2, True)
    assert called("keys", "retire", "ff", "--reason", "x", data=data).returncode == 2
    assert [key["state"] for key in listed(data)] == ["retired", "current"]


def test_keys_of_an_issuer(seeded_data: Path) -> None:
    data, ours = seeded_data, ("--tenant", "mflt")
    assert called("issuers", "list", *ours, data=data).stdout == ""
    second = called("issuers", "rotate", *ours, "--reason", "yearly", data=data).stdout.strip()
    first = called("issuers", "list", *ours, data=data).stdout.split()[0]
    assert first != second
    signing = called("issuers", "retire", second, *ours, "--reason", "x", data=data)
    assert (signing.returncode, "signed earlier" in signing.stderr) == (2, True)
    assert called("issuers", "retire", first[:12], *ours, "--reason", "lost", data=data).stdout.strip() == first
    shown = called("issuers", "list", *ours, data=data).stdout.split()
    assert shown == [first, "retired", second, "trusted"]
    assert called("issuers", "list", "--tenant", "nobody", data=data).returncode == 2


def test_a_rotation_that_was_cut_short_goes_on(seeded_data: Path) -> None:
    data = seeded_data
    first = called("keys", "make", data=data).stdout.strip()
    make_signing_key(data / "keys")  # as if the process had died between file and event
    assert (data / "keys" / "signing.2.pem").exists()

    second = called("keys", "rotate", "--reason", "go on", data=data).stdout.strip()
    assert [key["public_key"] for key in listed(data)] == [first, second]
    assert not (data / "keys" / "signing.3.pem").exists()


def test_a_start_tells_the_log_of_keys_whose_rotation_a_restored_database_lost(seeded_data: Path) -> None:
    data = seeded_data
    first = called("keys", "make", data=data).stdout.strip()
    make_signing_key(data / "keys")
    make_signing_key(data / "keys")

    running = Up(data)
    try:
        shown = httpx.get(f"{running.url}/v1/public/signing-keys").json()["keys"]
    finally:
        running.stop()

    assert shown[0]["public_key"] == first
    assert [key["state"] for key in shown] == ["earlier", "earlier", "current"]
    assert [key["held"] for key in listed(data)] == [True] * 3


def test_a_running_system_has_its_key_and_shows_it(seeded_data: Path) -> None:
    running = Up(seeded_data)
    try:
        shown = httpx.get(f"{running.url}/v1/public/signing-keys").json()
    finally:
        running.stop()

    assert shown["installation"] == "pakt.localhost"
    assert [key["state"] for key in shown["keys"]] == ["current"]
    assert listed(seeded_data)[0]["public_key"] == shown["keys"][0]["public_key"]


def test_keys_of_tokens(seeded_data: Path, tmp_path: Path) -> None:
    data = seeded_data
    assert called("keys", "tokens", "list", data=tmp_path / "nothing").returncode == 3

    def believed() -> list[tuple[str, bool]]:
        done = called("keys", "tokens", "list", "--json", data=data)
        return [(one["key_id"], one["signs"]) for one in json.loads(done.stdout)]

    [(first, _)] = believed()
    current = called("keys", "tokens", "retire", first, data=data)
    assert (current.returncode, "rotate" in current.stderr) == (2, True)
    second = called("keys", "tokens", "rotate", data=data).stdout.strip()
    assert believed() == [(first, False), (second, True)]
    assert called("keys", "tokens", "retire", first[:20], data=data).stdout.strip() == first
    assert believed() == [(second, True)]
    assert called("keys", "tokens", "retire", first, data=data).returncode == 2


def test_keys_are_made_before_there_is_a_database_and_suffice_where_nothing_can_be_written(tmp_path: Path) -> None:
    made, data = tmp_path / "made", tmp_path / "data"
    done = called("keys", "prepare", data=made)
    kept = {path.name: path.read_bytes() for path in (made / "keys").iterdir()}
    assert done.stdout.split() == [str(made / "keys" / name) for name in sorted(kept)]
    assert sorted(kept) == ["root.secret", "signing.1.pem", "tokens.jwk", "webhooks.secret"]
    assert not (made / "postgresql").exists()
    assert called("keys", "prepare", data=made).returncode == 0

    data.mkdir()
    shutil.copytree(made / "keys", data / "keys")
    assert Up(data).stop() == 0  # seals names of persons
    assert {path.name: path.read_bytes() for path in (data / "keys").iterdir()} == kept
    (data / "keys" / "root.secret").unlink()
    lost = pakt("up", data=data)
    assert (lost.returncode, "lacks the keys of" in lost.stderr) == (3, True)
