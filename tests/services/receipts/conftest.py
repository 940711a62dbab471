"""The standalone verifier as somebody runs it who has nothing of Pakt."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path("services/audit/standalone/verify_receipt.py")
Verify = Callable[..., tuple[int, str]]


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    """`verify(text, "--key", vkey, ...)`: exit code and what it says; values with a newline are put into files."""
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(SCRIPT, alone / "verify_receipt.py")

    def run(receipt: str | bytes, *arguments: str) -> tuple[int, str]:
        given = []
        for number, value in enumerate((receipt, *arguments)):
            path = alone / f"given.{number}"
            is_text = number == 0 or isinstance(value, bytes) or "\n" in value
            if is_text:
                path.write_bytes(value if isinstance(value, bytes) else value.encode())
            given.append(str(path) if is_text else value)
        command = [sys.executable, "-I", "verify_receipt.py", *given]
        done = subprocess.run(command, cwd=alone, capture_output=True, text=True, check=False)
        assert done.stderr == "", done.stderr
        return done.returncode, done.stdout

    return run
