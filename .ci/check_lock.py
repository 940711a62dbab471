"""Check requirements.lock: it covers pyproject.toml, pins and hashes every package, and names no host and no path."""  # noqa: INP001 - programs, not a package

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PINNED = re.compile(r"(?P<name>[a-z0-9._-]+)(\[[a-z0-9,._-]+\])?==(?P<version>[^ ;\\]+)( ; (?P<marker>[^\\]+))? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def problems(lock: str, wanted: list[str]) -> list[str]:
    """What is wrong with the lock file's text; empty when nothing is."""
    found: list[str] = []
    pinned: dict[str, list[str]] = {}
    for number, line in enumerate(lock.splitlines(), start=1):
        match = PINNED.fullmatch(line)
        if match:
            pinned.setdefault(canonicalize_name(match["name"]), []).append(match["version"])
        elif not line.startswith("#") and not HASH.fullmatch(line):
            found.append(f"line {number} is neither a pinned package nor a hash: {line[:80]}")
    for text in wanted:
        requirement = Requirement(text)
        versions = pinned.get(canonicalize_name(requirement.name), [])
        if not any(requirement.specifier.contains(version, prereleases=True) for version in versions):
            found.append(f"{text} is not covered: run `make lock`")
        found += [f"{text} needs {name}: run `make lock`" for name in _extras(requirement) if name not in pinned]
    return found


def _extras(requirement: Requirement) -> list[str]:
    """Names of what the requirement's extras bring, as the installed package says."""
    try:
        needs = [Requirement(text) for text in metadata.requires(requirement.name) or ()]
    except metadata.PackageNotFoundError:
        return []
    return [
        canonicalize_name(need.name)
        for need in needs
        if need.marker and any(need.marker.evaluate({"extra": extra}) for extra in requirement.extras)
    ]


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    found = problems((ROOT / "requirements.lock").read_text(), wanted)
    for problem in found:
        print(problem, file=sys.stderr)  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
