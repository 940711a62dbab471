"""What an installation keeps in its data folder beside the database: copied as it grows, and brought back.

Keys are never among it: with them whoever finds a backup would read what it seals, and an erased person's key would
live on in it. Where `object_url` is set there is nothing of it: the bucket has its own versions.
"""

from pathlib import Path

from domain.kernel.errors import StreamNotFound
from services.backup.repository import Repository
from services.settings import Settings

FOLDERS = ("objects", "heads", "erasures")
"""Uploaded files, the signed heads of logs, the register of erasures; dumps of open data can be made again."""


async def copy_beside(settings: Settings, repository: Repository) -> int:
    """Copy what is new, and take away files of erased persons; answers how many were copied."""
    if settings.object_url:
        return 0
    here = {str(file.relative_to(settings.data)): file for file in _files(settings.data)}
    there = await repository.files()
    new = [path for path, file in here.items() if there.get(path) != file.stat().st_size]
    for path in new:
        await repository.put_file(path, here[path])
    for path in there.keys() - here.keys():
        if path.startswith("objects/"):
            await repository.remove_file(path)
    return len(new)


async def bring_back(repository: Repository, data: Path) -> int:
    """Write what is missing in the data folder; what is there already stays, since it is newer."""
    count = 0
    for path in await repository.files():
        if (data / path).exists():
            continue
        try:
            await repository.fetch_file(path, data / path)
        except StreamNotFound:  # its owner was erased while this went on
            continue
        count += 1
    return count


def _files(data: Path) -> list[Path]:
    return [file for folder in FOLDERS for file in sorted((data / folder).rglob("*")) if file.is_file()]
