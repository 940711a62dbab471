"""The source tree as tests look at it: files by folder, modules as syntax trees, what git would track."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("domain", "projections", "infra", "services")
OURS = frozenset({*PRODUCT, "tests"})


def modules(*folders: str) -> list[Path]:
    """Python files below the folders, sorted; absolute paths."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def shown(path: Path) -> str:
    """The path as a person writes it."""
    return path.relative_to(ROOT).as_posix()


def dotted(path: Path) -> str:
    """The module's name."""
    return shown(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def tree(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path: Path) -> set[str]:
    """Full names of the modules it imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def third_parties(path: Path) -> set[str]:
    """Top names of what it imports that is neither ours nor the standard library's."""
    tops = {name.split(".")[0] for name in imported(path)}
    return tops - OURS - set(sys.stdlib_module_names)


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Line and written name of everything it calls."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


@cache
def tracked() -> tuple[Path, ...]:
    """Text files that belong to the repository: those git tracks, and new ones that it would not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    found = sorted(ROOT / name.decode() for name in set(listed.split(b"\0")) if name)
    return tuple(path for path in found if path.is_file() and b"\0" not in path.read_bytes()[:8_192])
