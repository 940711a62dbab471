"""Libraries that Pakt does not depend on, in an environment of their own that is thrown away: second opinions."""

import os
import subprocess
import venv
from pathlib import Path

import pytest

ASKED = os.environ.get("PAKT_QUALIFY_OPINIONS") == "1"
asks_a_registry = pytest.mark.skipif(not ASKED, reason="asks a package registry: `make qualify` runs it")


def environment(folder: Path, *packages: str) -> Path:
    """The interpreter of a new environment with these packages; the test is skipped where no registry is reached."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        pytest.skip(f"no package registry was reached: {done.stderr.strip().splitlines()[-1:]}")
    return python


def told(python: Path, program: str, lines: list[str]) -> list[str]:
    """What the program there prints of these lines."""
    asked = "".join(f"{line}\n" for line in lines)
    done = subprocess.run([python, "-c", program], input=asked, capture_output=True, text=True, check=True, timeout=300)
    return done.stdout.splitlines()
