"""The command: its help, its exit codes, and what it says when something is wrong."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cyclopts import App

from services.audit.recorder import Difference
from services.cli.__main__ import app, run
from services.cli.recorder import told
from tests.support.running import ROOT, pakt


def commands(group: App, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The names by which each command is called that does something by itself."""
    for name in group:
        one = group[name]
        if name.startswith("-"):
            continue
        if one.default_command is not None:
            yield (*names, name)
        yield from commands(one, (*names, name))


COMMANDS = tuple(commands(app))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_examples_in_its_help(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--help"]) == 0
    shown = capsys.readouterr().out

    assert "For example" in shown
    assert f"pakt {' '.join(command)}" in shown


def test_the_help_tells_commands_exit_codes_and_variables(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out

    for word in ("up", "migrate", "seed", "import", "rebuild", "audit", "doctor", "bench", "Exit codes", "PAKT_DATA"):
        assert word in shown


@pytest.mark.parametrize(
    "call",
    [
        ("nothing",),
        ("up", "--port", "many"),
        ("rebuild",),
        ("audit", "replay"),
        ("audit", "recorder"),
        ("audit", "export", "--tenant", "mj"),
        ("audit", "diff", "--tenant", "mj"),
        ("audit", "diff", "--tenant", "mj", "--from", "\u0663"),
        ("audit", "replay", "--tenant", "mj", "--position", "\u0661\u0662"),
        ("audit", "replay", "--tenant", "mj", "--position", "1_2"),
        ("audit", "export", "--tenant", "mj", "-o", "kit.zip", "--from", "\u0967"),
        ("audit", "export", "--tenant", "mj", "-o", "kit.zip", "--to", "+5"),
        ("up", "--port", "\u0668\u0660\u0660\u0660"),
        ("audit", "what-if"),
        ("audit", "what-if", "--rules", "nowhere.json"),
        ("audit", "what-if", "--rules", "pyproject.toml"),
        ("audit", "what-if", "--rules", "x.json", "--from", "17"),
        ("audit", "diff", "--tenant", "mj", "--from", "2026-06-01T00:00:00"),
        ("audit", "diff", "--tenant", "mj", "--from", "yesterday"),
        ("import", "consultations", "x.jsonl", "--tenant", "mj"),
        ("import", "grants", "nowhere.json", "--tenant", "mj", "--check"),
        ("export", "360giving", "--tenant", "mj"),
        ("tenant", "export", "prizren"),
        ("tenant", "import", "x.pakt", "--vkey", "nonsense"),
        ("export", "360giving", "--output", "x.json", "--format", "xml"),
        ("export", "ocds", "--output", "x.json", "--form", "bids"),
        ("import", "contributions", "x", "--tenant", "mj", "--mapping", "eu_feedback", "--consultation", "not-an-id"),
    ],
    ids=" ".join,
)
def test_a_call_that_cannot_be_taken_ends_with_2(call: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(call) == 2
    assert capsys.readouterr().err.startswith("pakt: ")


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (Difference(7, "position", "8", "8"), "position 7 is missing; after it comes 8"),
        (
            Difference(7, "position", "nothing", "7"),
            "where position 7 should be, our reading has nothing, the other one 7",
        ),
        (Difference(7, "version", "1", "2"), "position 7 differs in version: 1 / 2"),
    ],
)
def test_the_recorders_difference_is_told_by_its_position(difference: Difference, words: str) -> None:
    assert told(difference) == words


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; sys.argv = ['pakt', '--help']; from services.cli.__main__ import run; run(['--help']); import json; "
    code += "print(json.dumps([m for m in ('litestar', 'asyncpg', 'dramatiq', 'eventsourcing', 'rich.progress') if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_settings_that_cannot_be_meant_are_all_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAKT_PORT", "seventy")
    monkeypatch.setenv("PAKT_MAX_BODY_BYTES", "1")

    assert run(["migrate"]) == 2
    said = capsys.readouterr().err
    assert "PAKT_PORT" in said
    assert "PAKT_MAX_BODY_BYTES" in said


def test_a_database_that_is_not_there_ends_with_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAKT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

    assert run(["migrate"]) == 3
    assert capsys.readouterr().err.startswith("pakt: ")


def _register_to_import(folder: Path) -> tuple[str, ...]:
    """A file of organisations with a line that cannot be meant, and the order to import it."""
    register = folder / "register.csv"
    register.write_text("nr,emri,komuna\n5112345-6,Rinia,Prizren\n5112346-7,Gratë,Nowhere\n")
    columns = folder / "register.toml"
    columns.write_text(
        'source = "register"\nformat = "csv"\n[organisations]\nid = "nr"\nname = "emri"\nmunicipality = "komuna"\n'
        'ngo_number = "nr"\nlanguage = { is = "sq" }\nlegal_form = { is = "association" }\nrecorded = { is = "2016-05-04" }\n'
    )
    return ("import", "organisations", str(register), "--mapping", str(columns), "--json")


