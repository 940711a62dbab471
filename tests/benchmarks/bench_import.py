"""The real registers of procurement through `pakt import contracts`: how long all 24 take, and how much memory one does.

Nothing is measured where the real registers are not.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.importing.layouts import fitting
from services.importing.registers import RegisterStories
from tests.benchmarks.figures import Figure, emit
from tests.services.importing.procurement import KNOWN, order, path_of
from tests.support.running import ROOT, Up


async def run() -> None:
    """All figures of this module."""
    if not KNOWN:
        sys.stderr.write("# the real registers of procurement are not here: nothing is measured\n")
        return
    read = await asyncio.to_thread(reading)
    with tempfile.TemporaryDirectory(prefix="pakt-bench-") as name:
        up = await asyncio.to_thread(Up, Path(name) / "data")
        try:
            runs = [await asyncio.to_thread(imported, known, up.data) for known in KNOWN]
        finally:
            up.stop()
    rows = sum(known["rows"] for known in KNOWN)
    seconds = sum(one[0] for one in runs)
    emit(
        Figure(
            name="import.registers",
            value=seconds,
            unit="s",
            baseline="reading the same files and telling their rows, without a log",
            baseline_value=read,
            ratio=seconds / read,
            rounds=1,
            note=f"{rows} contracts of {len(KNOWN)} files, a process each, {rows / seconds:.0f} contracts/s",
        )
    )
    by_size = sorted((known["rows"], peak) for known, (_, peak) in zip(KNOWN, runs, strict=True))
    (fewest, least), (most, peak) = by_size[0], max(by_size, key=lambda one: one[1])
    emit(
        Figure(
            name="import.registers.memory",
            value=peak / 1024,
            unit="MiB at the peak of a process",
            baseline=f"the same of the smallest file, {fewest} rows",
            baseline_value=least / 1024,
            ratio=peak / least,
            rounds=1,
            note=f"of the file that takes most, {most} rows",
        )
    )


def reading() -> float:
    """Seconds for which all files are read and their rows told."""
    now, began = datetime.now(UTC), time.perf_counter()
    for known in KNOWN:
        mapping, lines = fitting(order(path_of(known)))
        tell = RegisterStories(mapping.reader("contracts"), known["year"], now)
        for line in lines:
            tell(line)
    return time.perf_counter() - began


def imported(known: dict[str, Any], data: Path) -> tuple[float, int]:
    """Seconds of one import, and the KiB that its process took at most.

    The peak is read while it runs: what the system says of an ended child counts the parent from which it was forked.
    """
    command = [sys.executable, "-m", "services.cli", "import", "contracts", str(path_of(known))]
    began, peak = time.perf_counter(), 0
    with subprocess.Popen(
        [*command, "--tenant", known["municipality"], "--data", str(data), "--json"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    ) as process:
        while process.poll() is None:
            peak = max(peak, peak_of(process.pid))
            time.sleep(0.01)
    assert process.returncode == 0, known["file"]
    return time.perf_counter() - began, peak


def peak_of(pid: int) -> int:
    """The KiB that a running process has taken at most so far; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) if found else 0
