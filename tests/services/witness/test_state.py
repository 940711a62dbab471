"""What a witness is told and finds: its configuration, whose keys it knows, its folder, its command."""

import json
from pathlib import Path

import pytest

from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import EMPTY_ROOT
from infra.tlog.note import COSIGNATURE, NoteRefused, Signer, Verifier, sign_note
from infra.tlog.witnessing import AddCheckpoint, cosignatures, origin_hash
from services.cli.__main__ import run
from services.witness.configuration import ConfigurationError, configure
from services.witness.known_logs import KnownLogs
from services.witness.ledger import Held, StateRefused
from services.witness.state import opened
from tests.services.witness.logs import KEY, ORIGIN, PREFIX, Log

NAME = "witness.example/w1"
LOG = Log(30)


def cosign(folder: Path, size: int = 10, origin: str = ORIGIN) -> None:
    """A checkpoint in the ledger."""
    with opened(folder, NAME) as state:
        text = Checkpoint(origin, size, LOG.checkpoint(size).root).text
        note = sign_note(text, LOG.signer).adding([state.signer.sign(text, 1_700_000_000)])
        state.ledger.write(Held(Checkpoint.parse(text), 1_700_000_000, note))


def test_the_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    with opened(tmp_path, NAME) as state:
        first = state.signer.verifier
    with opened(tmp_path, "") as state:
        assert state.signer.verifier == first
    assert (first.name, first.kind) == (NAME, COSIGNATURE)
    assert Verifier.parse((tmp_path / "cosigner").read_text()) == first
    assert (tmp_path / "keys" / "signing.1.pem").stat().st_mode & 0o777 == 0o600
    assert tmp_path.joinpath("checkpoints").stat().st_mode & 0o077 == 0


def test_a_first_start_needs_a_name(tmp_path: Path) -> None:
    with pytest.raises(StateRefused, match="--name"), opened(tmp_path, ""):
        pass


def test_another_name_needs_another_folder(tmp_path: Path) -> None:
    cosign(tmp_path)
    with pytest.raises(StateRefused, match="another folder"), opened(tmp_path, "witness.example/w2"):
        pass


def test_a_key_that_is_lost_changed_or_open_to_others_is_not_made_again(tmp_path: Path) -> None:
    cosign(tmp_path)
    key = tmp_path / "keys" / "signing.1.pem"
    key.chmod(0o644)
    with pytest.raises(StateRefused, match="chmod 600"), opened(tmp_path, NAME):
        pass
    key.unlink()
    with pytest.raises(StateRefused, match=r"signing\.1\.pem cannot be read"), opened(tmp_path, NAME):
        pass
    (tmp_path / "cosigner").unlink()
    with pytest.raises(StateRefused, match="holds checkpoints and no key"), opened(tmp_path, NAME):
        pass


def test_a_start_that_was_killed_between_key_and_name_goes_on_with_the_key(tmp_path: Path) -> None:
    with opened(tmp_path, NAME) as state:
        first = state.signer.verifier
    (tmp_path / "cosigner").unlink()
    with opened(tmp_path, NAME) as state:
        assert state.signer.verifier == first


@pytest.mark.parametrize("damage", ["", "text\n", "half"])
def test_a_damaged_checkpoint_is_not_gone_on_from(tmp_path: Path, damage: str) -> None:
    cosign(tmp_path)
    path = tmp_path / "checkpoints" / origin_hash(ORIGIN)
    path.write_text(path.read_text()[:90] if damage == "half" else damage)
    with pytest.raises(StateRefused, match="damaged"), opened(tmp_path, NAME):
        pass


