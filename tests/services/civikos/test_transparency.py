"""Trees and notes of the client beside those that the installation makes: two programs of the same specifications."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from infra.tlog.checkpoint import Checkpoint as Made
from infra.tlog.note import Signer, Verifier, sign_note
from infra.tlog.tiles import root_of
from infra.tlog.witnessing import cosignatures
from services.civikos.client.errors import NotProved
from services.civikos.client.notes import Checkpoint, Cosigner
from services.civikos.client.tree import Peaks

LEAVES = [hashlib.sha256(str(n).encode()).digest() for n in range(600)]
KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
ORIGIN = "pakt.example/mj/1"
NOTE = sign_note(Made(ORIGIN, 7, LEAVES[0]).text, Signer(ORIGIN, KEY), Signer("other.example/x", KEY))


@given(size=st.integers(0, 600), first=st.integers(0, 600))
def test_a_tree_that_is_grown_in_steps_has_the_root_of_the_whole(size: int, first: int) -> None:
    first = min(size, first)
    grown = Peaks().extended(LEAVES[:first]).extended(LEAVES[first:size])

    assert (grown.size, grown.root) == (size, root_of(LEAVES[:size]))
    assert len(grown.hashes) == size.bit_count()


def test_a_checkpoint_is_read_and_its_signature_checked() -> None:
    read = Checkpoint.parse(str(NOTE))

    assert (read.origin, read.size, read.root, read.text) == (ORIGIN, 7, LEAVES[0], NOTE.text)
    assert read.signed_by(PUBLIC)
    assert not read.signed_by(Ed25519PrivateKey.generate().public_key().public_bytes_raw())


def test_what_was_signed_under_another_name_or_changed_is_not_believed() -> None:
    strange = sign_note(NOTE.text, Signer("other.example/x", KEY))
    changed = str(NOTE).replace("\n7\n", "\n8\n")
    for note in (str(strange), changed):
        assert not Checkpoint.parse(note).signed_by(PUBLIC)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "a\n1\nAAAA\n\n",
        NOTE.text,
        str(NOTE).rstrip("\n"),
        str(NOTE).replace("\n7\n", "\n-7\n"),
        str(NOTE).replace("\u2014", "-"),
        str(NOTE).replace("\u2014 pakt", "\u2014  pakt"),
    ],
)
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(NotProved):
        Checkpoint.parse(note)


def test_a_cosignature_holds_for_others() -> None:
    witness = Cosigner("civikos.example/w1", Ed25519PrivateKey.generate())
    line = witness.cosign(Checkpoint.parse(str(NOTE)), 1_800_000_000)

    found = cosignatures(line, NOTE.text, [Verifier.parse(witness.vkey)])
    assert list(found.values()) == [1_800_000_000]