def _consultations_to_import(folder: Path, lines: Path) -> tuple[str, ...]:
    lines.write_text("id,title,day\n1,Erste,2026-01-05\n2,,2026-01-06\n")
    mapping = folder / "own.toml"
    mapping.write_text(
        'source = "own"\nformat = "csv"\n[consultations]\nid = "id"\ntitle = "title"\nplanned = "day"\n'
        'language = { is = "en" }\nact_kind = { is = "law" }\n'
    )
    return ("import", "consultations", str(lines), "--tenant", "mj", "--mapping", str(mapping), "--json")


def test_a_folder_goes_through_its_first_commands(tmp_path: Path) -> None:
    data = tmp_path / "data"
    lines = tmp_path / "own.csv"
    order = _consultations_to_import(tmp_path, lines)
    organisations = _register_to_import(tmp_path)
    told = {
        name: pakt(*call, data=data)
        for name, call in {
            "migrate": ("migrate", "--json"),
            "again": ("migrate", "--json"),
            "seed": ("seed", "--json"),
            "import": order,
            "import organisations": organisations,
            "import organisations again": organisations,
            "replay": ("audit", "replay", "--tenant", "mj", "--json"),
            "then": ("audit", "replay", "--tenant", "mj", "--as-of", "2026-01-05T12:00:00Z", "--json"),
            "rebuild": ("rebuild", "consultation_register", "--tenant", "mj", "--json"),
            "doctor": ("doctor", "--json"),
            "evaluate": ("indicators", "evaluate", "consultations_opened", "--period", "2026", "--json"),
            "verify": ("indicators", "verify", "--json"),
            "no query": ("indicators", "evaluate", "nothing", "--period", "2026"),
            "no period": ("indicators", "evaluate", "volunteers", "--period", "ongoing"),
            "no tenant": ("audit", "replay", "--tenant", "nowhere"),
            "no model": ("rebuild", "nothing"),
            "no offset": ("audit", "replay", "--tenant", "mj", "--as-of", "2026-01-05T12:00:00"),
            "no span": ("audit", "diff", "--tenant", "mj", "--from", "5", "--to", "3"),
            "no such moment": ("audit", "diff", "--tenant", "mj", "--from", "9999"),
            "no position": ("audit", "replay", "--tenant", "mj", "--position", "9999"),
            "no folder": ("audit", "export", "--tenant", "mj", "-o", str(tmp_path / "away" / "kit.zip")),
            "no mapping": (*order[:5], "--mapping", "nothing"),
            "no report": (*order, "--report", str(lines / "below-a-file")),
            "no file": ("import", "consultations", str(tmp_path / "none"), *order[3:]),
        }.items()
    }
    codes = {name: done.returncode for name, done in told.items()}
    assert codes == {name: 2 if name.startswith("no ") else int(name.startswith("import")) for name in told}, told
    says = {
        "no span": "--from 5 --to 3: it begins after position 5 and ends at position 3",
        "no such moment": "before 9999",
        "no position": "--position 9999: the log of mj ends at position ",
        "no folder": f"there is no folder {tmp_path / 'away'}",
    }
    assert {name: told[name].stderr for name, words in says.items() if words not in told[name].stderr} == {}
    answers = {name: json.loads(done.stdout) for name, done in told.items() if not name.startswith("no ")}

    assert answers["migrate"]["applied"]
    assert answers["again"]["applied"] == []
    assert (answers["import"]["imported"], answers["import"]["refused"]) == (1, 1)
    assert Path(answers["import"]["report"]) == data / "imports" / "mj" / "own.csv.report.jsonl"
    assert Path(answers["import"]["report"]).read_bytes().count(b"\n") == 1
    registers = {name: _model(answers[name]["read_models"]) for name in ("replay", "then")}
    assert (registers["replay"]["rows"], registers["replay"]["differing_rows"]) == (1, 0)
    looked_at = registers["replay"].pop("live_position")
    assert registers["then"].pop("live_position") == looked_at + 1  # the second look is an event too
    assert registers["then"] == registers["replay"]
    assert answers["rebuild"][0]["differing_rows"] == 0
    assert all(finding["ok"] for finding in answers["doctor"])
    assert (answers["evaluate"]["figure"]["value"], answers["verify"]) == ("0", [])
    assert answers["evaluate"]["positions"]["mj"] > 0


def test_what_is_in_order_is_said_in_a_sentence(seeded_data: Path, tmp_path: Path) -> None:
    data, state = seeded_data, tmp_path / "witness"
    early = pakt("keys", "make", data=tmp_path / "early")
    assert (early.returncode, "`pakt seed` first" in early.stderr) == (2, True)
    assert pakt("epoch", "check", data=data).stdout == "no log ends before what was published of it\n"
    listed = pakt("keys", "list", data=data).stdout.splitlines()
    assert listed[0] == "current, private half here"
    assert pakt("keys", "make", data=data).stdout.strip() == listed[1]
    state.mkdir()
    assert pakt("witness", "evidence", "--state", str(state)).stdout == "nothing is kept against any log\n"
    then = pakt("audit", "replay", "--tenant", "mj", "--as-of", "2026-01-05T12:00:00Z", data=data)
    assert ", as of 2026-01-05T12:00:00+00:00" in then.stdout


def _model(read_models: list[dict[str, Any]]) -> dict[str, Any]:
    return next(model for model in read_models if model["name"] == "consultation_register")