def test_every_changed_letter_of_a_checkpoint_is_noticed(tmp_path: Path) -> None:
    """Of the text and the cosignature; the log's own signature was checked when it came."""
    cosign(tmp_path)
    path = tmp_path / "checkpoints" / origin_hash(ORIGIN)
    whole = path.read_bytes()
    text, cosigned = len(LOG.checkpoint(10).text.encode()), whole.index(b"\xe2\x80\x94 witness")
    for at in (*range(text), *range(cosigned, len(whole) - 3)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(StateRefused), opened(tmp_path, NAME):
            pass


def test_a_checkpoint_of_another_log_or_witness_is_not_taken_for_ours(tmp_path: Path) -> None:
    cosign(tmp_path)
    path = tmp_path / "checkpoints" / origin_hash(ORIGIN)
    whole = path.read_text()
    path.rename(path.with_name(origin_hash("pakt.example/prizren/1")))
    with pytest.raises(StateRefused, match="was not written by"), opened(tmp_path, NAME):
        pass
    path.with_name(origin_hash("pakt.example/prizren/1")).unlink()
    path.write_text(whole[: whole.index("\u2014 witness")])
    with pytest.raises(StateRefused, match="was not written by"), opened(tmp_path, NAME):
        pass


def test_a_prefix_key_is_for_what_is_below_it() -> None:
    own = Signer("other.example/log", KEY).verifier
    known = KnownLogs([own], [PREFIX])

    assert known.of("other.example/log") == (own,)
    assert known.of(ORIGIN) == (Signer(ORIGIN, KEY).verifier,)
    assert known.of("pakt.example/heads/2") == (Signer("pakt.example/heads/2", KEY).verifier,)
    for stranger in ("pakt.example", "pakt.examples/mj/1", "other.example/log/1", "", "x/pakt.example/mj/1"):
        assert known.of(stranger) == ()


def test_a_file_and_options_are_joined(tmp_path: Path) -> None:
    file = tmp_path / "witness.toml"
    file.write_text(f'state = "from-file"\nname = "{NAME}"\nport = 9000\nlogs = ["a"]\nprefixes = ["b"]\n')
    told = configure(file, state="from-option", port=8100, name=None, logs=("c",))

    assert (told.state, told.name, told.host, told.port) == ("from-option", NAME, "127.0.0.1", 8100)
    assert (told.logs, told.prefixes) == (("a", "c"), ("b",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("logs = 3", "logs"),
        ("state =", "Invalid"),
        ('color = "red"', "color"),
        ("", "--state"),
        ('state = "x"', "VKEY"),
    ],
)
def test_a_configuration_that_cannot_be_meant(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "witness.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        configure(tmp_path / "witness.toml")


def test_calls_that_cannot_be_taken_end_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = ("--state", str(tmp_path / "state"))
    for call in (
        ("witness",),
        ("witness", *state),
        ("witness", *state, "--log", "nothing"),
        ("witness", *state, "--prefix", str(PREFIX)),
        ("witness", "--config", str(tmp_path / "none.toml")),
        ("witness", "evidence"),
        ("witness", "evidence", "--state", str(tmp_path / "none")),
    ):
        assert run(call) == 2
        assert capsys.readouterr().err.startswith("pakt: ")


def test_evidence_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Log(30, fork=3)
    assert run(("witness", "evidence", "--state", str(tmp_path), "--json")) == 0
    assert json.loads(capsys.readouterr().out) == []
    with opened(tmp_path, NAME) as state:
        state.evidence.keep(LOG.note(10), AddCheckpoint(10, (), other.note(10)))
        kept = state.evidence.keep(LOG.note(10), AddCheckpoint(10, (), other.note(12)))
    assert run(("witness", "evidence", "--state", str(tmp_path), "--json")) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(one["origin"], one["cosigned_size"], one["shown_size"], one["two_roots"]) for one in found] == [
        (ORIGIN, 10, 10, True),
        (ORIGIN, 10, 12, False),
    ]
    assert run(("witness", "evidence", "--state", str(tmp_path))) == 1
    assert "two roots" in capsys.readouterr().out
    assert kept is not None
    (kept / "shown.note").write_text("changed")
    assert run(("witness", "evidence", "--state", str(tmp_path))) == 2


def test_answers_of_witnesses_are_read_by_known_keys_only() -> None:
    text = Checkpoint(ORIGIN, 0, EMPTY_ROOT).text
    known, stranger = (Signer(name, KEY, COSIGNATURE) for name in (NAME, "stranger.example"))
    answer = f"{stranger.sign(text, 5)}{known.sign(text, 7)}"

    assert cosignatures(answer, text, [known.verifier]) == {known.sign(text, 7): 7}
    assert cosignatures(answer, text, []) == {}
    with pytest.raises(NoteRefused):
        cosignatures(answer, text + "more\n", [known.verifier])
    with pytest.raises(NoteRefused):
        cosignatures("", text, [known.verifier])
