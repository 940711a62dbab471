"""`python -m tests.benchmarks [NAME …]`: run the benchmarks, one JSON object per figure on standard output.

Every module `bench_<name>.py` has `async def run() -> None`, which emits its figures. Ratios hold within one run only.
"""

import asyncio
import importlib
import pkgutil
import sys
import time
from pathlib import Path

import uvloop

from tests.benchmarks import __path__ as here


def names() -> list[str]:
    """Benchmarks there are, in order of their names."""
    return sorted(
        found.name.removeprefix("bench_") for found in pkgutil.iter_modules(here) if found.name.startswith("bench_")
    )


def main(wanted: list[str]) -> int:
    """Run the wanted benchmarks, all when none is named; 2 for an unknown name."""
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        sys.stderr.write(f"there is no benchmark {', '.join(unknown)}; there are: {', '.join(names())}\n")
        return 2
    for name in wanted or names():
        began = time.monotonic()
        sys.stderr.write(f"# {name} ({Path(here[0]).name}/bench_{name}.py)\n")
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(importlib.import_module(f"tests.benchmarks.bench_{name}").run())
        sys.stderr.write(f"# {name}: {time.monotonic() - began:.0f} s\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
