"""Keys that sign logs: made once, newest signs, all verify, closed to others."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from infra.keys.interface import KeyRefused
from infra.keys.signing import FileSigningKeys, make_signing_key
from infra.tlog.note import sign_note

NAME = "pakt.example/mj/1"


def test_the_first_opening_makes_a_key_and_the_next_finds_it(tmp_path: Path) -> None:
    first, again = FileSigningKeys.open(tmp_path), FileSigningKeys.open(tmp_path)

    assert first.verifiers(NAME) == again.verifiers(NAME)
    assert (tmp_path / "signing.1.pem").stat().st_mode & 0o777 == 0o600


def test_an_older_key_still_verifies(tmp_path: Path) -> None:
    note = sign_note("text\n", FileSigningKeys.open(tmp_path).signer(NAME))
    assert make_signing_key(tmp_path) == 2
    keys = FileSigningKeys.open(tmp_path)

    assert len(note.signed_by(keys.verifiers(NAME))) == 1
    assert keys.signer(NAME).verifier == keys.verifiers(NAME)[0] != keys.verifiers(NAME)[1]


def test_a_key_that_is_added_signs_at_once(tmp_path: Path) -> None:
    keys = FileSigningKeys.open(tmp_path)
    before = keys.signer(NAME).verifier
    make_signing_key(tmp_path)

    assert keys.signer(NAME).verifier != before
    assert keys.verifiers(NAME)[1] == before


def test_many_makers_make_many_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: make_signing_key(tmp_path), range(24)))

    assert sorted(numbers) == list(range(1, 25))
    assert len(set(FileSigningKeys.open(tmp_path).verifiers(NAME))) == 24


def test_many_first_openings_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: FileSigningKeys.open(tmp_path), range(16)))

    assert len({keys.verifiers(NAME) for keys in opened}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["signing.1.pem"]


def test_a_secret_from_outside_signs(tmp_path: Path) -> None:
    secret = tmp_path / "secret.pem"
    (tmp_path / "made").mkdir()
    make_signing_key(tmp_path / "made")
    (tmp_path / "made" / "signing.1.pem").rename(secret)
    keys = FileSigningKeys.open(tmp_path / "keys", secret)

    assert len(keys.verifiers(NAME)) == 1
    assert not list((tmp_path / "keys").iterdir())


def test_what_others_may_read_is_refused(tmp_path: Path) -> None:
    FileSigningKeys.open(tmp_path)
    os.chmod(tmp_path / "signing.1.pem", 0o644)

    with pytest.raises(KeyRefused, match="chmod 600"):
        FileSigningKeys.open(tmp_path)


@pytest.mark.parametrize("content", [b"", b"no key", "curve"])
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes | str) -> None:
    path = tmp_path / "signing.1.pem"
    if content == "curve":
        content = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(KeyRefused):
        FileSigningKeys.open(tmp_path)


def test_no_key_is_shown(tmp_path: Path) -> None:
    signer = FileSigningKeys.open(tmp_path).signer(NAME)
    assert repr(signer) == f"Signer({NAME!r})"
