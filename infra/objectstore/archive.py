"""Archives by the `obstore` library: a local folder, memory for tests, or anything that speaks S3."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from domain.kernel.errors import StreamNotFound, Unavailable
from infra.objectstore.obstore import RETRIES, RETRY_WITHIN, Disk

PART = "backup store"


class Archived:
    """Files in a store of their own; `settle` makes a stored path durable where the library does not."""

    def __init__(
        self, store: LocalStore | MemoryStore | S3Store, *, settle: Callable[[str], None] | None = None
    ) -> None:
        self._store, self._settle = store, settle

    async def put(self, name: str, file: Path) -> None:
        """As the port says."""
        try:
            await self._store.put_async(name, file)
            if self._settle is not None:
                await asyncio.to_thread(self._settle, name)
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error

    async def fetch(self, name: str, to: Path) -> None:
        """As the port says."""
        try:
            found = await self._store.get_async(name)
            with to.open("wb") as file:
                async for chunk in found.stream():
                    await asyncio.to_thread(file.write, chunk)
        except FileNotFoundError as error:
            raise StreamNotFound from error
        except BaseError as error:
            raise Unavailable(PART) from error

    async def sizes(self, folder: str = "") -> dict[str, int]:
        """As the port says."""
        try:
            listed = await self._store.list(folder or None).collect_async()
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error
        return dict(sorted((found["path"], int(found["size"])) for found in listed))

    async def remove(self, name: str) -> None:
        """As the port says."""
        try:
            await self._store.delete_async(name)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error


def local_archive(folder: Path) -> Archived:
    """Files below `folder`, which is made when missing; on disk before `put` answers."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Archived(LocalStore(folder), settle=Disk(folder).settle)


def memory_archive() -> Archived:
    """Files that end with the process: for tests."""
    return Archived(MemoryStore())


def s3_archive(url: str, *, retries: int = RETRIES) -> Archived:
    """Files below the prefix that `s3://bucket/prefix` names, as for `s3_objects`."""
    store = S3Store.from_url(url, retry_config={"max_retries": retries, "retry_timeout": RETRY_WITHIN})
    return Archived(store)
