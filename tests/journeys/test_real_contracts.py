"""Real contracts through a running installation: registers and 7 packages, each row accounted for, each sum exact.

A qualification takes all 24 registers, every other run those in which each kind of trouble is found.
"""

import json
import os
import signal
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.open_data.ocds_schema import verdict
from tests.services.importing import procurement
from tests.services.importing.procurement import needs_registers, path_of
from tests.services.open_data.ocds_samples import FOLDER, needs_ocds
from tests.support.running import Up, every, start_pakt

KILLED = "procurement/prishtine/2015.csv"
TROUBLED = (
    KILLED,
    *(
        f"procurement/{one}.csv"
        for one in ("prishtine/2012", "prishtine/2018", "viti/2014", "gjakove/2014", "hani-i-elezit/2011")
    ),
)
"""Killed on the way, prices that cannot be read, the wide layout, most of those, another's, none."""
KNOWN = [
    one for one in procurement.KNOWN if one["file"] in TROUBLED or os.environ.get("PAKT_QUALIFY_REGISTERS") == "all"
]
ROWS = sum(one["rows"] for one in KNOWN)
OF_PRISHTINA = sum(one["rows"] for one in KNOWN if one["municipality"] == "prishtine")
FOREIGN = {"colombia": 6, "buyandsell": 6, "nigeria": 6, "ukraine": 6, "moldova": 12, "montreal": 0, "uk": 0}

pytestmark = [pytest.mark.journey, pytest.mark.slow, needs_registers, needs_ocds]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = Up(tmp_path_factory.mktemp("contracts") / "data")
    yield running
    assert running.stop() == 0


def order(known: dict[str, Any], report: Path) -> list[str]:
    """The command: the layout is found by itself, the institution by the municipality's name in the index."""
    return [
        *("import", "contracts", str(path_of(known)), "--tenant", known["municipality"]),
        *("--report", str(report), "--json"),
    ]


def public_sums(system: Up, **asked: Any) -> dict[int, dict[str, Any]]:
    """Sums by year, as everybody reads them."""
    answer = httpx.get(f"{system.url}/v1/public/recorded-contract-sums", params=asked)
    assert answer.status_code == 200, answer.text
    return {one["year"]: one for one in answer.json()["items"] if one["currency"] == "EUR"}


def stored(system: Up, known: dict[str, Any]) -> int:
    """How many contracts of a register are shown so far."""
    found = public_sums(system, tenant=known["municipality"], year=known["year"])
    return int(found[known["year"]]["contracts"]) if found else 0


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def imported(system: Up, reports: Path) -> dict[str, dict[str, Any]]:
    """All registers; one of them after two runs that were killed on the way."""
    (killed,) = [one for one in KNOWN if one["file"] == KILLED]
    for killed_at in (50, 150):
        run = start_pakt(*order(killed, reports / "killed"), data=system.data)
        while run.poll() is None and stored(system, killed) < killed_at:
            pass
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=30)
    done = {one["file"]: system.pakt(*order(one, reports / one["file"].replace("/", "-"))) for one in KNOWN}
    assert {file: one.returncode for file, one in done.items()} == dict.fromkeys(done, 0), done
    return {file: json.loads(one.stdout) for file, one in done.items()}


def test_rows_sums_and_unreadable_cells_are_those_of_the_index(imported: dict[str, dict[str, Any]]) -> None:
    for known in KNOWN:
        summary = imported[known["file"]]
        assert summary["lines"] == summary["imported"] + summary["present"] == known["rows"]
        for name in {"contract_price", "estimated_value"} & known.keys():
            found = summary["sums"][name]
            assert {part: found[part] for part in ("parsed", "empty", "unreadable")} == {
                part: known[name][part] for part in ("parsed", "empty", "unreadable")
            }
            assert Decimal(found["sum"]) == Decimal(known[name]["sum"])
    assert sum(one["lines"] for one in imported.values()) == ROWS
    assert imported[KILLED]["present"] > 0, "what the killed runs had stored is found, not stored again"


