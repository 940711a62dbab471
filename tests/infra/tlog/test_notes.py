"""Notes, checkpoints, cosignatures and proofs, with the specifications' own examples."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import inclusion_parts, leaf_hash, proved
from infra.tlog.note import COSIGNATURE, Note, NoteRefused, Signature, Signer, Verifier, decoded, encoded, sign_note
from infra.tlog.proof import TlogProof
from infra.tlog.tiles import GrowingTree, Tiles

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = """This is an example message.

\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
LOG = Signer("pakt.example/mj/1", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Signer(LOG.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS = Signer("witness.example/w1", Ed25519PrivateKey.from_private_bytes(b"w" * 32), COSIGNATURE)


def test_the_example_of_the_specification() -> None:
    verifier, note = Verifier.parse(VKEY), Note.parse(NOTE)

    assert str(verifier) == VKEY
    assert str(note) == NOTE
    assert note.signed_by([verifier]) == {verifier: 0}
    with pytest.raises(NoteRefused):
        Note(note.text + "x\n", note.signatures).signed_by([verifier])


@pytest.mark.parametrize("vkey", ["", "a", "a+b+c", VKEY[:-4], VKEY.replace("530d903a", "530d903b"), "a b" + VKEY])
def test_what_is_no_key(vkey: str) -> None:
    with pytest.raises(NoteRefused):
        Verifier.parse(vkey)


def test_signatures_of_strangers_are_passed_over() -> None:
    note = sign_note("text\n", LOG, OTHER)

    assert note.signed_by([LOG.verifier]) == {LOG.verifier: 0}
    assert note.signed_by([WITNESS.verifier]) == {}


def test_a_false_signature_of_a_known_key_spoils_the_note() -> None:
    good = LOG.sign("text\n")
    bad = Signature(good.name, good.key_id, bytes(64))

    with pytest.raises(NoteRefused):
        Note("text\n", (bad,)).signed_by([LOG.verifier])
    with pytest.raises(NoteRefused):
        Note("text\n", (Signature(good.name, good.key_id, b"short"),)).signed_by([LOG.verifier])


def test_a_cosignature_binds_its_time() -> None:
    text = Checkpoint(LOG.name, 3, bytes(32)).text
    note = sign_note(text, LOG).adding([WITNESS.sign(text, 1_700_000_000)])
    read = Note.parse(str(note))

    assert read.signed_by([WITNESS.verifier]) == {WITNESS.verifier: 1_700_000_000}
    signed = read.signatures[1]
    later = Signature(signed.name, signed.key_id, (1_700_000_001).to_bytes(8, "big") + signed.signed[8:])
    with pytest.raises(NoteRefused):
        Note(text, (later,)).signed_by([WITNESS.verifier])


def test_of_one_key_the_first_signature_stays() -> None:
    note = sign_note("text\n", LOG)

    assert note.adding([LOG.sign("other\n"), OTHER.sign("text\n")]).signatures == (
        LOG.sign("text\n"),
        OTHER.sign("text\n"),
    )


@pytest.mark.parametrize(
    "note", ["", "text", "text\n", "text\n\n", "te\txt\n\n\u2014 a QUFBQUE=\n", "text\n\n\u2014 a QUFBQUE=", "text\n\n- a QUFBQUE=\n",
             "text\n\n\u2014 a QUE=\n", "text\n\n\u2014 a+b QUFBQUE=\n", b"\xff\n\n\n", "x" * 70_000]
)  # fmt: skip
def test_what_is_no_note(note: str | bytes) -> None:
    with pytest.raises(NoteRefused):
        Note.parse(note)


@pytest.mark.parametrize(
    ("text", "raw"),
    [("", b""), ("Zg==", b"f"), ("Zm8=", b"fo"), ("Zm9v", b"foo"), ("Zm9vYg==", b"foob"), ("AAE=", b"\0\1")],
)  # fmt: skip
def test_the_vectors_of_rfc_4648(text: str, raw: bytes) -> None:
    assert decoded(text) == raw
    assert encoded(raw) == text


@pytest.mark.parametrize(
    "text",
    ["Zh==", "Zv==", "Zm9=", "Zm+=", "AAF=", "Zm9vYh==",  # bits behind the last byte
     "Zg=", "Zg", "Zg===", "Zg==Zg==", "Z", " Zg==", "Zg==\n", "Zm 8=", "Zm-_", "Zë=="],
)  # fmt: skip
def test_another_spelling_is_no_base64(text: str) -> None:
    with pytest.raises(NoteRefused):
        decoded(text)


@given(st.binary(max_size=80), st.integers(1, 15))
def test_of_all_spellings_of_the_same_bytes_one_is_taken(raw: bytes, bits: int) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    text = encoded(raw)
    last = len(text.rstrip("=")) - 1
    assert decoded(text) == raw
    if unused := {0: 0, 1: 4, 2: 2}[len(raw) % 3]:
        other = alphabet[alphabet.index(text[last]) | (1 + bits % ((1 << unused) - 1))]
        with pytest.raises(NoteRefused):
            decoded(text[:last] + other + text[last + 1 :])


def test_a_bent_spelling_spoils_note_checkpoint_and_proof() -> None:
    """The same bytes, the last letter with bits that say nothing: no signature would notice."""
    made, _ = proof()
    signature, root, extra = str(made.note).rstrip("\n"), made.note.text.splitlines()[2], encoded(made.extra)
    with pytest.raises(NoteRefused, match="base64"):
        Note.parse(signature[:-2] + chr(ord(signature[-2]) + 1) + "=\n")
    with pytest.raises(NoteRefused, match="base64"):
        Checkpoint.parse(made.note.text.replace(root, root[:-2] + chr(ord(root[-2]) + 1) + "="))
    with pytest.raises(NoteRefused, match="base64"):
        TlogProof.parse(str(made).replace(extra, extra[:-2] + chr(ord(extra[-2]) + 1) + "="))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50).map(lambda text: text + "\n"))
