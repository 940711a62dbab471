"""The guide to one server, from the first administrator to the first contribution that everybody reads, as it is typed there."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.journeys.console import Shell, fits, steps
from tests.support.running import ROOT, Up

GUIDE = ROOT / "helm" / "README.md"
PRINTED = "407be7d5-8f1a-434e-8e96-e3977978c9d5"
"""The id that the guide shows in place of the one that `pakt appoint` prints."""
pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="the guide needs bash and curl"),
]


def test_the_first_consultation_of_one_server_is_as_the_guide_says(tmp_path: Path, seeded_data: Path) -> None:
    up = Up(seeded_data, "--no-demo")
    person = ("--name", "Arta Gashi", "--email", "arta@example.org", "--legal-basis", "Decision 12/2026")
    appointed = up.pakt("appoint", "--tenant", "opm", *person).stdout.strip()
    console = tmp_path / "pakt"
    console.write_text(f'#!/bin/sh\nexec {sys.executable} -m services.cli "$@"\n')
    console.chmod(0o755)
    path = os.pathsep.join((str(tmp_path), str(Path(sys.executable).resolve().parent), os.environ["PATH"]))
    here = {"PAKT_DATA": str(seeded_data), "LC_ALL": "C.UTF-8", "PATH": path, "HOME": str(tmp_path)}
    shell = Shell(tmp_path, os.environ | here)
    try:
        for step in steps(GUIDE):
            typed = step.command.replace("https://pakt.example.org", up.url).replace(PRINTED, appointed)
            printed = shell.run(typed)
            assert fits(step.expected, printed), f"{GUIDE}:{step.line}\n$ {step.command}\n{printed}"
    finally:
        shell.close()
        assert up.stop() == 0
