"""Real grants through a running installation: 1,090 of three foundations, each accounted for, told again validly."""

import json
import signal
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from services.open_data.threesixty_schema import verdict
from tests.services.open_data.samples import FOLDER, SAMPLES, needs_samples
from tests.support.running import Up, every, start_pakt

WHERE = dict(zip(SAMPLES, ("mflt", "prizren", "mesti"), strict=True))
MAPPINGS = dict(zip(SAMPLES, ("threesixty", "threesixty", "threesixty_day_first"), strict=True))
KILLED = SAMPLES[1]
_decode = msgspec.json.Decoder(float_hook=Decimal).decode

pytestmark = [pytest.mark.journey, pytest.mark.slow, needs_samples]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = Up(tmp_path_factory.mktemp("grants") / "data")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode((FOLDER / "expected.json").read_bytes())["files"]
    return found


def order(name: str, report: Path) -> list[str]:
    mapped = ["--tenant", WHERE[name], "--mapping", MAPPINGS[name], "--report", str(report), "--json"]
    return ["import", "grants", str(FOLDER / name), *mapped]


@pytest.fixture(scope="module")
def imported(system: Up, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """All three files; the largest after two runs that were killed on the way."""
    folder = tmp_path_factory.mktemp("reports")
    auditor = system.client(WHERE[KILLED], "auditor")
    for killed_at in (120, 400):
        run = start_pakt(*order(KILLED, folder / "killed"), data=system.data)
        while run.poll() is None and recorded(auditor) < killed_at:
            pass
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=30)
    done = {name: system.pakt(*order(name, folder / Path(name).name)) for name in SAMPLES}
    assert {name: one.returncode for name, one in done.items()} == dict.fromkeys(SAMPLES, 0), done
    return {name: json.loads(one.stdout) for name, one in done.items()}


def recorded(auditor: httpx.Client) -> int:
    """The newest position of the log."""
    newest = auditor.get("/audit", params={"limit": 1}).json()["items"]
    return int(newest[0]["position"]) if newest else 0


def test_every_grant_is_accounted_for(imported: dict[str, dict[str, Any]], expected: dict[str, Any]) -> None:
    for name, summary in imported.items():
        assert summary["lines"] == summary["imported"] + summary["present"] == expected[name]["grants"]
        assert (summary["refused"], summary["incomplete"]) == (0, 0)
    assert imported[KILLED]["present"] > 0, "what the killed runs had stored is found, not stored again"
    assert sum(summary["lines"] for summary in imported.values()) == 1_090


def test_nothing_is_there_twice_and_sums_are_exact(
    system: Up, imported: dict[str, dict[str, Any]], expected: dict[str, Any]
) -> None:
    for name, summary in imported.items():
        auditor = system.client(WHERE[name], "auditor")
        rows = every(auditor, "/recorded-grants", at_least=summary["position"])

        assert len({row["grant_id"] for row in rows}) == len(rows) == expected[name]["grants"]
        assert sum(row["amount"] for row in rows) == Decimal(expected[name]["total"]["GBP"]) * 100


def test_the_nation_is_exported_validly_in_both_forms_and_twice_alike(
    system: Up, imported: dict[str, dict[str, Any]], expected: dict[str, Any], tmp_path: Path
) -> None:
    total = sum(Decimal(expected[name]["total"]["GBP"]) for name in SAMPLES)
    written = []
    for name in ("first.json", "second.json"):
        done = system.pakt("export", "360giving", "--output", str(tmp_path / name), "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["bytes"] == (tmp_path / name).stat().st_size
        written.append((tmp_path / name).read_bytes())
    found = verdict(_decode(written[0]))

    assert written[0] == written[1]
    assert (found.grants, found.errors, found.total) == (1_090, 0, {"GBP": total})

    table = tmp_path / "prizren.csv"
    asked = ["--tenant", "prizren", "--format", "csv", "--as-of", "2015-01-01T00:00:00Z"]
    assert system.pakt("export", "360giving", *asked, "--output", str(table)).returncode == 0
    checked = system.pakt("import", "grants", str(table), "--tenant", "mflt", "--mapping", "threesixty_csv", "--check")
    assert checked.returncode == 0, checked.stdout


def test_the_replay_of_it_all_is_as_shown(system: Up, imported: dict[str, dict[str, Any]]) -> None:
    done = system.pakt("audit", "replay", "--tenant", WHERE[KILLED], "--json")
    replayed = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    for model in replayed["read_models"]:
        assert model["differing_rows"] == model["unexplained_rows"] == 0
    (register,) = [model for model in replayed["read_models"] if model["name"] == "recorded_grant_register"]
    assert register["rows"] == 600


@pytest.mark.parametrize(("name", "code"), [(SAMPLES[0], 0), (SAMPLES[1], 1), ("invalid/bad-date.json", 1)])
def test_a_file_is_judged_without_an_import(system: Up, expected: dict[str, Any], name: str, code: int) -> None:
    done = system.pakt("import", "grants", str(FOLDER / name), "--tenant", "mflt", "--check", "--json")
    found = json.loads(done.stdout)

    assert done.returncode == code
    assert {key: found[key] for key in ("grants", "errors", "kinds", "fields")} == {
        key: expected[name][key] for key in ("grants", "errors", "kinds", "fields")
    }
    assert Decimal(found["total"]["GBP"]) == Decimal(expected[name]["total"]["GBP"])
