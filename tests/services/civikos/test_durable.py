"""A reader's place survives whatever ends the reader."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from services.civikos.client.durable import FilePlace
from tests.support.running import ROOT


def test_what_was_kept_is_read(tmp_path: Path) -> None:
    place = FilePlace(tmp_path / "deep" / "cursor")

    assert place.read() == ""
    for text in ("a", "bë\n", "c" * 100_000):
        place.keep(text)
        assert FilePlace(tmp_path / "deep" / "cursor").read() == text
    assert stat.S_IMODE((tmp_path / "deep" / "cursor").stat().st_mode) == 0o600
    assert os.listdir(tmp_path / "deep") == ["cursor"]


def test_a_place_that_cannot_be_kept_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = FilePlace(tmp_path / "cursor")
    place.keep("first")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError):
        place.keep("second")

    assert place.read() == "first"
    assert os.listdir(tmp_path) == ["cursor"]


def test_a_writer_that_is_killed_leaves_a_whole_place(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from services.civikos.client.durable import FilePlace\n"
        "place = FilePlace(Path(sys.argv[1])); n = 0\n"
        "while True:\n"
        "    n += 1; place.keep(f'{n:06d}' * 5000); print(n, flush=True)\n"
    )
    path = tmp_path / "cursor"
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            kept = next(int(line) for line in writer.stdout if int(line) >= 20)
            writer.kill()
        text = path.read_text()
        assert len(text) == 30_000 and len({text[n : n + 6] for n in range(0, 30_000, 6)}) == 1
        assert int(text[:6]) >= kept
