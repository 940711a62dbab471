"""The image and the unit, as far as they can be looked at without building one or starting the other."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from services.configuration.loading import load_settings
from services.settings import Settings

ROOT = Path(__file__).parents[2]
IMAGE = (ROOT / "helm" / "image" / "Containerfile").read_text()
UNIT = ROOT / "helm" / "systemd" / "pakt.service"
MOST_EXPOSED = 20
"""Tenths, as systemd counts: what it calls OK ends at 49."""
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")


def test_the_image_runs_as_nobody_in_particular_and_is_made_by_hash() -> None:
    last = IMAGE.rpartition("\nFROM ")[2]

    assert last.startswith("scratch")
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["pakt"\]$', last, re.MULTILINE)
    assert "--require-hashes --no-deps -r requirements.lock" in IMAGE
    assert not re.search(r"https?://", IMAGE)


def test_the_image_leaves_out_what_only_tests_need_and_nothing_else() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "helm" / "image" / "unneeded.py")], capture_output=True, text=True, check=True
    )
    out = set(done.stdout.split())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {re.split(r"[\[<>=~;! ]", one)[0].lower() for one in project["dependencies"]}

    assert {"pytest", "mypy", "ruff", "playwright", "hypothesis"} <= out
    assert not out & needed
    assert not out & {"pakt", "pip", "typst", "segno", "pyarrow", "psycopg", "pika"}


def unit(tmp_path: Path) -> Path:
    """The unit with a program that is here, so that its own absence is no finding."""
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("/opt/pakt/bin/pakt", "/bin/true"))
    return copy


@needs_systemd
def test_the_unit_is_understood_and_well_closed(tmp_path: Path) -> None:
    verified = subprocess.run(
        ["systemd-analyze", "verify", unit(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")

    weighed = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert weighed.returncode == 0, weighed.stdout[-200:]


def test_the_example_of_settings_is_accepted() -> None:
    lines = (ROOT / "helm" / "systemd" / "pakt.env.example").read_text().splitlines()
    given = dict(line.lstrip("#").split("=", 1) for line in lines if "=" in line and " " not in line.split("=")[0])

    assert {name.removeprefix("PAKT_").lower() for name in given} <= set(Settings.__struct_fields__)
    load_settings({name: value for name, value in given.items() if f"#{name}" not in "\n".join(lines)})