def test_every_text_survives(text: str) -> None:
    note = sign_note(text, LOG)
    assert Note.parse(str(note).encode()) == note


def test_a_checkpoint_survives() -> None:
    checkpoint = Checkpoint("pakt.example/mj/1", 20, leaf_hash(b""))
    assert Checkpoint.parse(checkpoint.text) == checkpoint
    assert Checkpoint.parse(checkpoint.text + "extension\n") == checkpoint


@pytest.mark.parametrize("text", ["", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\nAAAA\n", "a\n1\nAAAA\n", "\n1\n" + "A" * 43 + "=\n", "a\n1\n" + "A" * 43 + "=", "a\n1\n" + "A" * 43 + "=\n\n"])  # fmt: skip
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteRefused):
        Checkpoint.parse(text)


def proof(index: int = 3, size: int = 10) -> tuple[TlogProof, bytes]:
    leaves = [leaf_hash(b"%d" % n) for n in range(size)]
    tree = GrowingTree()
    tiles = Tiles(tree.extend(leaves))
    note = sign_note(Checkpoint(LOG.name, size, tree.root()).text, LOG)
    return TlogProof(index, proved(inclusion_parts(index, size), tiles), note, b"extra"), leaves[index]


def test_a_proof_survives_and_holds() -> None:
    made, leaf = proof()
    read = TlogProof.parse(str(made))

    assert read == made
    assert read.verify(leaf, [LOG.verifier]).size == 10
    with pytest.raises(NoteRefused, match="not the one at index 3"):
        read.verify(leaf_hash(b"x"), [LOG.verifier])
    with pytest.raises(NoteRefused, match="not signed"):
        read.verify(leaf, [OTHER.verifier])
    with pytest.raises(NoteRefused, match="not signed"):
        read.verify(leaf, [Verifier("another/log", LOG.verifier.public)])


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_bent_proof_never_holds(at: int, letter: int) -> None:
    made, leaf = proof()
    raw = bytearray(str(made).encode())
    at %= len(raw)
    if raw[at] == letter:
        return
    raw[at] = letter
    try:
        read = TlogProof.parse(raw.decode())
        assert (read.index, read.hashes, read.note.text) == (
            made.index,
            made.hashes,
            made.note.text,
        ) or not read.verify(leaf, [LOG.verifier])
    except (NoteRefused, UnicodeDecodeError):
        return
