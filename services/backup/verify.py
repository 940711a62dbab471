"""Whether what a backup store holds can be restored: every byte of it fetched and checked."""

import tempfile
from pathlib import Path

import msgspec

from infra.database.interface import DatabaseError
from infra.database.physical import verify_backup
from services.backup.progress import Told
from services.backup.recovery import segments_from
from services.backup.repository import Label, Repository, usable
from services.backup.segments import NAME, missing


class Verified(msgspec.Struct, frozen=True):
    """A base backup, how many segments of the log stand behind it, and what is wrong with them; "" for nothing."""

    base: str
    segments: int
    problem: str


async def verify(repository: Repository, told: Told) -> list[Verified]:
    """Check each base backup against its label and PostgreSQL's manifest, and the log behind it for damage and gaps.

    Raises: Unavailable when the store cannot be reached.
    """
    names = usable(await repository.segments())
    damaged = await _damaged(repository, names, told)
    found = []
    for label in await repository.labels():
        told(f"verifying base backup {label.name}", 0, 0)
        behind = segments_from(label, names)
        problem = await _problem(repository, label) or next((damaged[name] for name in behind if name in damaged), "")
        gap = missing(label.first_segment, [name[:NAME] for name in behind], label.segment_size) if behind else None
        if not problem and gap is not None:
            problem = f"segment {gap} of the log is missing"
        found.append(Verified(label.name, len(behind), problem))
    return found


async def _problem(repository: Repository, label: Label) -> str:
    with tempfile.TemporaryDirectory(prefix="pakt-backup-") as folder:
        try:
            await repository.fetch_base(label, Path(folder))
            await verify_backup(Path(folder))
        except DatabaseError as error:
            return str(error)
    return ""


async def _damaged(repository: Repository, names: list[str], told: Told) -> dict[str, str]:
    """What is wrong with segments that cannot be unpacked."""
    wrong: dict[str, str] = {}
    for done, name in enumerate(names, 1):
        told("reading the log", done, len(names))
        with tempfile.TemporaryDirectory(prefix="pakt-backup-") as folder:
            try:
                await repository.fetch_segment(name, Path(folder))
            except DatabaseError as error:
                wrong[name] = str(error)
    return wrong
