"""The image and the unit, as far as they can be looked at without building one or starting the other."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from services.cli.__main__ import run
from services.configuration.loading import load_settings
from services.settings import Settings

ROOT = Path(__file__).parents[2]
IMAGE = (ROOT / "helm" / "image" / "Containerfile").read_text()
SYSTEMD = ROOT / "helm" / "systemd"
UNITS = sorted(SYSTEMD.glob("*.service"))
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


def copied(tmp_path: Path) -> list[Path]:
    """The units with a program that is here, so that its own absence is no finding."""
    for one in [*UNITS, *SYSTEMD.glob("*.timer")]:
        unit = one.read_text().replace("/opt/pakt/bin/pakt", "/bin/true")
        (tmp_path / one.name).write_text(unit.replace("/etc/pakt/on-failure %i", "/bin/true %i"))
    return [tmp_path / one.name for one in UNITS]


@needs_systemd
def test_the_units_are_understood_and_well_closed(tmp_path: Path) -> None:
    services = copied(tmp_path)
    verified = subprocess.run(
        ["systemd-analyze", "verify", *services, tmp_path / "pakt-check.timer"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (verified.returncode, verified.stderr) == (0, "")

    for one in services:
        weighed = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", one],
            capture_output=True,
            text=True,
            check=False,
        )
        assert weighed.returncode == 0, weighed.stdout[-200:]


def test_every_unit_is_closed_in_the_same_words() -> None:
    closed = {one.read_text().partition("StateDirectory=")[2].partition("\n[Install]")[0].rstrip() for one in UNITS}

    assert len(UNITS) == 4
    assert len(closed) == 1


def test_whatever_fails_is_told_but_not_that_telling_failed() -> None:
    told = {one.name for one in UNITS if "\nOnFailure=pakt-failed@%N.service\n" in one.read_text()}

    assert told == {one.name for one in UNITS} - {"pakt-failed@.service"}
    assert (SYSTEMD / "on-failure.example").stat().st_mode & 0o111
    assert "journalctl -u" in (SYSTEMD / "on-failure.example").read_text()


def test_the_units_call_commands_that_there_are() -> None:
    calls = {
        call
        for one in UNITS
        for call in re.findall(r"^ExecStart=/opt/pakt/bin/pakt (.*)$", one.read_text(), re.MULTILINE)
    }

    assert calls >= {"up --no-demo", "backup run", "doctor"}
    for call in calls:
        assert run([*call.split(), "--help"]) == 0


def test_a_shell_and_systemd_read_the_same_settings(tmp_path: Path) -> None:
    """The console is tried with another program in the place of `setpriv`."""
    given = tmp_path / "pakt.env"
    given.write_text(
        "PAKT_PORT=8000\nPAKT_WITNESSES='https://w.example.org w.example.org+1+$x'\nAWS_SECRET_ACCESS_KEY='a&b c'\n"
    )
    console = (SYSTEMD / "console").read_text()
    for told, here in {
        "/etc/pakt/pakt.env": str(given),
        "/var/lib/pakt": str(tmp_path),
        "exec setpriv": "shown",
    }.items():
        assert told in console
        console = console.replace(told, here)
    shown = 'shown() { env; echo "$@"; pwd; }\n'
    printed = subprocess.run(
        ["sh", "-c", shown + console, "pakt", "audit", "a b"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.defpath},
    )

    lines = printed.stdout.splitlines()
    for line in (
        "PAKT_PORT=8000",
        "PAKT_WITNESSES=https://w.example.org w.example.org+1+$x",
        "AWS_SECRET_ACCESS_KEY=a&b c",
        f"PAKT_DATA={tmp_path}",
    ):
        assert line in lines
    assert lines[-2:] == ["--reuid=pakt --regid=pakt --init-groups /opt/pakt/bin/pakt audit a b", str(tmp_path)]


def test_the_guide_installs_every_file_there_is() -> None:
    guide = (ROOT / "helm" / "README.md").read_text().partition("## On one server")[2]

    for name in ("console", "pakt.env.example", "on-failure.example", "*.service", "*.timer"):
        assert f"helm/systemd/{name}" in guide
    assert {one.suffix for one in SYSTEMD.iterdir()} == {".service", ".timer", ".example", ""}
    assert "install -m 0644 helm/nginx/pakt.conf" in guide


def test_nginx_takes_what_pakt_takes_and_logs_no_reader() -> None:
    told = (ROOT / "helm" / "nginx" / "pakt.conf").read_text()
    taken = re.search(r"client_max_body_size (\d+)m;", told)

    assert taken and int(taken[1]) << 20 > Settings().max_upload_bytes
    assert "access_log off;" in told
    assert f"proxy_pass http://{Settings().host}:{Settings().port};" in told


def test_the_example_of_settings_is_accepted() -> None:
    lines = (SYSTEMD / "pakt.env.example").read_text().splitlines()
    given = dict(line.lstrip("#").split("=", 1) for line in lines if "=" in line and " " not in line.split("=")[0])

    assert {name.removeprefix("PAKT_").lower() for name in given} <= set(Settings.__struct_fields__)
    load_settings({name: value for name, value in given.items() if f"#{name}" not in "\n".join(lines)})