@pytest.fixture(scope="module")
def shown(system: Up, imported: dict[str, dict[str, Any]]) -> dict[str, dict[int, dict[str, Any]]]:
    """Sums by municipality and year, once the read models have come to the end of what was imported."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for known in KNOWN:
        municipality, year = known["municipality"], known["year"]
        for _ in range(5_000):
            if found.get(municipality, {}).get(year, {}).get("contracts") == known["rows"]:
                break
            found[municipality] = public_sums(system, tenant=municipality)
    return found


def test_what_everybody_is_shown_comes_to_the_same(shown: dict[str, dict[int, dict[str, Any]]]) -> None:
    for known in KNOWN:
        sums = shown[known["municipality"]][known["year"]]
        assert (sums["priced"], Decimal(sums["price"])) == (
            known["contract_price"]["parsed"],
            Decimal(known["contract_price"]["sum"]),
        )


def test_the_nation_is_the_sum_of_its_registers(system: Up, shown: dict[str, dict[int, dict[str, Any]]]) -> None:
    national = public_sums(system)

    for year in {one["year"] for one in KNOWN}:
        known = [one for one in KNOWN if one["year"] == year]
        assert national[year]["contracts"] == sum(one["rows"] for one in known)
        assert Decimal(national[year]["price"]) == sum(Decimal(one["contract_price"]["sum"]) for one in known)
        assert set(shown) == {one["municipality"] for one in KNOWN}


@pytest.mark.parametrize("form", ["releases", "records"])
def test_open_contracting_tells_them_validly_and_to_the_last_decimal(
    system: Up, shown: dict[str, dict[int, dict[str, Any]]], tmp_path: Path, form: str
) -> None:
    """Everything that is told of them, as a file: an award for each contract, with the price that the register has."""
    for municipality in sorted(shown):
        file = tmp_path / f"{municipality}.json"
        written = system.pakt("export", "ocds", "--tenant", municipality, "--form", form, "-o", str(file))
        assert written.returncode == 0, written.stderr
        judged, package = verdict(json.loads(file.read_bytes())), json.loads(file.read_bytes(), parse_float=Decimal)
        releases = package[form] if form == "releases" else [one["compiledRelease"] for one in package[form]]
        awards = [award for release in releases for award in release.get("awards", ())]
        known = [one for one in KNOWN if one["municipality"] == municipality]

        assert (judged.errors, judged.breaks, judged.ocids) == (0, {}, sum(one["rows"] for one in known))
        assert len(awards) == judged.ocids
        priced = [award["value"]["amount"] for award in awards if "value" in award]
        assert len(priced) == sum(one["contract_price"]["parsed"] for one in known)
        assert sum(priced) == sum(Decimal(one["contract_price"]["sum"]) for one in known)


def test_nothing_stands_there_twice(system: Up, imported: dict[str, dict[str, Any]]) -> None:
    reached = max(one["position"] for file, one in imported.items() if "prishtine" in file)
    rows = every(system.client("prishtine", "auditor"), "/recorded-contracts", at_least=reached)

    assert len({row["contract_id"] for row in rows}) == len(rows) == OF_PRISHTINA


def test_the_report_says_every_cell_by_file_row_and_column(imported: dict[str, dict[str, Any]], reports: Path) -> None:
    for known in KNOWN:
        report = (reports / known["file"].replace("/", "-")).read_text(encoding="utf-8").splitlines()
        lines = [json.loads(line) for line in report]
        cells = [cell for line in lines for cell in line.get("unread", ())]
        assert len(cells) == imported[known["file"]]["unread"]
        assert all(cell["row"] and cell["column"] and cell["why"] for cell in cells)
        assert {line["file"] for line in lines if "unread" in line} <= {str(path_of(known))}
        prices = [cell for cell in cells if cell["heading"] == "contract_price"]
        assert len(prices) == known["contract_price"]["unreadable"]


@pytest.mark.parametrize("name", FOREIGN)
def test_packages_of_other_countries_are_told_or_refused_and_end_nothing(system: Up, reports: Path, name: str) -> None:
    file = FOLDER / f"samples/real/{name}.json"
    asked = ["import", "contracts", str(file), "--tenant", "mflt", "--report", str(reports / name), "--json"]
    first, again = system.pakt(*asked), system.pakt(*asked)
    summary = json.loads(first.stdout)

    assert (first.returncode, summary["imported"]) == (int(summary["refused"] > 0), FOREIGN[name])
    assert json.loads(again.stdout)["present"] == FOREIGN[name]
    assert summary["lines"] == summary["imported"] + summary["refused"]


@pytest.mark.parametrize(("file", "code"), [("samples/real/uk.json", 0), ("invalid/missing-tag.json", 1)])
def test_a_package_is_judged_without_an_import(system: Up, file: str, code: int) -> None:
    done = system.pakt("import", "contracts", str(FOLDER / file), "--tenant", "mflt", "--check")

    assert done.returncode == code, done.stderr
    assert ("0 faults" in done.stdout) == (code == 0)


def test_a_layout_that_nobody_knows_is_refused_with_what_is_missing(system: Up, tmp_path: Path) -> None:
    (tmp_path / "2011.csv").write_text("Nr,Titulli\n1,Shkollë\n", encoding="utf-8")
    done = system.pakt("import", "contracts", str(tmp_path / "2011.csv"), "--tenant", "Hani i Elezit")

    assert done.returncode == 2
    assert "kosovo_register_16: most rows have 2 cells" in done.stderr
    assert "kosovo_register_wide: number reads" in done.stderr


def test_the_replay_of_it_all_is_as_shown(system: Up, imported: dict[str, dict[str, Any]]) -> None:
    assert imported
    done = system.pakt("audit", "replay", "--tenant", "prishtine", "--json")
    replayed = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    (register,) = [model for model in replayed["read_models"] if model["name"] == "recorded_contract_register"]
    assert (register["rows"], register["differing_rows"], register["unexplained_rows"]) == (OF_PRISHTINA, 0, 0)
