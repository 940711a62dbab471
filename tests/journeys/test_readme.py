"""The README's tour, request by request, against a system that `pakt up` brought up in an empty folder."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.journeys.console import Shell, fits, steps
from tests.support.running import ROOT, Up

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="the tour needs bash and curl"),
]


def test_the_tour_of_the_readme_is_true(tmp_path):
    up = Up(tmp_path / "data")
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent, target_is_directory=True)
    (tmp_path / "services").symlink_to(ROOT / "services", target_is_directory=True)
    # The tour calls python3 a thousand times: by no wrapper that looks each time which one is meant.
    path = f"{Path(sys.executable).resolve().parent}{os.pathsep}{os.environ['PATH']}"
    shell = Shell(tmp_path, os.environ | {"PAKT_DATA": str(tmp_path / "data"), "LC_ALL": "C.UTF-8", "PATH": path})
    try:
        for step in steps(ROOT / "README.md"):
            printed = shell.run(step.command.replace("http://127.0.0.1:8000", up.url))
            assert fits(step.expected, printed), f"README.md:{step.line}\n$ {step.command}\n{printed}"
    finally:
        shell.close()
        assert up.stop() == 0
