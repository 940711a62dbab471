"""Write requirements.lock: runtime, tests, benchmarks and the build backend, every file by its hash, no host named."""  # noqa: INP001 - programs, not a package

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEAD = "# Every package Pakt runs, tests and builds with, by hash. Written by `make lock`; do not edit.\n"
OPTIONS = ["--generate-hashes", "--universal", "--python-version", "3.11", "--upgrade", "--quiet"]
SILENT = ["--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header"]


def main() -> int:
    """Resolve pyproject.toml; exit code of the resolver."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"], "editables"]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    command = [sys.executable, "-m", "uv", "pip", "compile", "-", *OPTIONS, *SILENT]
    done = subprocess.run(command, input="\n".join(wanted), text=True, stdout=subprocess.PIPE, check=False, cwd=ROOT)  # noqa: S603
    if done.returncode == 0:
        (ROOT / "requirements.lock").write_text(HEAD + done.stdout)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
